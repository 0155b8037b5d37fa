import { readName, CLASS } from './message.ts'

/** One record of an answer. */
export interface ReplyRecord {
  /** As it came: without the last dot. */
  name: string
  type: number
  /** Seconds. */
  ttl: number
  /** Where in the packet the time to live and the data are. */
  ttlAt: number
  dataAt: number
  dataBytes: number
}

/** An answer as an asker reads it. */
export interface Reply {
  id: number
  rcode: number
  truncated: boolean
  question: { name: string; type: number; class: number; end: number }
  answers: ReplyRecord[]
  authority: ReplyRecord[]
  additional: ReplyRecord[]
}

const HEADER_BYTES = 12
const MAX_LABEL_BYTES = 63
const MAX_NAME_BYTES = 253

/** A question for one name. @throws RangeError for what is no name */
export function writeQuery(id: number, name: string, type: number): Buffer {
  const labels = name.replace(/\.$/, '').split('.')
  if (name.length > MAX_NAME_BYTES + 1 || labels.some(l => l.length === 0 || Buffer.byteLength(l) > MAX_LABEL_BYTES))
    throw new RangeError(`${name} is no name that a DNS could know`)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt16BE(id, 0)
  header.writeUInt16BE(0x0100, 2) // recursion desired
  header.writeUInt16BE(1, 4)
  const question = labels.flatMap(label => [Buffer.from([Buffer.byteLength(label)]), Buffer.from(label)])
  const end = Buffer.alloc(5)
  end.writeUInt16BE(type, 1)
  end.writeUInt16BE(CLASS.IN, 3)
  return Buffer.concat([header, ...question, end])
}

/** Reads an answer with one question; undefined for what is none. */
export function readReply(packet: Buffer): Reply | undefined {
  if (packet.length < HEADER_BYTES || !(packet.readUInt16BE(2) & 0x8000) || packet.readUInt16BE(4) !== 1)
    return undefined
  const flags = packet.readUInt16BE(2)
  const asked = readName(packet, HEADER_BYTES)
  if (!asked || asked.end + 4 > packet.length) return undefined
  let at = asked.end + 4
  const sections: ReplyRecord[][] = []
  const truncated = (flags & 0x0200) !== 0
  for (const countAt of [6, 8, 10]) {
    const records: ReplyRecord[] = []
    for (let i = packet.readUInt16BE(countAt); i > 0; i--) {
      const owner = readName(packet, at)
      if (!owner || owner.end + 10 > packet.length) return undefined
      const dataAt = owner.end + 10
      const dataBytes = packet.readUInt16BE(dataAt - 2)
      if (dataAt + dataBytes > packet.length) return undefined
      const ttlAt = owner.end + 4
      const [type, ttl] = [packet.readUInt16BE(owner.end), packet.readUInt32BE(ttlAt)]
      records.push({ name: owner.name, type, ttl, ttlAt, dataAt, dataBytes })
      at = dataAt + dataBytes
    }
    sections.push(records)
  }
  const [answers, authority, additional] = sections as [ReplyRecord[], ReplyRecord[], ReplyRecord[]]
  const [type, class_] = [packet.readUInt16BE(asked.end), packet.readUInt16BE(asked.end + 2)]
  const question = { name: asked.name, type, class: class_, end: asked.end + 4 }
  return { id: packet.readUInt16BE(0), rcode: flags & 15, truncated, question, answers, authority, additional }
}
