import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointSlice, Service } from '../../../engine/api/types.ts'
import { systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../../engine/base/random.ts'
import { isQuery, RCODE, readQuery, TYPE } from '../../../engine/network/dns/message.ts'
import { createResponder } from '../../../engine/network/dns/responder.ts'
import { startDnsServer, type DnsServer } from '../../../engine/network/dns/server.ts'
import { ClusterZone } from '../../../engine/network/dns/zone.ts'
import { ServiceTable } from '../../../engine/network/services/service-table.ts'
import { endpoint, service, slice } from '../fake-api.ts'

const table = new ServiceTable('worker-1')
table.setService(
  service('web', { clusterIP: '10.96.0.50', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }) as Service,
)
table.setSlice(
  slice('web', [{ name: 'http', port: 80 }], [endpoint('10.244.1.9', 'worker-1')]) as unknown as EndpointSlice,
)
table.setService(service('away', { type: 'ExternalName', externalName: 'example.com' }) as Service)
table.setService(service('many', { clusterIP: 'None', ports: [{ name: 'p', port: 1 }] }) as Service)
table.setSlice(
  slice(
    'many',
    [{ name: 'p', port: 1, protocol: 'TCP' }],
    Array.from({ length: 120 }, (_, i) => endpoint(`10.244.2.${i + 2}`, 'worker-1')),
  ) as EndpointSlice,
)
const zone = new ClusterZone(table, 'cluster.local', '10.96.0.10')
const responder = createResponder({ zone, clock: systemClock, random: seededRandom(1) })
/** Nobody else is asked here: every answer is there at once. */
const respond = (packet: Buffer, transport: 'udp' | 'tcp') => responder(packet, transport) as Buffer | undefined
let server: DnsServer
const resolver = new Resolver({ timeout: 2000, tries: 1 })
beforeAll(async () => {
  server = await startDnsServer(responder, silentLogger)
  resolver.setServers([`127.0.0.1:${server.port}`])
})
afterAll(() => server.close())

/** A query as bytes; `payloadSize` adds EDNS. */
function query(name: string, type: number, { payloadSize = 0, version = 0, qclass = 1, flags = 0x0100 } = {}): Buffer {
  const labels = name.split('.').filter(Boolean)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0x1234, 0)
  head.writeUInt16BE(flags, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(payloadSize ? 1 : 0, 10)
  const tail = Buffer.alloc(5)
  tail.writeUInt16BE(type, 1)
  tail.writeUInt16BE(qclass, 3)
  const opt = Buffer.alloc(payloadSize ? 11 : 0)
  if (payloadSize) {
    opt.writeUInt16BE(TYPE.OPT, 1)
    opt.writeUInt16BE(payloadSize, 3)
    opt[6] = version
  }
  return Buffer.concat([head, ...labels.flatMap(l => [Buffer.from([l.length]), Buffer.from(l, 'latin1')]), tail, opt])
}

const headOf = (packet: Buffer) => ({
  id: packet.readUInt16BE(0),
  authoritative: (packet.readUInt16BE(2) & 0x0400) !== 0,
  truncated: (packet.readUInt16BE(2) & 0x0200) !== 0,
  rcode: packet.readUInt16BE(2) & 15,
  counts: [4, 6, 8, 10].map(at => packet.readUInt16BE(at)),
})
const ask = (name: string, type: number, options = {}, transport: 'udp' | 'tcp' = 'udp') =>
  headOf(respond(query(name, type, options), transport)!)

describe('a resolver that speaks real DNS', () => {
  it('gets addresses, ports, aliases, reverse names and the version', async () => {
    expect(await resolver.resolve4('web.default.svc.cluster.local', { ttl: true })).toEqual([
      { address: '10.96.0.50', ttl: 5 },
    ])
    expect(await resolver.resolveSrv('_http._tcp.web.default.svc.cluster.local')).toMatchObject([
      { name: 'web.default.svc.cluster.local', port: 80, priority: 0, weight: 100 },
    ])
    expect(await resolver.resolveCname('away.default.svc.cluster.local')).toEqual(['example.com'])
    expect(await resolver.reverse('10.96.0.50')).toEqual(['web.default.svc.cluster.local'])
    expect(await resolver.resolveTxt('dns-version.cluster.local')).toEqual([['1.1.0']])
    expect(await resolver.resolve4('10-244-7-8.default.pod.cluster.local')).toEqual(['10.244.7.8'])
    expect(await resolver.resolveNs('cluster.local')).toEqual(['ns.dns.cluster.local'])
    expect(await resolver.resolveSoa('cluster.local')).toMatchObject({
      nsname: 'ns.dns.cluster.local',
      hostmaster: 'hostmaster.cluster.local',
      minttl: 5,
    })
    expect(await resolver.resolve4('10-244-1-9.web.default.svc.cluster.local')).toEqual(['10.244.1.9'])
  })

  it('is told a name without such records from one that is not there, and names of others are refused', async () => {
    const code = (name: string, type: 'A' | 'AAAA') =>
      resolver.resolve(name, type).then(
        () => 'found',
        (error: NodeJS.ErrnoException) => error.code,
      )
    expect(await code('web.default.svc.cluster.local', 'AAAA')).toBe('ENODATA')
    expect(await code('nothing.default.svc.cluster.local', 'A')).toBe('ENOTFOUND')
    expect(await code('cluster.local', 'A')).toBe('ENODATA')
    expect(await code('default.svc.cluster.local', 'A')).toBe('ENODATA')
    expect(await code('nowhere.svc.cluster.local', 'A')).toBe('ENOTFOUND')
    expect(await code('9.9.9.10.in-addr.arpa', 'A')).toBe('ENOTFOUND')
    expect(await code('example.com', 'A')).toBe('EREFUSED')
  })

  it('gets over TCP what is too much for a datagram', async () => {
    expect(await resolver.resolve4('many.default.svc.cluster.local')).toHaveLength(120)
  })
})

describe('an answer', () => {
  it('says with the zone’s SOA how long there is none', () => {
    expect(ask('nothing.default.svc.cluster.local', TYPE.A)).toEqual({
      id: 0x1234,
      authoritative: true,
      truncated: false,
      rcode: RCODE.NXDOMAIN,
      counts: [1, 0, 1, 0],
    })
    expect(ask('web.default.svc.cluster.local', TYPE.AAAA).counts).toEqual([1, 0, 1, 0])
    expect(ask('web.default.svc.cluster.local', TYPE.ANY)).toMatchObject({ rcode: 0, counts: [1, 0, 1, 0] })
  })

  it('is cut to what the asker takes, 512 bytes if he does not say, and says that it is', () => {
    const name = 'many.default.svc.cluster.local'
    const plain = respond(query(name, TYPE.A), 'udp')!
    expect(plain.length).toBeLessThanOrEqual(512)
    expect(headOf(plain).truncated).toBe(true)
    const wide = respond(query(name, TYPE.A, { payloadSize: 1232 }), 'udp')!
    expect(wide.length).toBeLessThanOrEqual(1232)
    expect(wide.length).toBeGreaterThan(1200)
    expect(headOf(wide)).toMatchObject({ truncated: true })
    expect(headOf(wide).counts[3]).toBe(1)
    expect(ask(name, TYPE.A, { payloadSize: 4096 })).toMatchObject({ truncated: false })
    expect(ask(name, TYPE.A, {}, 'tcp')).toMatchObject({ truncated: false, counts: [1, 120, 0, 0] })
  })

  it('has each address of a name in sixteen bytes: names are written once', () => {
    const packet = respond(query('many.default.svc.cluster.local', TYPE.A), 'tcp')!
    expect(packet.length).toBe(query('many.default.svc.cluster.local', TYPE.A).length + 120 * 16)
  })

  it('brings the addresses of the names in SRV records, and begins with another address each time', () => {
    expect(ask('_p._tcp.many.default.svc.cluster.local', TYPE.SRV, {}, 'tcp').counts).toEqual([1, 120, 0, 120])
    const name = 'many.default.svc.cluster.local'
    const first = () => respond(query(name, TYPE.A), 'tcp')!.subarray(query(name, TYPE.A).length)[15]
    expect(new Set(Array.from({ length: 50 }, first)).size).toBeGreaterThan(10)
  })

  it('refuses what it does not speak by its number, and never answers answers', () => {
    expect(ask('web.default.svc.cluster.local', TYPE.A, { flags: 0x2000 }).rcode).toBe(RCODE.NOTIMP)
    expect(ask('web.default.svc.cluster.local', TYPE.A, { qclass: 3 }).rcode).toBe(RCODE.REFUSED)
    const badVersion = respond(query('x', TYPE.A, { payloadSize: 512, version: 1 }), 'udp')!
    expect([headOf(badVersion).rcode, badVersion.at(-6)]).toEqual([0, 1])
    expect(respond(query('x', TYPE.A, { flags: 0x8000 }), 'udp')).toBeUndefined()
  })
})

describe('hostile packets', () => {
  it('a hundred thousand broken ones throw nothing, hold nothing, and get a short answer or none', () => {
    const random = seededRandom(4711)
    const seeds = [
      query('web.default.svc.cluster.local', TYPE.A, { payloadSize: 1232 }),
      query('_p._tcp.many.default.svc.cluster.local', TYPE.SRV),
      query('50.0.96.10.in-addr.arpa', TYPE.PTR, { payloadSize: 65_535 }),
    ]
    const before = process.memoryUsage().arrayBuffers
    const seen = new Set<number>()
    for (let i = 0; i < 100_000; i++) {
      const seed = seeds[i % seeds.length]!
      let packet = i % 4 === 0 ? Buffer.alloc(intBelow(random, 80)) : Buffer.from(seed)
      const changes = i % 4 === 0 ? packet.length : 1 + intBelow(random, 4)
      for (let c = 0; c < changes; c++) packet[intBelow(random, packet.length || 1)] = intBelow(random, 256)
      if (i % 3 === 0) packet = packet.subarray(0, intBelow(random, packet.length + 1))
      const answer = respond(packet, 'udp')
      if (!answer) continue
      expect(answer.length).toBeLessThanOrEqual(4096)
      expect(answer.readUInt16BE(0)).toBe(packet.readUInt16BE(0))
      seen.add(headOf(answer).rcode)
    }
    expect([...seen].sort()).toEqual(expect.arrayContaining([0, RCODE.FORMERR, RCODE.NXDOMAIN, RCODE.NOTIMP, 5]))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20)
  })

  it('names that point at themselves or forwards are none', () => {
    for (const at of [12, 14, 0, 4]) {
      const packet = Buffer.concat([query('', TYPE.A).subarray(0, 12), Buffer.from([0xc0, at, 0, 1, 0, 1])])
      const read = readQuery(packet)!
      expect(isQuery(read)).toBe(false)
      expect(headOf(respond(packet, 'udp')!).rcode).toBe(RCODE.FORMERR)
    }
  })

  it('connections that say nonsense, and datagrams of nothing, leave others their answers', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const closed = once(socket, 'close')
    socket.end(Buffer.from([0, 2, 1, 2]))
    socket.resume()
    const slow = connect(server.port, '127.0.0.1').on('error', () => undefined)
    slow.write(Buffer.from([255]))
    const udp = createSocket('udp4')
    for (let i = 0; i < 20; i++) udp.send(Buffer.alloc(i % 12), server.port, '127.0.0.1')
    expect(await resolver.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.0.50'])
    await closed
    udp.close()
    slow.destroy()
  })

  it('several questions on one connection are answered in order', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const one = query('web.default.svc.cluster.local', TYPE.A)
    const length = Buffer.from([0, one.length])
    socket.write(Buffer.concat([length, one, length, one.subarray(0, 5)]))
    socket.write(one.subarray(5))
    let bytes = 0
    for await (const chunk of socket) if ((bytes += (chunk as Buffer).length) >= 2 * (one.length + 18)) break
    expect(bytes).toBe(2 * (one.length + 18))
  })

  it('a message that is never whole, however busily it comes, is not waited for, and others are answered meanwhile', async () => {
    const impatient = await startDnsServer(responder, silentLogger, { idleMs: 400 })
    try {
      const socket = connect(impatient.port, '127.0.0.1').on('error', () => undefined)
      const closed = once(socket, 'close')
      const from = performance.now()
      let bytes = 0
      const drip = setInterval(() => socket.write(Buffer.from([bytes++ ? 0 : 255])), 20)
      const other = new Resolver({ timeout: 2000, tries: 1 })
      other.setServers([`127.0.0.1:${impatient.port}`])
      expect(await other.resolve4('web.default.svc.cluster.local')).toEqual(['10.96.0.50'])
      await closed
      clearInterval(drip)
      // The silence that is allowed had not begun: it spoke all the time.
      expect(performance.now() - from).toBeGreaterThan(380)
      expect(bytes).toBeGreaterThan(5)
    } finally {
      await impatient.close()
    }
  })
})
