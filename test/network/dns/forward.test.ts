import { createSocket, type Socket as Datagrams } from 'node:dgram'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { dnsServers } from '../../../app/cli/lab/dns-options.ts'
import type { Service } from '../../../engine/api/types.ts'
import { FakeClock, systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { seededRandom } from '../../../engine/base/random.ts'
import { readReply, writeQuery } from '../../../engine/network/dns/client-message.ts'
import type { DnsAddress } from '../../../engine/network/dns/exchange.ts'
import { Forwarder } from '../../../engine/network/dns/forwarder.ts'
import { RCODE, TYPE } from '../../../engine/network/dns/message.ts'
import { createResponder } from '../../../engine/network/dns/responder.ts'
import { startDnsServerAgain } from '../../../engine/network/dns/saved-port.ts'
import { ClusterZone } from '../../../engine/network/dns/zone.ts'
import { ServiceTable } from '../../../engine/network/services/service-table.ts'
import { service } from '../fake-api.ts'

interface Asked {
  query: Buffer
  transport: 'udp' | 'tcp'
  port: number
}
/** What a fake server says; undefined: nothing. */
type Say = (asked: Asked) => Buffer | undefined

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** A server of another's names on loopback. */
async function fake(say: Say): Promise<DnsAddress & { asked: Asked[] }> {
  const asked: Asked[] = []
  const hear = (one: Asked) => (asked.push(one), say(one))
  const tcp: Server = createServer(socket => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data: Buffer) => {
      const answer = hear({ query: data.subarray(2), transport: 'tcp', port: socket.remotePort! })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(answer?.length ?? 0)
      socket.end(Buffer.concat(answer ? [length, answer] : []))
    })
  })
  await new Promise<void>(done => tcp.listen(0, '127.0.0.1', done))
  const { port } = tcp.address() as AddressInfo
  const udp: Datagrams = createSocket('udp4')
  udp.on('message', (query, from) => {
    const answer = hear({ query, transport: 'udp', port: from.port })
    if (answer) udp.send(answer, from.port, from.address)
  })
  await new Promise<void>(done => udp.bind(port, '127.0.0.1', done))
  ends.push(() => Promise.all([new Promise(done => tcp.close(done)), new Promise<void>(done => udp.close(done))]))
  return { address: '127.0.0.1', port, asked }
}

/** An answer to a question: addresses, or an SOA that says for how long there is none. */
function answer(query: Buffer, addresses: string[], { ttl = 60, rcode = 0, negative = 0, flags = 0 } = {}): Buffer {
  const head = Buffer.from(query.subarray(0, 12))
  head.writeUInt16BE(0x8180 | rcode | flags, 2)
  head.writeUInt16BE(addresses.length, 6)
  head.writeUInt16BE(negative ? 1 : 0, 8)
  head.writeUInt16BE(0, 10)
  const record = (type: number, data: Buffer) => {
    const fixed = Buffer.alloc(12)
    fixed.writeUInt16BE(0xc00c, 0)
    fixed.writeUInt16BE(type, 2)
    fixed.writeUInt16BE(1, 4)
    fixed.writeUInt32BE(type === TYPE.SOA ? 3600 : ttl, 6)
    fixed.writeUInt16BE(data.length, 10)
    return Buffer.concat([fixed, data])
  }
  const soa = Buffer.alloc(22)
  soa.writeUInt32BE(negative, 18)
  const records = addresses.map(ip => record(TYPE.A, Buffer.from(ip.split('.').map(Number))))
  return Buffer.concat([head, query.subarray(12), ...records, ...(negative ? [record(TYPE.SOA, soa)] : [])])
}

function asker(servers: DnsAddress[], clock: typeof systemClock | FakeClock = systemClock) {
  const table = new ServiceTable('worker-1')
  table.setService(service('away', { type: 'ExternalName', externalName: 'www.example.com' }) as Service)
  table.setService(service('web', { clusterIP: '10.96.0.50', ports: [{ port: 80 }] }) as Service)
  const random = seededRandom(1)
  const zone = new ClusterZone(table, 'cluster.local', '10.96.0.10')
  const forwarder = new Forwarder(servers, { clock, random, log: silentLogger })
  const respond = createResponder({ zone, clock, random, forwarder })
  return async (name: string, { type = TYPE.A as number, id = 7, transport = 'udp' as 'udp' | 'tcp' } = {}) => {
    const packet = (await respond(writeQuery(id, name, type), transport))!
    const reply = readReply(packet)!
    const addresses = reply.answers.map(r => packet.subarray(r.dataAt, r.dataAt + r.dataBytes).join('.'))
    return { ...reply, addresses, bytes: packet.length, ttls: reply.answers.map(r => r.ttl) }
  }
}

