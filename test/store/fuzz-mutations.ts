import { intBelow } from '../../engine/base/random.ts'
import type { Random } from '../../engine/base/random.ts'

/** `bytes` with a few bits turned, cut off, or with a stretch that is overwritten, doubled or left out. Never as it was. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  for (;;) {
    const changed = mutate(bytes, random)
    if (Buffer.compare(changed, bytes) !== 0) return changed
  }
}

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = intBelow(random, bytes.length)
  const length = 1 + intBelow(random, Math.min(bytes.length - at, 64))
  const head = bytes.subarray(0, at)
  switch (intBelow(random, 8)) {
    case 0:
      return head
    case 1:
      return Buffer.concat([head, bytes.subarray(at + length)])
    case 2:
      return Buffer.concat([head, bytes.subarray(at, at + length), bytes.subarray(at)])
    case 3: {
      const copy = Buffer.from(bytes)
      for (let i = 0; i < length; i++) copy[at + i] = intBelow(random, 256)
      return copy
    }
    case 4:
      return Buffer.from(Array.from({ length: intBelow(random, 200) }, () => intBelow(random, 256)))
    default: {
      const copy = Buffer.from(bytes)
      for (let i = 0, n = 1 + intBelow(random, 4); i < n; i++)
        copy[intBelow(random, bytes.length)]! ^= 1 << intBelow(random, 8)
      return copy
    }
  }
}
