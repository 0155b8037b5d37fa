import type { Clock } from '../../base/clock.ts'
import { UnavailableError } from '../kv.ts'
import type { StoreHash } from '../kv.ts'
import { Hasher } from '../mvcc/corruption.ts'
import type { Machine } from '../mvcc/machine.ts'
import { Pace } from '../mvcc/pace.ts'
import { checkRevision } from '../mvcc/transaction.ts'

/** Versions that one step takes in. */
const STEP = { least: 16, most: 2000 }

/**
 * The hash of the key space as of `revision` (0: now), in steps between which others get their turn. `machine` gives the
 * state machine in use.
 * @throws CompactedError, FutureRevisionError; UnavailableError if a snapshot came in meanwhile
 */
export async function hashKeySpace(
  machine: () => Machine,
  revision: number,
  defer: (task: () => void) => void,
  clock: Clock,
): Promise<StoreHash> {
  const from = machine()
  checkRevision(revision, from)
  const hasher = new Hasher(from, revision > 0 ? revision : from.revision)
  const { revision: now } = from
  const pace = new Pace(clock, STEP.least, STEP.most)
  from.holds++
  try {
    for (;;) {
      if (machine() !== from) throw new UnavailableError('the state was replaced while it was being read, try again')
      const hash = pace.step(amount => hasher.step(amount))
      if (hash !== undefined)
        return { hash, hashRevision: hasher.revision, compactRevision: hasher.compactRevision, revision: now }
      await new Promise<void>(resolve => defer(resolve))
    }
  } finally {
    from.holds--
  }
}
