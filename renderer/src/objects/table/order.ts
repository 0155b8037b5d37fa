/** Negative if the first comes before the second; zero for none but the same. */
export type Compare<T> = (a: T, b: T) => number

/** Up to such a share of them newcomers find their places one by one; beyond it all are gone through once. */
const FEW = 1 / 16

/**
 * Keeps a collection in an order while it changes: what stays the same object stays where it was, and only what is new finds its
 * place. Comparing words as people count is slow, and a batch of changes leaves most of ten thousand rows as they are.
 */
export class KeptOrder<T extends object> {
  #compare: Compare<T> | undefined
  #sorted: readonly T[] = []
  #known: ReadonlySet<T> = new Set()

  /** All of them in order. With another comparison than the last time, all are sorted anew. */
  sort(items: readonly T[], compare: Compare<T>): readonly T[] {
    const now = new Set(items)
    if (compare === this.#compare) {
      const kept = this.#sorted.filter(item => now.has(item))
      const fresh = items.filter(item => !this.#known.has(item)).sort(compare)
      if (fresh.length || kept.length < this.#sorted.length) this.#sorted = merged(kept, fresh, compare)
    } else this.#sorted = items.toSorted(compare)
    this.#compare = compare
    this.#known = now
    return this.#sorted
  }
}

/** Two sorted lists as one. */
function merged<T>(many: T[], few: readonly T[], compare: Compare<T>): T[] {
  if (few.length === 0) return many
  const isFew = few.length < many.length * FEW
  const out: T[] = []
  let at = 0
  for (const item of few) {
    const end = isFew ? placeOf(many, item, compare, at) : nextAfter(many, item, compare, at)
    while (at < end) out.push(many[at++]!)
    out.push(item)
  }
  while (at < many.length) out.push(many[at++]!)
  return out
}

function nextAfter<T>(sorted: readonly T[], item: T, compare: Compare<T>, from: number): number {
  let at = from
  while (at < sorted.length && compare(sorted[at]!, item) <= 0) at++
  return at
}

function placeOf<T>(sorted: readonly T[], item: T, compare: Compare<T>, from: number): number {
  let [low, high] = [from, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(sorted[middle]!, item) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
