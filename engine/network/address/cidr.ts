/** A range of IPv4 addresses. */
export interface Cidr {
  readonly text: string
  readonly base: number
  readonly bits: number
}

/**
 * Reads "10.244.0.0/16".
 * @throws Error for text that is no IPv4 range.
 */
export function parseCidr(text: string): Cidr {
  const [address = '', prefix] = text.split('/')
  const number = addressToNumber(address)
  const bits = Number(prefix)
  if (number === undefined || prefix === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32)
    throw new Error(`${text} is no IPv4 range such as 10.244.0.0/16`)
  const size = 2 ** (32 - bits)
  return { text, base: Math.floor(number / size) * size, bits }
}

export function sizeOf(cidr: Cidr): number {
  return 2 ** (32 - cidr.bits)
}

export function contains(cidr: Cidr, address: string): boolean {
  const number = addressToNumber(address)
  return number !== undefined && number >= cidr.base && number < cidr.base + sizeOf(cidr)
}

/** The address as a number, or undefined if the text is no IPv4 address. */
export function addressToNumber(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address)
  if (!match) return undefined
  let number = 0
  for (let i = 1; i <= 4; i++) {
    const part = Number(match[i])
    if (part > 255) return undefined
    number = number * 256 + part
  }
  return number
}

export function numberToAddress(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}