describe('names outside of the cluster, where the lab lets them be asked for', () => {
  it('are asked for, and the cluster’s own are not', async () => {
    const server = await fake(({ query }) => answer(query, ['192.0.2.1']))
    const ask = asker([server])
    expect(await ask('Example.COM')).toMatchObject({ id: 7, rcode: RCODE.NOERROR, addresses: ['192.0.2.1'] })
    expect((await ask('web.default.svc.cluster.local')).addresses).toEqual(['10.96.0.50'])
    expect((await ask('nothing.default.svc.cluster.local')).rcode).toBe(RCODE.NXDOMAIN)
    expect((await ask('50.0.96.10.in-addr.arpa', { type: TYPE.PTR })).rcode).toBe(RCODE.NOERROR)
    expect(server.asked.length).toBe(1)
    await ask('1.2.0.192.in-addr.arpa', { type: TYPE.PTR })
    expect(server.asked.length).toBe(2)
  })

  it('are found behind an alias of the cluster', async () => {
    const server = await fake(({ query }) => answer(query, ['192.0.2.1']))
    const found = await asker([server])('away.default.svc.cluster.local')
    expect(found.answers.map(r => [r.name, r.type])).toEqual([
      ['away.default.svc.cluster.local', TYPE.CNAME],
      ['www.example.com', TYPE.A],
    ])
    expect(found.addresses[1]).toBe('192.0.2.1')
  })

  it('are asked for with numbers and from ports that nobody can foresee', async () => {
    const server = await fake(({ query }) => answer(query, ['192.0.2.1']))
    const ask = asker([server])
    for (let i = 0; i < 8; i++) await ask(`n${i}.example.com`)
    expect(new Set(server.asked.map(a => a.query.readUInt16BE(0))).size).toBeGreaterThan(4)
    expect(new Set(server.asked.map(a => a.port)).size).toBeGreaterThan(1)
  })

  it('are kept for their time, which is shown to run, and no longer; the case of letters is the asker’s', async () => {
    const clock = new FakeClock()
    const server = await fake(({ query }) => answer(query, ['192.0.2.1'], { ttl: 20 }))
    const ask = asker([server], clock)
    expect((await ask('example.com')).ttls).toEqual([20])
    clock.advance(15_000)
    expect(await ask('EXAMPLE.com', { id: 9 })).toMatchObject({ id: 9, ttls: [5], question: { name: 'EXAMPLE.com' } })
    expect(server.asked.length).toBe(1)
    clock.advance(5_000)
    expect((await ask('example.com')).ttls).toEqual([20])
    expect(server.asked.length).toBe(2)
  })

  it('are kept for half a minute at most, and so is that there are none', async () => {
    const clock = new FakeClock()
    const server = await fake(({ query }) =>
      query.includes('none')
        ? answer(query, [], { rcode: RCODE.NXDOMAIN, negative: 10 })
        : answer(query, ['192.0.2.1'], { ttl: 86_400 }),
    )
    const ask = asker([server], clock)
    for (const name of ['long.example', 'none.example']) for (let i = 0; i < 2; i++) await ask(name)
    expect(server.asked.length).toBe(2)
    clock.advance(11_000)
    expect((await ask('none.example')).rcode).toBe(RCODE.NXDOMAIN)
    expect(server.asked.length).toBe(3)
    clock.advance(20_000)
    await ask('long.example')
    expect(server.asked.length).toBe(4)
  })

  it('are asked for over TCP where a datagram is too short, and cut for who asks with datagrams', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `192.0.2.${i}`)
    const server = await fake(({ query, transport }) =>
      transport === 'udp' ? answer(query, [], { flags: 0x0200 }) : answer(query, many),
    )
    const ask = asker([server])
    expect(await ask('many.example')).toMatchObject({ truncated: true, addresses: [] })
    expect((await ask('many.example', { transport: 'tcp' })).addresses).toEqual(many)
    expect(server.asked.map(a => a.transport)).toEqual(['udp', 'tcp'])
  })

  it('are asked of the next server where one is in trouble, silent or gone; of none left, the answer is a failure', async () => {
    const clock = new FakeClock()
    const troubled = await fake(({ query }) => answer(query, [], { rcode: RCODE.SERVFAIL }))
    const silent = await fake(() => undefined)
    const well = await fake(({ query }) => answer(query, ['192.0.2.9']))
    const ask = asker([troubled, silent, well], clock)
    const asked = ask('a.example')
    await expect.poll(() => silent.asked.length).toBe(1)
    clock.advance(2_000)
    expect((await asked).addresses).toEqual(['192.0.2.9'])

    const alone = asker([silent], clock)('b.example')
    for (const times of [2, 3]) {
      await expect.poll(() => silent.asked.length).toBe(times)
      clock.advance(2_000)
    }
    expect((await alone).rcode).toBe(RCODE.SERVFAIL)
  })

  it('believe no answer to another question or number', async () => {
    const clock = new FakeClock()
    const server = await fake(({ query }) => {
      const other = Buffer.from(query)
      if (server.asked.length === 1) other.writeUInt16BE(query.readUInt16BE(0) ^ 1, 0)
      else if (server.asked.length === 2) other[13]! ^= 1
      return answer(other, ['203.0.113.66'])
    })
    const asked = asker([server], clock)('a.example')
    for (const times of [1, 2]) {
      await expect.poll(() => server.asked.length).toBe(times)
      clock.advance(2_000)
    }
    expect(await asked).toMatchObject({ rcode: RCODE.SERVFAIL, addresses: [] })
  })

  it('are asked for once where many ask at once, each getting an answer of its own number', async () => {
    const server = await fake(({ query }) => answer(query, ['192.0.2.1']))
    const ask = asker([server])
    const replies = await Promise.all([1, 2, 3, 4].map(id => ask('same.example', { id })))
    expect(replies.map(r => r.id)).toEqual([1, 2, 3, 4])
    expect(server.asked.length).toBe(1)
  })
})

it('the servers are given by address and port', () => {
  expect(dnsServers('192.168.1.1,127.0.0.53:5353')).toEqual([
    { address: '192.168.1.1', port: 53 },
    { address: '127.0.0.53', port: 5353 },
  ])
  expect(dnsServers('none')).toEqual([])
  for (const wrong of ['', 'dns.example', '1.1.1.1:0', '1.1.1.1:1:1', '::1']) expect(() => dnsServers(wrong)).toThrow()
})

it('the DNS of a node has the port again that it had, unless somebody has taken it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-dns-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  const start = () => startDnsServerAgain(() => undefined, silentLogger, join(folder, 'dns-port'))
  const first = await start()
  await first.close()
  const again = await start()
  expect(again.port).toBe(first.port)
  const another = await start()
  expect(another.port).not.toBe(first.port)
  await Promise.all([again.close(), another.close()])
})
