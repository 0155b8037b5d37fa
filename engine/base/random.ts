import { randomBytes, randomUUID } from 'node:crypto'

/** Randomness as a dependency: tests and simulations hand in a seeded one. */
export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** An RFC 4122 version 4 UUID. */
  uuid(): string
}

export const systemRandom: Random = {
  next: () => randomBytes(4).readUInt32LE() / 2 ** 32,
  uuid: () => randomUUID(),
}

/** A reproducible generator (xoshiro-like sfc32) from a 32-bit seed. Not for secrets. */
export function seededRandom(seed: number): Random {
  let a = seed | 0
  let b = 0x9e3779b9
  let c = 0x243f6a88
  let counter = 1
  const next32 = () => {
    const t = (((a + b) | 0) + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t
    return t >>> 0
  }
  for (let i = 0; i < 15; i++) next32()
  const hex = (digits: number) => {
    let s = ''
    while (s.length < digits) s += next32().toString(16).padStart(8, '0')
    return s.slice(0, digits)
  }
  return {
    next: () => next32() / 2 ** 32,
    uuid: () => {
      const variant = '89ab'[next32() & 3]
      return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`
    },
  }
}

/** An integer in [0, bound). */
export function intBelow(random: Random, bound: number): number {
  return Math.floor(random.next() * bound)
}

/** The alphabet of Kubernetes' generated names: no vowels and no look-alikes, so that no words appear. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/** A random suffix as in `generateName` (k8s.io/apimachinery/pkg/util/rand). */
export function safeSuffix(random: Random, length = 5): string {
  let s = ''
  for (let i = 0; i < length; i++) s += SAFE_ALPHABET[intBelow(random, SAFE_ALPHABET.length)]
  return s
}

/** Re-spells a decimal number in the safe alphabet, as `pod-template-hash` values are (SafeEncodeString). */
export function safeEncode(text: string): string {
  return Array.from(text, ch => SAFE_ALPHABET[ch.charCodeAt(0) % SAFE_ALPHABET.length]).join('')
}
