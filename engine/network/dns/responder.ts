import { intBelow, type Random } from '../../base/random.ts'
import type { Clock } from '../../base/clock.ts'
import { readReply, writeQuery } from './client-message.ts'
import { readData } from './record-data.ts'
import {
  CLASS,
  isQuery,
  RCODE,
  readQuery,
  TYPE,
  writeRefusal,
  writeReply,
  type DnsQuery,
  type DnsReply,
  type RecordData,
  type WireRecord,
} from './message.ts'
import type { Forwarder } from './forwarder.ts'
import type { ClusterZone, DnsRecord, RecordType } from './zone.ts'

export interface ResponderParts {
  zone: ClusterZone
  clock: Clock
  random: Random
  /** Who is asked for names that are not the cluster's; absent: nobody. */
  forwarder?: Forwarder
}

/** Answers one packet; undefined for what gets no answer. What others are asked for comes later. */
export type Responder = (packet: Buffer, transport: 'udp' | 'tcp') => Buffer | undefined | Promise<Buffer>

const NEGATIVE_TTL = 5
const MIN_UDP_BYTES = 512
const MAX_UDP_BYTES = 4096
const MAX_TCP_BYTES = 65_535
const REVERSE = ['in-addr.arpa', 'ip6.arpa']
const RECORD_TYPES = new Map<number, RecordType>([
  [TYPE.A, 'A'],
  [TYPE.AAAA, 'AAAA'],
  [TYPE.SRV, 'SRV'],
  [TYPE.CNAME, 'CNAME'],
  [TYPE.PTR, 'PTR'],
  [TYPE.TXT, 'TXT'],
])

/**
 * The cluster's DNS as packets. It speaks with authority for the cluster's domain and for addresses in reverse. Every other name
 * it refuses (REFUSED), unless there is somebody whom it may ask. Addresses come in random order, so that callers who take the first share out.
 */
