/** A question as it came over the wire; only the parts that answers depend on. */
export interface DnsQuery {
  id: number
  opcode: number
  recursionDesired: boolean
  checkingDisabled: boolean
  /** As it was written: without the last dot, upper case kept. */
  name: string
  type: number
  class: number
  /** Where in the packet the question ends. */
  questionEnd: number
  /** What the asker says of EDNS (RFC 6891). */
  edns?: { payloadSize: number; version: number }
}

/** A packet that cannot be understood, but whose sender can be told so. */
export interface Malformed {
  id: number
  opcode: number
  recursionDesired: boolean
  rcode: number
}

export type RecordData =
  | { type: 'A'; address: string }
  | { type: 'NS' | 'CNAME' | 'PTR'; target: string }
  | { type: 'TXT'; text: string }
  | { type: 'SRV'; priority: number; weight: number; port: number; target: string }
  | {
      type: 'SOA'
      primary: string
      mailbox: string
      serial: number
      refresh: number
      retry: number
      expire: number
      minimum: number
    }

export interface WireRecord {
  name: string
  /** Seconds. */
  ttl: number
  data: RecordData
}

export interface DnsReply {
  rcode: number
  authoritative: boolean
  answers: WireRecord[]
  authority: WireRecord[]
  additional: WireRecord[]
}

export const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, BADVERS: 16 } as const
export const TYPE = { A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, OPT: 41, ANY: 255 } as const
export const CLASS = { IN: 1, ANY: 255 } as const

const HEADER_BYTES = 12
const MAX_NAME_BYTES = 255
const MAX_TEXT_BYTES = 255
const OUR_PAYLOAD_SIZE = 4096
const RESPONSE = 0x8000
const AUTHORITATIVE = 0x0400
const TRUNCATED = 0x0200
const RECURSION_DESIRED = 0x0100
const CHECKING_DISABLED = 0x0010

/**
 * Reads a query (RFC 1035, 4.1). Undefined for what is no query at all and gets no answer: too short a packet, or an answer,
 * which two servers could send back and forth for ever.
 */
export function readQuery(packet: Buffer): DnsQuery | Malformed | undefined {
  if (packet.length < HEADER_BYTES) return undefined
  const id = packet.readUInt16BE(0)
  const flags = packet.readUInt16BE(2)
  if (flags & RESPONSE) return undefined
  const opcode = (flags >> 11) & 15
  const recursionDesired = (flags & RECURSION_DESIRED) !== 0
  const bad = (rcode: number): Malformed => ({ id, opcode, recursionDesired, rcode })
  if (opcode !== 0) return bad(RCODE.NOTIMP)
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map(at => packet.readUInt16BE(at))
  if (questions !== 1 || answers! > 1 || authorities! > 1 || additionals! > 2) return bad(RCODE.FORMERR)
  const question = readName(packet, HEADER_BYTES)
  if (!question || question.end + 4 > packet.length) return bad(RCODE.FORMERR)
  const query: DnsQuery = {
    id,
    opcode,
    recursionDesired,
    checkingDisabled: (flags & CHECKING_DISABLED) !== 0,
    name: question.name,
    type: packet.readUInt16BE(question.end),
    class: packet.readUInt16BE(question.end + 2),
    questionEnd: question.end + 4,
  }
  let at = question.end + 4
  for (let i = 0; i < answers! + authorities! + additionals!; i++) {
    const owner = readName(packet, at)
    if (!owner || owner.end + 10 > packet.length) return bad(RCODE.FORMERR)
    const next = owner.end + 10 + packet.readUInt16BE(owner.end + 8)
    if (next > packet.length) return bad(RCODE.FORMERR)
    if (packet.readUInt16BE(owner.end) === TYPE.OPT) {
      if (query.edns || owner.name !== '') return bad(RCODE.FORMERR)
      query.edns = { payloadSize: packet.readUInt16BE(owner.end + 2), version: packet[owner.end + 5]! }
    }
    at = next
  }
  return query
}

/** Whether the packet was understood. */
export function isQuery(read: DnsQuery | Malformed): read is DnsQuery {
  return 'name' in read
}

/** The answer to a packet that could not be understood: a header alone. */
export function writeRefusal({ id, opcode, recursionDesired, rcode }: Malformed): Buffer {
  const packet = Buffer.alloc(HEADER_BYTES)
  packet.writeUInt16BE(id, 0)
  packet.writeUInt16BE(RESPONSE | (opcode << 11) | (recursionDesired ? RECURSION_DESIRED : 0) | rcode, 2)
  return packet
}

/**
 * Writes an answer of at most `limit` bytes. What does not fit is left out from the end; if that takes an answer or what says
 * that there is none, the packet says that it is truncated, and the asker comes again over TCP.
 */
