import { formatIP } from '../../api/validation/ip.ts'
import type { ReplyRecord } from './client-message.ts'
import { readName } from './message.ts'

/** Numbers of the types that a program may ask for by name. */
export const TYPE_NUMBERS: Record<string, number> = {
  ...{ A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, TLSA: 52 },
  ...{ ANY: 255, CAA: 257 },
}

const TYPE_NAMES = new Map(Object.entries(TYPE_NUMBERS).map(([name, number]) => [number, name]))

export function typeName(number: number): string | undefined {
  return TYPE_NAMES.get(number)
}

/** A record's data in the form in which Node gives it; undefined for types that are not known, and for data that are broken. */
export function readData(packet: Buffer, { type, dataAt, dataBytes }: ReplyRecord): unknown {
  const data = packet.subarray(dataAt, dataAt + dataBytes)
  const name = (offset: number) => readName(packet, dataAt + offset)?.name
  const number = (offset: number) => data.readUInt16BE(offset)
  try {
    switch (typeName(type)) {
      case 'A':
      case 'AAAA':
        return formatIP({ bytes: [...data] })
      case 'NS':
      case 'CNAME':
      case 'PTR':
        return name(0)
      case 'MX':
        return { priority: number(0), exchange: name(2) }
      case 'TXT':
        return texts(data)
      case 'SRV':
        return { priority: number(0), weight: number(2), port: number(4), name: name(6) }
      case 'SOA':
        return soa(packet, dataAt)
      case 'NAPTR': {
        const [flags = '', service = '', regexp = ''] = texts(data.subarray(4), 3)
        const replacement = name(4 + 3 + flags.length + service.length + regexp.length)
        return { flags, service, regexp, replacement, order: number(0), preference: number(2) }
      }
      case 'CAA': {
        const tag = data.toString('latin1', 2, 2 + data[1]!)
        return { critical: data[0], [tag]: data.toString('latin1', 2 + data[1]!) }
      }
      case 'TLSA':
        return { certUsage: data[0], selector: data[1], match: data[2], data: Uint8Array.from(data.subarray(3)).buffer }
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined // it ends before it should
    throw error
  }
}

function texts(data: Buffer, limit = Infinity): string[] {
  const found: string[] = []
  for (let at = 0; at < data.length && found.length < limit; at += 1 + data[at]!)
    found.push(data.toString('latin1', at + 1, at + 1 + data[at]!))
  return found
}

function soa(packet: Buffer, at: number): object | undefined {
  const primary = readName(packet, at)
  const mailbox = primary && readName(packet, primary.end)
  if (!mailbox) return undefined
  const [serial, refresh, retry, expire, minttl] = [0, 4, 8, 12, 16].map(n => packet.readUInt32BE(mailbox.end + n))
  return { nsname: primary.name, hostmaster: mailbox.name, serial, refresh, retry, expire, minttl }
}