export function createResponder({ zone, clock, random, forwarder }: ResponderParts): Responder {
  return (packet, transport) => {
    const query = readQuery(packet)
    if (!query) return undefined
    if (!isQuery(query)) return writeRefusal(query)
    const limit = transport === 'tcp' ? MAX_TCP_BYTES : udpLimit(query)
    const reply = replyTo(query)
    if (!forwarder) return writeReply(query, reply, limit)
    const alias = aliasOf(query, reply)
    if (alias !== undefined)
      return followed(forwarder, alias).then(more =>
        writeReply(query, { ...reply, answers: [...reply.answers, ...more] }, limit),
      )
    if (!isForeign(query, reply)) return writeReply(query, reply, limit)
    return forwarder
      .answer(packet, query.questionEnd, limit)
      .then(answer => answer ?? writeReply(query, without(RCODE.SERVFAIL), limit))
  }

  function replyTo(query: DnsQuery): DnsReply {
    if (query.edns && query.edns.version !== 0) return without(RCODE.BADVERS)
    if (query.class !== CLASS.IN && query.class !== CLASS.ANY) return without(RCODE.REFUSED)
    const name = query.name.toLowerCase()
    const apex = [zone.domain, ...REVERSE].find(domain => name === domain || name.endsWith(`.${domain}`))
    if (apex === undefined) return without(RCODE.REFUSED)
    if (name === apex && query.type === TYPE.SOA) return found([soa(apex)])
    if (name === apex && query.type === TYPE.NS) {
      const server = `ns.dns.${zone.domain}`
      return found([{ name, ttl: NEGATIVE_TTL, data: { type: 'NS', target: server } }], addressesOf(server))
    }
    // Types that the zone has none of are asked for as addresses: that tells a name with other records from none.
    const type = RECORD_TYPES.get(query.type)
    const { status, records } = zone.query(name, type ?? 'A')
    if (!type && !records.some(r => r.type === 'CNAME')) records.length = 0
    if (status === 'NXDOMAIN') return { ...found([]), rcode: RCODE.NXDOMAIN, authority: [soa(apex)] }
    if (records.length === 0) return { ...found([]), authority: [soa(apex)] }
    const targets = records.flatMap(r => (typeof r.data === 'string' ? [] : [r.data.name]))
    return found(shuffled(records).map(wire), [...new Set(targets)].flatMap(addressesOf))
  }

  /** Where an alias of the cluster leads to outside of it, for who asks for addresses. */
  function aliasOf({ type }: DnsQuery, { answers }: DnsReply): string | undefined {
    const last = answers.at(-1)?.data
    if (type !== TYPE.A || last?.type !== 'CNAME') return undefined
    return last.target.endsWith(`.${zone.domain}`) ? undefined : last.target
  }

  async function followed(servers: Forwarder, name: string): Promise<WireRecord[]> {
    const query = writeQuery(0, name, TYPE.A)
    const packet = await servers.answer(query, query.length, MAX_TCP_BYTES)
    const { answers = [] } = (packet && readReply(packet)) || {}
    return answers.flatMap(record => {
      const data = readData(packet!, record)
      if (typeof data !== 'string') return []
      const { name: owner, ttl } = record
      if (record.type === TYPE.A) return [{ name: owner, ttl, data: { type: 'A', address: data } as RecordData }]
      return record.type === TYPE.CNAME
        ? [{ name: owner, ttl, data: { type: 'CNAME', target: data } as RecordData }]
        : []
    })
  }

  function addressesOf(name: string): WireRecord[] {
    return zone
      .query(name, 'A')
      .records.filter(r => r.type === 'A')
      .map(wire)
  }

  function soa(apex: string): WireRecord {
    return {
      name: apex,
      ttl: NEGATIVE_TTL,
      data: {
        type: 'SOA',
        primary: `ns.dns.${apex}`,
        mailbox: `hostmaster.${apex}`,
        serial: Math.floor(clock.now() / 1000) % 2 ** 32,
        refresh: 7200,
        retry: 1800,
        expire: 86_400,
        minimum: NEGATIVE_TTL,
      },
    }
  }

  /** Aliases stay before what they lead to. */
  function shuffled(records: DnsRecord[]): DnsRecord[] {
    const rest = records.filter(r => r.type !== 'CNAME')
    for (let i = rest.length - 1; i > 0; i--) {
      const j = intBelow(random, i + 1)
      ;[rest[i], rest[j]] = [rest[j]!, rest[i]!]
    }
    return [...records.filter(r => r.type === 'CNAME'), ...rest]
  }
}

/** Not of the cluster, or an address that nothing of it has. */
function isForeign({ name, class: class_ }: DnsQuery, { rcode }: DnsReply): boolean {
  const isReverse = REVERSE.some(domain => name.toLowerCase().endsWith(`.${domain}`))
  return class_ === CLASS.IN && (rcode === RCODE.REFUSED || (rcode === RCODE.NXDOMAIN && isReverse))
}

function found(answers: WireRecord[], additional: WireRecord[] = []): DnsReply {
  return { rcode: RCODE.NOERROR, authoritative: true, answers, authority: [], additional }
}

function without(rcode: number): DnsReply {
  return { ...found([]), rcode, authoritative: false }
}

function udpLimit({ edns }: DnsQuery): number {
  return Math.min(Math.max(edns?.payloadSize ?? 0, MIN_UDP_BYTES), MAX_UDP_BYTES)
}

function wire({ name, type, ttl, data }: DnsRecord): WireRecord {
  return { name, ttl, data: dataOf(type, data) }
}

function dataOf(type: RecordType, data: DnsRecord['data']): RecordData {
  if (typeof data !== 'string')
    return { type: 'SRV', priority: data.priority, weight: data.weight, port: data.port, target: data.name }
  if (type === 'A') return { type, address: data }
  if (type === 'CNAME' || type === 'PTR') return { type, target: data }
  return { type: 'TXT', text: data }
}
