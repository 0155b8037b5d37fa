/** IPv4 ranges as numbers. */
export interface AddressRange {
  /** The network's address. */
  base: number
  /** How many addresses there are, network and broadcast included. */
  size: number
  text: string
}

/** Reads "10.96.0.0/16". @throws RangeError */
export function parseRange(cidr: string): AddressRange {
  const [address = '', bits = ''] = cidr.split('/')
  const base = parseAddress(address)
  const length = Number(bits)
  if (base === undefined || !/^\d+$/.test(bits) || length > 30)
    throw new RangeError(`${cidr} is not an IPv4 range of at least four addresses`)
  const size = 2 ** (32 - length)
  return { base: base - (base % size), size, text: cidr }
}

export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (!match) return undefined
  let value = 0
  for (const part of match.slice(1)) {
    if (Number(part) > 255) return undefined
    value = value * 256 + Number(part)
  }
  return value
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** The first usable address: the kubernetes Service's. */
export function firstAddress(range: AddressRange): string {
  return formatAddress(range.base + 1)
}

/** Whether an address can be given to a Service. */
export function isUsable(range: AddressRange, address: number): boolean {
  return address > range.base && address < range.base + range.size - 1
}

/**
 * Offset from which addresses are given out at random; the lower part is left for addresses that people ask for
 * (the static band of Kubernetes: between 16 and 256 addresses, a sixteenth of the range).
 */
export function dynamicOffset(range: AddressRange): number {
  return range.size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(range.size / 16)), 256)
}
