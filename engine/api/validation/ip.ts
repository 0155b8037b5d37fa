import type { FieldError } from '../strategy.ts'
import { invalid } from './field.ts'

/** Addresses and ranges of addresses, with the texts of k8s.io/apimachinery/pkg/util/validation. */

export interface IP {
  family: 'IPv4' | 'IPv6'
  /** Written as IPv6 with an IPv4 address inside (::ffff:1.2.3.4); counts as the IPv4 address. */
  mapped: boolean
  /** Written with leading zeros, which some programs take for octal numbers. */
  padded: boolean
  bytes: number[]
}

export interface CIDR {
  ip: IP
  bits: number
  padded: boolean
}

const IP_TEXT = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
const CIDR_TEXT = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'

/** Reads an address as leniently as Kubernetes' older fields do. */
export function parseIP(text: string): IP | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text)
}

function parseIPv4(text: string): IP | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(p => /^\d{1,3}$/.test(p) || /^0+\d{1,3}$/.test(p))) return undefined
  const bytes = parts.map(Number)
  if (bytes.some(b => b > 255)) return undefined
  return { family: 'IPv4', mapped: false, padded: parts.some(p => p.length > 1 && p[0] === '0'), bytes }
}

function parseIPv6(text: string): IP | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  let padded = false
  const read = (half: string, last: boolean): number[] | undefined => {
    if (half === '') return []
    const groups: number[] = []
    const parts = half.split(':')
    for (const [i, part] of parts.entries()) {
      if (part.includes('.')) {
        const v4 = last && i === parts.length - 1 ? parseIPv4(part) : undefined
        if (!v4) return undefined
        padded ||= v4.padded
        groups.push(v4.bytes[0]! * 256 + v4.bytes[1]!, v4.bytes[2]! * 256 + v4.bytes[3]!)
      } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(parseInt(part, 16))
      else return undefined
    }
    return groups
  }
  const head = read(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? read(halves[1]!, true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const bytes = groups.flatMap(g => [g >> 8, g & 255])
  const mapped = groups.slice(0, 5).every(g => g === 0) && groups[5] === 0xffff
  return mapped ? { family: 'IPv4', mapped, padded, bytes: bytes.slice(12) } : { family: 'IPv6', mapped, padded, bytes }
}

/** The canonical form (RFC 5952 for IPv6). */
export function formatIP(ip: Pick<IP, 'bytes'>): string {
  if (ip.bytes.length === 4) return ip.bytes.join('.')
  const groups: number[] = []
  for (let i = 0; i < 16; i += 2) groups.push(ip.bytes[i]! * 256 + ip.bytes[i + 1]!)
  let [start, length] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && groups[i + n] === 0) n++
    if (n > length) [start, length] = [i, n]
    if (n) i += n
  }
  const hex = (list: number[]) => list.map(g => g.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

export function parseCIDR(text: string): CIDR | undefined {
  const slash = text.indexOf('/')
  const ip = slash < 0 ? undefined : parseIP(text.slice(0, slash))
  const bits = text.slice(slash + 1)
  if (!ip || !/^\d{1,3}$/.test(bits)) return undefined
  const max = ip.family === 'IPv6' || ip.mapped ? 128 : 32
  if (Number(bits) > max) return undefined
  return { ip, bits: Number(bits), padded: ip.padded || (bits.length > 1 && bits[0] === '0') }
}

/** The first address of a range. */
export function networkOf(cidr: CIDR): number[] {
  return cidr.ip.bytes.map((byte, i) => {
    const kept = Math.min(8, Math.max(0, cidr.bits - i * 8))
    return byte & (0xff00 >> kept) & 0xff
  })
}

/** Whether a range holds an address of the same family. */
export function contains(cidr: CIDR, ip: IP): boolean {
  if (cidr.ip.family !== ip.family) return false
  return networkOf(cidr).every((byte, i) => byte === networkOf({ ...cidr, ip })[i])
}

/** Whether a text is an address, written without doubt about its base. */
export function isIP(value: string): string[] {
  const ip = parseIP(value)
  return ip && !ip.padded ? [] : [IP_TEXT]
}

/** An address of a field. */
export function validateIP(value: string, at: string): FieldError[] {
  const ip = parseIP(value)
  if (!ip) return [invalid(at, value, IP_TEXT)]
  const errors: FieldError[] = []
  if (ip.padded) errors.push(invalid(at, value, 'must not have leading 0s'))
  if (ip.mapped) errors.push(invalid(at, value, 'must not be an IPv4-mapped IPv6 address'))
  return errors
}

/** A range of a field. */
export function validateCIDR(value: string, at: string): FieldError[] {
  const cidr = parseCIDR(value)
  if (!cidr) return [invalid(at, value, CIDR_TEXT)]
  const errors: FieldError[] = []
  if (cidr.padded) errors.push(invalid(at, value, 'must not have leading 0s in IP or prefix length'))
  if (cidr.ip.mapped) errors.push(invalid(at, value, 'must not have an IPv4-mapped IPv6 address'))
  return errors
}

/** An address that some other machine can be reached at. */
export function validateNonSpecialIP(value: string, at: string): FieldError[] {
  const ip = parseIP(value)
  if (!ip) return [invalid(at, value, 'must be a valid IP address')]
  const { bytes, family } = ip
  const errors: FieldError[] = []
  const v4 = family === 'IPv4'
  if (bytes.every(b => b === 0)) errors.push(invalid(at, value, `may not be unspecified (${value})`))
  if (v4 ? bytes[0] === 127 : bytes.at(-1) === 1 && bytes.slice(0, -1).every(b => b === 0))
    errors.push(invalid(at, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'))
  if (v4 ? bytes[0] === 169 && bytes[1] === 254 : bytes[0] === 0xfe && (bytes[1]! & 0xc0) === 0x80)
    errors.push(invalid(at, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'))
  if (v4 ? bytes[0] === 224 && bytes[1] === 0 && bytes[2] === 0 : bytes[0] === 0xff && (bytes[1]! & 0x0f) === 0x02)
    errors.push(invalid(at, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'))
  return errors
}

/** Whether a list holds at most one of each family; false too if one is neither. */
export function isDualStack(values: readonly string[], parse: (text: string) => IP | undefined = parseIP): boolean {
  const families = values.map(value => parse(value)?.family)
  return families.includes('IPv4') && families.includes('IPv6')
}

/** Remarks on an address that is right but not written as it should be. */
export function ipWarnings(value: string, at: string): string[] {
  const ip = parseIP(value)
  if (!ip || ip.family !== 'IPv6' || formatIP(ip) === value) return []
  return [
    `${at}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(formatIP(ip))})`,
  ]
}

/** The same for a range; one that names an address inside of it may mean either. */
export function cidrWarnings(value: string, at: string): string[] {
  const cidr = parseCIDR(value)
  if (!cidr) return []
  const network = `${formatIP({ bytes: networkOf(cidr) })}/${cidr.bits}`
  if (networkOf(cidr).some((byte, i) => byte !== cidr.ip.bytes[i])) {
    const single = `${formatIP(cidr.ip)}/${cidr.ip.bytes.length * 8}`
    return [
      `${at}: CIDR value ${JSON.stringify(value)} is ambiguous in this context (should be ${JSON.stringify(network)} or ${JSON.stringify(single)}?)`,
    ]
  }
  if (cidr.ip.family === 'IPv6' && network !== value)
    return [
      `${at}: IPv6 CIDR value ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(network)})`,
    ]
  return []
}
