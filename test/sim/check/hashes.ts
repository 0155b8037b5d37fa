import { Violation } from './violation.ts'
import type { StoreHash } from '../../../engine/store/kv.ts'

/**
 * All members have the same key space: the hash of what they hold at a revision, behind the same compaction, is the same on
 * every member and at any time.
 */
export class HashWatcher {
  readonly #known = new Map<string, { hash: number; by: string }>()
  /** How often a hash could be compared with an earlier one. */
  compared = 0

  /** @throws Violation if another member, or this one earlier, had something else there */
  take(by: string, { hash, hashRevision, compactRevision }: StoreHash): void {
    const where = `revision ${hashRevision} behind the compaction to ${compactRevision}`
    const known = this.#known.get(where)
    if (!known) return void this.#known.set(where, { hash, by })
    this.compared++
    if (known.hash !== hash) throw new Violation('same hash', `${known.by} and ${by} differ at ${where}`)
  }
}
