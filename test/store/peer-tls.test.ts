import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { freePorts } from '../../engine/base/ports.ts'
import { silentLogger } from '../../engine/base/log.ts'
import type { PeerAddress } from '../../engine/store/peer/transport.ts'
import { TlsTransport } from '../../engine/store/peer/tls.ts'
import { createAuthority } from './certificates.ts'

const open: TlsTransport[] = []
afterEach(async () => {
  for (const transport of open.splice(0)) await transport.stop()
})

const text = (frame: Uint8Array) => new TextDecoder().decode(frame)

interface Peer extends PeerAddress {
  transport: TlsTransport
  /** What it has heard, as `from: text`. */
  heard: string[]
  downs: string[]
  say(to: string, what: string): void
}

const authority = createAuthority()

/** Members of one cluster that know only those whom they are told of. */
async function startPeers(knows: Record<string, string[]>, organizations: Record<string, string> = {}) {
  const names = Object.keys(knows)
  const ports = await freePorts(names.length)
  const addresses = names.map((name, i): PeerAddress => ({ name, host: '127.0.0.1', port: ports[i]! }))
  const address = (name: string) => addresses.find(a => a.name === name)!
  const peers: Record<string, Peer> = {}
  for (const name of names) {
    const heard: string[] = []
    const downs: string[] = []
    const transport = new TlsTransport({
      clusterId: 'c',
      name,
      listen: address(name),
      peers: knows[name]!.map(address),
      tls: authority(name, organizations[name] ?? 'members'),
      organization: 'members',
      clock: systemClock,
      log: silentLogger,
    })
    open.push(transport)
    await transport.start({
      onFrame: (from, frame) => void heard.push(`${from}: ${text(frame)}`),
      onDown: peer => void downs.push(peer),
    })
    const say = (to: string, what: string) => void transport.send(to, new TextEncoder().encode(what))
    peers[name] = { ...address(name), transport, heard, downs, say }
  }
  return peers
}

/** Says it again until it is heard: what is said before there is a connection is lost. */
async function untilHeard(from: Peer, to: Peer, what: string): Promise<void> {
  while (!to.heard.includes(`${from.name}: ${what}`)) {
    from.say(to.name, what)
    await new Promise(done => setTimeout(done, 10))
  }
}

describe('the transport between members', () => {
  it('hears a member that it does not know, and answers it for as long as it is there', async () => {
    const { away, fresh } = await startPeers({ away: [], fresh: ['away'] })
    away!.say('fresh', 'nobody can be reached before')
    await untilHeard(fresh!, away!, 'I lead')
    await untilHeard(away!, fresh!, 'I follow')
    expect(fresh!.heard).not.toContain('away: nobody can be reached before')
    await fresh!.transport.stop()
    while (away!.transport.send('fresh', new Uint8Array(1))) await new Promise(done => setTimeout(done, 10))
  })

  it('goes on reaching a stranger that has become a member, and one that is a member elsewhere too', async () => {
    const { away, fresh } = await startPeers({ away: [], fresh: ['away'] })
    await untilHeard(fresh!, away!, 'I lead')
    away!.transport.setPeers([fresh!])
    await untilHeard(away!, fresh!, 'I know you')
    away!.transport.setPeers([])
    await untilHeard(away!, fresh!, 'you still speak')
  })

  it('does not hear one that was removed, neither on its connection nor on a new one', async () => {
    const { stays, gone, other } = await startPeers({ stays: ['gone'], gone: ['stays'], other: ['stays'] })
    await untilHeard(gone!, stays!, 'hello')
    stays!.transport.setPeers([])
    stays!.transport.dismiss(['gone'])
    while (!gone!.downs.includes('stays')) await new Promise(done => setTimeout(done, 10))
    const before = gone!.downs.length
    while (gone!.downs.length < before + 3) {
      gone!.say('stays', 'I am still here')
      await new Promise(done => setTimeout(done, 10))
    }
    await untilHeard(other!, stays!, 'and I')
    expect(stays!.heard).not.toContain('gone: I am still here')
    stays!.transport.setPeers([gone!])
    await untilHeard(gone!, stays!, 'I was added again')
  })

  it('does not hear whom the authority has certified for something else, and does not speak to such a one', async () => {
    const { member, kubelet, other } = await startPeers(
      { member: ['kubelet'], kubelet: ['member'], other: ['member'] },
      { kubelet: 'nodes' },
    )
    while (kubelet!.downs.length < 2 || member!.downs.length < 2) {
      kubelet!.say('member', 'I lead')
      member!.say('kubelet', 'a secret')
      await new Promise(done => setTimeout(done, 10))
    }
    await untilHeard(other!, member!, 'hello')
    expect(member!.heard).not.toContain('kubelet: I lead')
    expect(kubelet!.heard).toEqual([])
  })
})
