import { describeKv, within } from './model.ts'
import type { ModelEvent } from './model.ts'
import { Violation } from './violation.ts'

export interface SeenEvent {
  type: 'put' | 'delete'
  key: string
  revision: number
  /** A put's whole version in words, a deletion's nothing. */
  now: string
  /** The value before in words, if asked for and known. */
  previous: string | undefined
}

export type SeenItem =
  | { type: 'events'; events: SeenEvent[]; revision: number }
  | { type: 'progress'; revision: number }
  | { type: 'compacted'; revision: number }

/** One watch on one member, from its beginning until it broke. */
export interface Session {
  member: string
  /** First revision asked for; 0: from now on. */
  start: number
  /** Revision of the member when a watch "from now on" was made. */
  made: number
  items: SeenItem[]
}

/** A client's watch over all its sessions, each of which goes on where the one before ended. */
export interface Subscription {
  name: string
  key: string
  end: string | undefined
  previous: boolean
  sessions: Session[]
}

/** What really happened, by revision. */
export type Truth = ReadonlyMap<number, readonly ModelEvent[]>

/**
 * etcd's promises to watchers, each by its name. `complete`: everything up to this revision must have arrived by now (0:
 * no such demand). `compacted`: the highest revision that anybody asked to compact.
 */
export function checkWatch(watch: Subscription, truth: Truth, compacted: number, complete: number): void {
  let next = 0
  for (const session of watch.sessions) {
    if (session.start > 0 && next > 0 && session.start > next)
      throw new Error(`${watch.name} goes on at ${session.start}, not at ${next}: the client is wrong`)
    next = checkSession(watch, session, truth, compacted)
  }
  if (complete === 0 || next === 0) return
  for (let revision = next; revision <= complete; revision++)
    if (expected(watch, truth, revision).length > 0)
      throw fail(watch, 'live', `revision ${revision} has not arrived though all is quiet`)
}

/** Where the next session begins; 0 if nothing is known yet. */
function checkSession(watch: Subscription, session: Session, truth: Truth, compacted: number): number {
  let next = session.start
  let last = 0
  let told = 0
  let established = false
  for (const item of session.items) {
    if (item.type === 'compacted') {
      if (item.revision > compacted || (next > 0 && next >= item.revision))
        throw fail(watch, 'compacted with reason', `at ${next}, told that ${item.revision} is compacted`)
      return item.revision
    }
    if (item.type === 'progress') {
      if (!established && session.start === 0) {
        if (item.revision < session.made)
          throw fail(watch, 'from now on', `made at ${session.made}, established at ${item.revision}`)
        next = item.revision + 1
      } else if (item.revision < told)
        throw fail(watch, 'bookmarkable', `progress goes back to ${item.revision}, at ${told}`)
      established = true
      told = item.revision
      for (let r = next; r <= item.revision; r++)
        if (expected(watch, truth, r).length > 0)
          throw fail(watch, 'bookmarkable', `progress says ${item.revision}, revision ${r} was not delivered`)
      next = Math.max(next, item.revision + 1)
      continue
    }
    established = true
    let at = 0
    for (const event of item.events) {
      if (event.revision < at) throw fail(watch, 'ordered', `${event.revision} comes after ${at}`)
      at = event.revision
    }
    if (at > item.revision) throw fail(watch, 'ordered', `a batch up to ${item.revision} holds ${at}`)
    const first = item.events[0]!.revision
    if (first === last) throw fail(watch, 'atomic', `revision ${first} comes in more than one batch`)
    if (first < next) throw fail(watch, 'unique', `revision ${first} comes again, at ${next}`)
    for (let r = next; r <= item.revision; r++) compareRevision(watch, session, item.events, truth, r, last, compacted)
    last = at
    told = item.revision
    next = item.revision + 1
  }
  return next
}

function compareRevision(
  watch: Subscription,
  session: Session,
  all: SeenEvent[],
  truth: Truth,
  revision: number,
  last: number,
  compacted: number,
): void {
  const seen = all.filter(event => event.revision === revision)
  const wanted = expected(watch, truth, revision)
  for (const event of seen)
    if (seen.filter(other => other.key === event.key && other.type === event.type).length > 1)
      throw fail(watch, 'unique', `${event.key} comes twice in revision ${revision}`)
  if (seen.length < wanted.length) {
    const missing = `${wanted.length - seen.length} of ${wanted.length} events of revision ${revision} are missing`
    if (seen.length > 0) throw fail(watch, 'atomic', missing)
    // Nothing before it in this session: it is the resumption that left it out.
    throw fail(watch, last === 0 && session.start > 0 ? 'resumable' : 'reliable', missing)
  }
  seen.forEach((event, i) => {
    const real = wanted[i]
    const now = real?.now ? describeKv(real.key, real.now) : ''
    if (!real || real.type !== event.type || real.key !== event.key || now !== event.now)
      throw fail(watch, 'true', `revision ${revision} is ${real?.type} ${now || real?.key}, seen as ${describe(event)}`)
    if (!watch.previous) return
    const previous = real.previous ? describeKv(real.key, real.previous) : undefined
    if (event.previous === previous || (event.previous === undefined && revision <= compacted)) return
    throw fail(watch, 'previous value', `revision ${revision}: it is ${previous}, told as ${event.previous}`)
  })
}

function describe(event: SeenEvent): string {
  return `${event.type} ${event.now || event.key}`
}

function expected(watch: Subscription, truth: Truth, revision: number): ModelEvent[] {
  return (truth.get(revision) ?? []).filter(event => within(event.key, watch.key, watch.end))
}

function fail(watch: Subscription, promise: string, details: string): Violation {
  return new Violation(`watch is ${promise}`, `${watch.name}: ${details}`)
}