export function writeReply(query: DnsQuery, reply: DnsReply, limit: number): Buffer {
  const out = new Writer(limit - (query.edns ? 11 : 0))
  out.skip(HEADER_BYTES)
  out.name(query.name)
  out.uint16(query.type)
  out.uint16(query.class)
  const counts = [reply.answers, reply.authority, reply.additional].map(records => {
    let written = 0
    while (written < records.length && out.record(records[written]!)) written++
    return written
  })
  const cut = counts[0]! < reply.answers.length || counts[1]! < reply.authority.length
  const packet = query.edns ? Buffer.concat([out.bytes(), optRecord(reply.rcode)]) : out.bytes()
  packet.writeUInt16BE(query.id, 0)
  packet.writeUInt16BE(
    RESPONSE |
      (reply.authoritative ? AUTHORITATIVE : 0) |
      (cut ? TRUNCATED : 0) |
      (query.recursionDesired ? RECURSION_DESIRED : 0) |
      (query.checkingDisabled ? CHECKING_DISABLED : 0) |
      (reply.rcode & 15),
    2,
  )
  const all = [1, counts[0]!, counts[1]!, counts[2]! + (query.edns ? 1 : 0)]
  all.forEach((count, i) => packet.writeUInt16BE(count, 4 + 2 * i))
  return packet
}

function optRecord(rcode: number): Buffer {
  const opt = Buffer.alloc(11)
  opt.writeUInt16BE(TYPE.OPT, 1)
  opt.writeUInt16BE(OUR_PAYLOAD_SIZE, 3)
  opt[5] = rcode >> 4
  return opt
}

/** A name and where what follows it begins; undefined if it is none. Pointers lead only backwards, so this ends. */
export function readName(packet: Buffer, start: number): { name: string; end: number } | undefined {
  const labels: string[] = []
  let at = start
  let end: number | undefined
  let lowest = start
  for (let bytes = 1; ;) {
    const length = packet[at]
    if (length === undefined) return undefined
    if (length === 0) return { name: labels.join('.'), end: end ?? at + 1 }
    if (length >= 0xc0) {
      if (at + 1 >= packet.length) return undefined
      end ??= at + 2
      at = ((length & 0x3f) << 8) | packet[at + 1]!
      if (at >= lowest || at < HEADER_BYTES) return undefined
      lowest = at
      continue
    }
    bytes += length + 1
    if (length > 63 || at + 1 + length > packet.length || bytes > MAX_NAME_BYTES) return undefined
    const label = packet.toString('latin1', at + 1, at + 1 + length)
    // A dot inside of a label would read as two labels; no name of the cluster has one.
    if (label.includes('.')) return undefined
    labels.push(label)
    at += length + 1
  }
}

/** Writes names as pointers to earlier ones where it may (RFC 1035, 4.1.4). */
class Writer {
  readonly #limit: number
  readonly #suffixes = new Map<string, number>()
  #buffer = Buffer.alloc(512)
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  bytes(): Buffer {
    return Buffer.from(this.#buffer.subarray(0, this.#length))
  }

  skip(bytes: number): void {
    this.#room(bytes)
    this.#length += bytes
  }

  uint16(value: number): void {
    this.#room(2)
    this.#length = this.#buffer.writeUInt16BE(value, this.#length)
  }

  uint32(value: number): void {
    this.#room(4)
    this.#length = this.#buffer.writeUInt32BE(value, this.#length)
  }

  name(name: string, compress = true): void {
    const labels = name.replace(/\.$/, '').split('.').filter(Boolean)
    for (let i = 0; i < labels.length; i++) {
      const suffix = labels.slice(i).join('.').toLowerCase()
      const known = compress ? this.#suffixes.get(suffix) : undefined
      if (known !== undefined) return this.uint16(0xc000 | known)
      if (this.#length < 0x4000 && !this.#suffixes.has(suffix)) this.#suffixes.set(suffix, this.#length)
      this.#text(labels[i]!)
    }
    this.#byte(0)
  }

  /** False, and nothing written, if there is no room for it. */
  record({ name, ttl, data }: WireRecord): boolean {
    const before = this.#length
    this.name(name)
    this.uint16(TYPE[data.type])
    this.uint16(CLASS.IN)
    this.uint32(ttl)
    const lengthAt = this.#length
    this.skip(2)
    this.#data(data)
    if (this.#length > this.#limit) {
      this.#length = before
      for (const [suffix, at] of this.#suffixes) if (at >= before) this.#suffixes.delete(suffix)
      return false
    }
    this.#buffer.writeUInt16BE(this.#length - lengthAt - 2, lengthAt)
    return true
  }

  #data(data: RecordData): void {
    switch (data.type) {
      case 'A':
        for (const part of data.address.split('.')) this.#byte(Number(part))
        return
      case 'TXT':
        return this.#text(data.text.slice(0, MAX_TEXT_BYTES))
      case 'SRV':
        for (const number of [data.priority, data.weight, data.port]) this.uint16(number)
        // RFC 2782: not compressed.
        return this.name(data.target, false)
      case 'SOA':
        this.name(data.primary)
        this.name(data.mailbox)
        for (const number of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) this.uint32(number)
        return
      default:
        return this.name(data.target)
    }
  }

  /** One length byte and the text. */
  #text(text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.#byte(bytes.length)
    this.#room(bytes.length)
    this.#length += bytes.copy(this.#buffer, this.#length)
  }

  #byte(value: number): void {
    this.#room(1)
    this.#buffer[this.#length++] = value
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const larger = Buffer.alloc(Math.max(this.#buffer.length * 2, this.#length + bytes))
    this.#buffer.copy(larger)
    this.#buffer = larger
  }
}
