/**
 * Resource quantities ("500m", "1Gi", "2e3") with exact arithmetic, after k8s.io/apimachinery/pkg/api/resource:
 * a number with a suffix of powers of 1000 (n u m "" k M G T P E), of 1024 (Ki Mi Gi Ti Pi Ei) or a decimal exponent.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** An exact quantity: `nanos` is the value in units of 10^-9. */
export class Quantity {
  readonly nanos: bigint
  readonly format: QuantityFormat

  constructor(nanos: bigint, format: QuantityFormat = 'DecimalSI') {
    this.nanos = nanos
    this.format = format
  }

  /** The value rounded up to a whole number. */
  value(): number {
    return Number(ceilDiv(this.nanos, NANO))
  }

  /** The value in thousandths, rounded up. */
  milliValue(): number {
    return Number(ceilDiv(this.nanos, 1_000_000n))
  }

  /** -1, 0 or 1. */
  cmp(other: Quantity): -1 | 0 | 1 {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0
  }

  compare(other: Quantity): -1 | 0 | 1 {
    return this.cmp(other)
  }

  add(other: Quantity): Quantity {
    return new Quantity(this.nanos + other.nanos, this.nanos === 0n ? other.format : this.format)
  }

  sub(other: Quantity): Quantity {
    return new Quantity(this.nanos - other.nanos, this.nanos === 0n ? other.format : this.format)
  }

  isZero(): boolean {
    return this.nanos === 0n
  }

  /** -1, 0 or 1 after the sign. */
  sign(): -1 | 0 | 1 {
    return this.nanos < 0n ? -1 : this.nanos > 0n ? 1 : 0
  }

  /** Canonical form: no fraction, the largest suffix that keeps the value whole. */
  toString(): string {
    return canonical(this.nanos, this.format)
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Thrown for text that is no quantity; the messages are Kubernetes'. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError'
}

/**
 * Reads a quantity. A JSON number is accepted as its text.
 * @throws QuantityError
 */
export function parseQuantity(text: string | number): Quantity {
  const s = String(text)
  if (s === '') throw new QuantityError(ERR_FORMAT)
  const cached = cache.get(s)
  if (cached) return cached
  const m = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(s)
  if (!m || (m[2] === '' && !m[3])) throw new QuantityError(ERR_FORMAT)
  const [, sign, whole, fraction = '', suffix] = m as unknown as [string, string, string, string | undefined, string]
  const digits = BigInt(whole + fraction || '0')
  let numerator = digits
  let denominator = 10n ** BigInt(fraction.length)
  let format: QuantityFormat = 'DecimalSI'
  const binary = BINARY.indexOf(suffix)
  if (suffix === '') format = 'DecimalSI'
  else if (binary >= 0) {
    numerator *= 1024n ** BigInt(binary + 1)
    format = 'BinarySI'
  } else if (suffix in DECIMAL) {
    const exponent = DECIMAL[suffix]!
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent)
    else denominator *= 10n ** BigInt(-exponent)
  } else {
    const e = /^[eE]([-+]?\d+)$/.exec(suffix)
    if (!e) throw new QuantityError("unable to parse quantity's suffix")
    const exponent = Math.max(-30, Math.min(30, Number(e[1])))
    format = 'DecimalExponent'
    if (exponent >= 0) numerator *= 10n ** BigInt(exponent)
    else denominator *= 10n ** BigInt(-exponent)
  }
  // Finer than nano is rounded up, away from zero.
  let nanos = ceilDiv(numerator * NANO, denominator)
  if (nanos > MAX_NANOS) nanos = MAX_NANOS
  const quantity = new Quantity(sign === '-' ? -nanos : nanos, format)
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(s, quantity)
  return quantity
}

/** The canonical spelling of a quantity, such as "500m" for "0.5". */
export function canonicalQuantity(text: string | number): string {
  return parseQuantity(text).toString()
}

/** A quantity of whole units. */
export function quantityOf(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
  return new Quantity(BigInt(value) * NANO, format)
}

const NANO = 1_000_000_000n
/** Kubernetes caps values at 2^63-1 units. */
const MAX_NANOS = (2n ** 63n - 1n) * NANO
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const DECIMAL_NAMES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const ERR_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
const CACHE_LIMIT = 2000
const cache = new Map<string, Quantity>()

function canonical(nanos: bigint, format: QuantityFormat): string {
  if (nanos === 0n) return '0'
  const sign = nanos < 0n ? '-' : ''
  let n = nanos < 0n ? -nanos : nanos
  if (format === 'BinarySI') {
    // Below 1024 a binary quantity is written in decimal.
    if (n % NANO === 0n && n / NANO >= 1024n) {
      let whole = n / NANO
      let power = 0
      while (whole % 1024n === 0n && power < BINARY.length) {
        whole /= 1024n
        power++
      }
      return sign + whole + (power ? BINARY[power - 1] : '')
    }
    format = 'DecimalSI'
  }
  let exponent = 0
  while (n % 1000n === 0n && exponent < DECIMAL_NAMES.length - 1) {
    n /= 1000n
    exponent++
  }
  if (format === 'DecimalExponent') return sign + n + (exponent === 3 ? '' : `e${(exponent - 3) * 3}`)
  return sign + n + DECIMAL_NAMES[exponent]
}

function ceilDiv(a: bigint, b: bigint): bigint {
  const q = a / b
  return a % b === 0n || a < 0n ? q : q + 1n
}
