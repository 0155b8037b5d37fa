import type { Address } from '../datagrams/flows.ts'

/** IPv4 packets as a pod's namespace sends and hears them (RFC 791, 768, 792, 9293). */

/** The first packet of a connection. */
export interface Opening {
  kind: 'opening'
  source: Address
  destination: Address
  sequence: number
  packet: Buffer
}

/** Word that nobody has heard a datagram, which went from `source` to `destination`. */
export interface Unheard {
  kind: 'unheard'
  source: Address
  destination: Address
}

/** Codes of ICMP's "destination unreachable". */
export const UNREACHABLE = { network: 0, host: 1, port: 3 } as const

const ICMP = 1
const TCP = 6
const UDP = 17
const IP_BYTES = 20
const TCP_BYTES = 20
const DESTINATION_UNREACHABLE = 3
const RST_ACK = 0x14
const TTL = 64

/** What a captured packet says; undefined for what is none of those that are looked for. */
export function readPacket(packet: Buffer): Opening | Unheard | undefined {
  const ip = readHeader(packet)
  if (!ip) return undefined
  const { at, protocol } = ip
  if (protocol === TCP && packet.length >= at + TCP_BYTES)
    return {
      kind: 'opening',
      source: { ip: ip.source, port: packet.readUInt16BE(at) },
      destination: { ip: ip.destination, port: packet.readUInt16BE(at + 2) },
      sequence: packet.readUInt32BE(at + 4),
      packet,
    }
  if (protocol !== ICMP || packet.length < at + 8 || packet[at] !== DESTINATION_UNREACHABLE) return undefined
  const about = packet.subarray(at + 8)
  const inner = readHeader(about)
  if (inner?.protocol !== UDP || about.length < inner.at + 4) return undefined
  return {
    kind: 'unheard',
    source: { ip: inner.source, port: about.readUInt16BE(inner.at) },
    destination: { ip: inner.destination, port: about.readUInt16BE(inner.at + 2) },
  }
}

/** The same packet, ready to be sent again: what was captured on a loopback has only part of its checksum. */
export function sentAgain({ packet, source, destination }: Opening): Buffer {
  const again = Buffer.from(packet)
  const at = (again[0] & 15) * 4
  const segment = again.subarray(at)
  segment.writeUInt16BE(0, 16)
  segment.writeUInt16BE(tcpChecksum(source.ip, destination.ip, segment), 16)
  return again
}

/** The answer of a host on which nobody listens at that port. */
export function refusalOf({ source, destination, sequence }: Opening): Buffer {
  const segment = Buffer.alloc(TCP_BYTES)
  segment.writeUInt16BE(destination.port, 0)
  segment.writeUInt16BE(source.port, 2)
  segment.writeUInt32BE((sequence + 1) >>> 0, 8)
  segment[12] = (TCP_BYTES / 4) << 4
  segment[13] = RST_ACK
  segment.writeUInt16BE(tcpChecksum(destination.ip, source.ip, segment), 16)
  return packetOf(TCP, destination.ip, source.ip, segment)
}

/** Word of the network that a connection cannot be made; `code` is one of `UNREACHABLE`. */
export function openingUnreachable({ packet, source, destination }: Opening, code: number): Buffer {
  const at = (packet[0] & 15) * 4
  return unreachable(destination.ip, source.ip, packet.subarray(0, at + 8), code)
}

/** Word of the network that a datagram did not arrive; `code` is one of `UNREACHABLE`. */
export function datagramUnreachable(source: Address, destination: Address, code: number): Buffer {
  const about = datagramOf(source, destination, Buffer.alloc(0))
  return unreachable(destination.ip, source.ip, about, code)
}

/** A datagram as a packet. IPv4 lets it go without a checksum; it travels within one kernel. */
export function datagramOf(source: Address, destination: Address, payload: Buffer): Buffer {
  const datagram = Buffer.allocUnsafe(8 + payload.length)
  datagram.writeUInt16BE(source.port, 0)
  datagram.writeUInt16BE(destination.port, 2)
  datagram.writeUInt16BE(datagram.length, 4)
  datagram.writeUInt16BE(0, 6)
  datagram.set(payload, 8)
  return packetOf(UDP, source.ip, destination.ip, datagram)
}

/** The ones' complement sum of RFC 1071 over all parts, each but the last of an even length. */
export function checksum(...parts: Buffer[]): number {
  let sum = 0
  for (const part of parts) {
    for (let i = 0; i + 1 < part.length; i += 2) sum += part.readUInt16BE(i)
    if (part.length % 2) sum += part[part.length - 1] << 8
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000)
  return ~sum & 0xffff
}

function readHeader(packet: Buffer) {
  if (packet.length < IP_BYTES || packet[0] >> 4 !== 4) return undefined
  const at = (packet[0] & 15) * 4
  if (at < IP_BYTES || packet.length < at) return undefined
  return { at, protocol: packet[9], source: readAddress(packet, 12), destination: readAddress(packet, 16) }
}

function unreachable(from: string, to: string, about: Buffer, code: number): Buffer {
  const message = Buffer.concat([Buffer.from([DESTINATION_UNREACHABLE, code, 0, 0, 0, 0, 0, 0]), about])
  message.writeUInt16BE(checksum(message), 2)
  return packetOf(ICMP, from, to, message)
}

/** The kernel fills in the header's own checksum. */
function packetOf(protocol: number, from: string, to: string, content: Buffer): Buffer {
  const packet = Buffer.alloc(IP_BYTES + content.length)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length, 2)
  packet[8] = TTL
  packet[9] = protocol
  writeAddress(packet, 12, from)
  writeAddress(packet, 16, to)
  packet.writeUInt16BE(checksum(packet.subarray(0, IP_BYTES)), 10)
  packet.set(content, IP_BYTES)
  return packet
}

function tcpChecksum(from: string, to: string, segment: Buffer): number {
  const pseudo = Buffer.alloc(12)
  writeAddress(pseudo, 0, from)
  writeAddress(pseudo, 4, to)
  pseudo[9] = TCP
  pseudo.writeUInt16BE(segment.length, 10)
  return checksum(pseudo, segment)
}

function readAddress(bytes: Buffer, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`
}

function writeAddress(bytes: Buffer, at: number, address: string): void {
  for (const [i, part] of address.split('.').entries()) bytes[at + i] = Number(part)
}
