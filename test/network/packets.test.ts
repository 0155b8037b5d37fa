import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { MAX_CARRIED, MAX_OPENING, Openings } from '../../engine/network/namespaces/openings.ts'
import {
  checksum,
  datagramOf,
  datagramUnreachable,
  openingUnreachable,
  readPacket,
  refusalOf,
  sentAgain,
  UNREACHABLE,
  type Opening,
} from '../../engine/network/namespaces/packets.ts'
import { RouteError } from '../../engine/network/proxy/route-error.ts'
import type { Route, Source } from '../../engine/network/proxy/router.ts'

const OWN = { ip: '10.244.1.5', port: 40_000 }
const OTHER = { ip: '10.96.0.1', port: 443 }
/** As a kernel has it on loopback: only the sum over addresses, protocol and length is in its place. */
const SYN = Buffer.from(
  '4500003c12344000400600000af401050a6000019c4001bbfffffffe00000000a002ffd700000000' +
    '020405b40402080a0000000100000000010303070000',
  'hex',
).subarray(0, 60)
const opening = (sourcePort = OWN.port): Opening => {
  const packet = Buffer.from(SYN)
  packet.writeUInt16BE(sourcePort, 20)
  return readPacket(packet) as Opening
}
/** Zero if the checksum in the segment is right. */
const tcpSum = (packet: Buffer) => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(packet.length - 20)
  return checksum(packet.subarray(12, 20), Buffer.from([0, 6]), length, packet.subarray(20))
}

describe('a packet', () => {
  it('that begins a connection is read, and sent again with a right checksum', () => {
    expect(opening()).toMatchObject({ kind: 'opening', source: OWN, destination: OTHER, sequence: 0xfffffffe })
    const again = sentAgain(opening())
    expect(tcpSum(again)).toBe(0)
    again.writeUInt16BE(0, 36)
    const before = Buffer.from(SYN)
    before.writeUInt16BE(0, 36)
    expect(again.equals(before)).toBe(true)
  })

  it('that refuses it confirms its number, which may wrap around', () => {
    const refusal = refusalOf({ ...opening(), sequence: 0xffffffff })
    expect(tcpSum(refusal)).toBe(0)
    expect(checksum(refusal.subarray(0, 20))).toBe(0)
    expect(readPacket(refusal)).toMatchObject({ source: OTHER, destination: OWN })
    expect(refusal.readUInt32BE(28)).toBe(0)
    expect(refusal[33]).toBe(0x14)
  })

  it('that says what cannot be reached holds the beginning of what was sent', () => {
    const word = openingUnreachable(opening(), UNREACHABLE.host)
    expect([...word.subarray(20, 22)]).toEqual([3, 1])
    expect(checksum(word.subarray(20))).toBe(0)
    expect(word.subarray(28).equals(SYN.subarray(0, 28))).toBe(true)
  })

  it('that says a datagram was not heard is read by that datagram', () => {
    const word = datagramUnreachable(OWN, OTHER, UNREACHABLE.port)
    expect(readPacket(word)).toEqual({ kind: 'unheard', source: OWN, destination: OTHER })
    const datagram = datagramOf(OWN, OTHER, Buffer.from('hello'))
    expect(datagram.readUInt16BE(2)).toBe(datagram.length)
    expect(datagram.toString('latin1', 28)).toBe('hello')
  })

  it('that is cut off or is something else is nothing', () => {
    for (let length = 0; length < 40; length++) expect(readPacket(SYN.subarray(0, length))).toBeUndefined()
    expect(readPacket(datagramOf(OWN, OTHER, Buffer.alloc(20)))).toBeUndefined()
    const word = datagramUnreachable(OWN, OTHER, UNREACHABLE.port)
    for (let length = 0; length < 52; length++) expect(readPacket(word.subarray(0, length))).toBeUndefined()
  })
})

describe('a connection of a pod', () => {
  const source: Source = { kind: 'node', ip: OWN.ip, namespace: 'default' }

  function start() {
    const clock = new FakeClock()
    const injected: Buffer[] = []
    const asked: PromiseWithResolvers<Route>[] = []
    const open = () => {
      const answer = Promise.withResolvers<Route>()
      asked.push(answer)
      return answer.promise
    }
    const parts = { router: { open }, clock, log: silentLogger, sockets: new Set<Socket>() }
    const openings = new Openings(parts, source, packet => void injected.push(packet))
    const settle = () => new Promise(resolve => setImmediate(resolve))
    return { clock, injected, asked, openings, settle }
  }
  const socket = () => new PassThrough() as unknown as Socket

  it('is let through when the way is open, once, and joined when the program is there', async () => {
    const { injected, asked, openings, settle } = start()
    openings.begin(opening())
    openings.begin(opening())
    expect(asked).toHaveLength(1)
    expect(injected).toEqual([])
    const far = socket()
    asked[0].resolve({ socket: far, ...OTHER })
    await settle()
    expect(injected).toEqual([sentAgain(opening())])
    const near = socket()
    openings.accepted(OWN, OTHER, near)
    expect(near.destroyed).toBe(false)
    const twice = socket()
    openings.accepted(OWN, OTHER, twice)
    expect(twice.destroyed).toBe(true)
    near.destroy()
  })

  it('hears what the router says: refused, unreachable, or nothing at all', async () => {
    for (const [code, expected] of [
      ['ECONNREFUSED', refusalOf(opening())],
      ['EHOSTUNREACH', openingUnreachable(opening(), UNREACHABLE.host)],
      ['ENETUNREACH', openingUnreachable(opening(), UNREACHABLE.network)],
      ['ETIMEDOUT', undefined],
    ] as const) {
      const { injected, asked, openings, settle } = start()
      openings.begin(opening())
      asked[0].reject(new RouteError(code, 'no'))
      await settle()
      expect(injected).toEqual(expected ? [expected] : [])
      // Sent again after that, it is asked for again.
      openings.begin(opening())
      expect(asked).toHaveLength(2)
      openings.close()
    }
  })

  it('that the program does not come for is closed', async () => {
    const { clock, asked, openings, settle } = start()
    openings.begin(opening())
    const far = socket()
    asked[0].resolve({ socket: far, ...OTHER })
    await settle()
    clock.advance(5_000)
    expect(far.destroyed).toBe(true)
  })

  it('is one of so many that are carried', async () => {
    const { asked, openings, settle } = start()
    const near: Socket[] = []
    for (let port = 1; port <= MAX_CARRIED; port++) {
      openings.begin(opening(port))
      asked.at(-1)!.resolve({ socket: socket(), ...OTHER })
      await settle()
      near.push(socket())
      openings.accepted({ ...OWN, port }, OTHER, near.at(-1)!)
    }
    openings.begin(opening(60_000))
    expect(asked).toHaveLength(MAX_CARRIED)
    near[0].destroy()
    await settle()
    openings.begin(opening(60_000))
    expect(asked).toHaveLength(MAX_CARRIED + 1)
    for (const end of near) end.destroy()
    openings.close()
  })

  it('is one of so many at a time, and given up with the pod', async () => {
    const { asked, openings, settle } = start()
    for (let i = 0; i <= MAX_OPENING; i++) openings.begin(opening(10_000 + i))
    expect(asked).toHaveLength(MAX_OPENING)
    openings.close()
    const far = socket()
    asked[0].resolve({ socket: far, ...OTHER })
    await settle()
    expect(far.destroyed).toBe(true)
  })
})
