import { checkLinearizable } from '../check/linearizability.ts'
import type { Operation, Verdict as LinearizabilityVerdict } from '../check/linearizability.ts'
import { INITIAL, describeKv, describeRange, stateKey, step, within } from '../check/model.ts'
import type { ModelEvent, State } from '../check/model.ts'
import { Violation } from '../check/violation.ts'
import { checkWatch } from '../check/watch.ts'
import type { Session, Subscription } from '../check/watch.ts'
import type { Clients, Call } from './clients.ts'
import { DRIFT } from './fleet.ts'

export interface Verdict {
  operations: number
  steps: number
  /** The search was given up: nothing can be said of this history. */
  undecided: boolean
}

/**
 * Compares what clients were told with the store as it should be. `complete`: whether watches on a member must have heard all.
 * @throws Violation naming the broken promise
 */
export function verify(clients: Clients, complete: (member: string) => boolean): Verdict {
  const { calls, watches } = clients
  const observed = observations(clients)
  const newest = Math.max(...observed.keys(), ...calls.map(call => (call.answer?.ok && call.answer.revision) || 1))
  const refusals = refused(calls)
  const operations = [...calls.filter(isOrdered).map(toOperation), ...expiries(calls)].map(operation => {
    if (operation.return !== Infinity) return operation
    // What nobody ever saw need not have happened: not looking at it keeps the search small.
    const step = (state: State) => {
      const next = operation.step(state)
      if (!next || next.revision > newest || next === state) return undefined
      return next.revision > state.revision || refusals.has(operation.subject) ? next : undefined
    }
    return { ...operation, step }
  })
  let verdict = checkLinearizable(INITIAL, pin(operations, observed), stateKey, 200_000, revisionOf)
  // Another order than the one that the watches saw would make liars of them.
  if (verdict.outcome === 'undecided') return { operations: operations.length, steps: verdict.steps, undecided: true }
  if (verdict.outcome === 'not linearizable') {
    // Is it the answers that contradict each other, or do the watches tell another story?
    const alone = checkLinearizable(INITIAL, operations, stateKey, 50_000, revisionOf)
    if (alone.outcome === 'not linearizable') throw contradiction(alone)
    if (alone.outcome === 'undecided') throw contradiction(verdict)
    verdict = alone
  }
  const { states, truth } = replay(verdict.order)
  const last = states.at(-1)!.revision
  for (const watch of watches)
    checkWatch(watch, truth, clients.compacted, complete(watch.sessions.at(-1)!.member) ? last : 0)
  for (const call of calls) checkOldRead(call, states)
  checkStaleReads(calls, states)
  return { operations: operations.length, steps: verdict.steps, undecided: false }
}

/** An operation, and what it is about if it may do something without a new revision. */
interface Asked extends Operation<State> {
  subject: string
}

/** What shows that a lease was gone, or a revision, though nothing was deleted. */
function refused(calls: readonly Call[]): Set<string> {
  const found = new Set<string>()
  for (const { request, answer } of calls) {
    if (!answer || answer.ok) continue
    if (answer.error === 'CompactedError') found.add(COMPACTION)
    if (request.type === 'revoke') found.add(leaseSubject(request.lease))
    if (request.type !== 'txn') continue
    for (const act of [...request.success, ...request.failure])
      if (act.type === 'put' && act.lease) found.add(leaseSubject(act.lease))
  }
  return found
}

const COMPACTION = 'compaction'
const leaseSubject = (lease: number) => `lease ${lease}`

const revisionOf = (state: State) => state.revision

function contradiction({ order, stuck }: LinearizabilityVerdict<State>): Violation {
  const before = order.slice(-8).map(o => `  ${o.describe()}`)
  const where = `${stuck.map(o => o.describe()).join()} fits no order, behind\n${before.join('\n')}`
  return new Violation('linearizable', where)
}

function isOrdered({ request, refused, answer, settled }: Call): boolean {
  if (refused || request.type === 'keepAlive') return false
  if (request.type === 'range' && request.serializable) return false
  // What only reads and was never answered says nothing; nor does a lease whose name nobody knows.
  const writes = request.type === 'txn' || request.type === 'compact' || request.type === 'revoke'
  return answer !== undefined || (writes && (settled || answer === undefined))
}

function toOperation(call: Call): Asked {
  const { request } = call
  return {
    subject: request.type === 'revoke' ? leaseSubject(request.lease) : request.type === 'compact' ? COMPACTION : '',
    call: call.called,
    return: call.answer ? call.returned : Infinity,
    step: state => {
      const next = step(state, call.request, call.answer)
      return !call.answer && call.request.type === 'txn' && next?.revision === state.revision ? undefined : next
    },
    describe: () => describe(call),
    rank: call.answer?.ok ? call.answer.revision : undefined,
  }
}

export function describe(call: Call): string {
  const { number, member, called, returned, request, answer, refused } = call
  const end = returned === Infinity ? '…' : returned.toFixed(1)
  const outcome = refused ? 'refused' : answer ? JSON.stringify(answer) : 'unknown'
  return `#${number} ${member} ${called.toFixed(1)}–${end} ${JSON.stringify(request)} → ${outcome}`
}

/**
 * A lease runs out at some time, by nobody's call: not before its time has passed on the fastest clock since it was
 * granted, or last said to be kept alive.
 */
function expiries(calls: readonly Call[]): Asked[] {
  return calls.flatMap(({ request, answer, called }) => {
    if (request.type !== 'grant' || !answer?.ok) return []
    const lease = answer.lease!
    const kept = calls.filter(c => c.request.type === 'keepAlive' && c.request.lease === lease && c.answer?.ok)
    const since = Math.max(called, ...kept.map(c => c.called))
    const earliest = since + (request.ttl * 1000) / (1 + DRIFT)
    return {
      subject: leaseSubject(lease),
      call: earliest,
      return: Infinity,
      step: (state: State) => step(state, { type: 'expire', lease }, undefined),
      describe: () => `lease ${lease} expires after ${earliest.toFixed(1)}`,
    }
  })
}

type Constraint = (state: State) => boolean

/** What watches and reads of earlier states have told, by revision: what the store must have been like there. */
function observations({ watches, calls }: Clients): Map<number, Constraint[]> {
  const observed = new Map<number, Map<string, Constraint>>()
  const note = (revision: number, words: string, holds: Constraint) => {
    const known = observed.get(revision) ?? new Map<string, Constraint>()
    observed.set(revision, known.set(words, holds))
  }
  for (const watch of watches)
    for (const session of watch.sessions)
      for (const item of session.items) {
        if (item.type !== 'events') continue
        for (const { revision, type, key, now, previous } of item.events) {
          const words = `${type} ${now || key}`
          note(revision, words, ({ events }) => events.some(event => describeEvent(event) === words))
          if (previous === undefined) continue
          const before = ({ key: own, previous: real }: ModelEvent) =>
            own === key && !!real && describeKv(key, real) === previous
          note(revision, `${words} before ${previous}`, ({ events }) => events.some(before))
        }
      }
  for (const watch of watches) for (const session of watch.sessions) noteCovered(watch, session, note)
  for (const { request, answer } of calls) {
    if (request.type !== 'range' || !answer?.ok) continue
    const revision = request.revision || answer.revision!
    const { key, end, limit } = request
    note(
      revision,
      JSON.stringify([key, end, limit, answer.kvs]),
      state => describeRange(state, key, end, limit) === answer.kvs,
    )
  }
  return new Map([...observed].map(([revision, known]) => [revision, [...known.values()]]))
}

/** Also what a watch was not told says something: there was nothing else for it. */
function noteCovered(
  watch: Subscription,
  session: Session,
  note: (revision: number, words: string, holds: Constraint) => void,
): void {
  const own = ({ key }: ModelEvent) => within(key, watch.key, watch.end)
  let next = session.start
  for (const item of session.items) {
    if (item.type === 'compacted') return
    const seen = item.type === 'events' ? item.events : []
    for (let revision = next; next > 0 && revision <= item.revision; revision++) {
      const n = seen.filter(event => event.revision === revision).length
      note(revision, `${n} of ${watch.key} ${watch.end}`, ({ events }) => events.filter(own).length === n)
    }
    next = Math.max(next, item.revision + 1)
  }
}

/** Whatever takes effect at a revision that somebody saw must have done what was seen there. */
function pin(operations: Operation<State>[], observed: ReadonlyMap<number, Constraint[]>): Operation<State>[] {
  return operations.map(operation => ({
    ...operation,
    step: state => {
      const next = operation.step(state)
      if (!next || next.revision === state.revision) return next
      return observed.get(next.revision)?.every(holds => holds(next)) === false ? undefined : next
    },
  }))
}

function describeEvent({ type, key, now }: ModelEvent): string {
  return `${type} ${now ? describeKv(key, now) : key}`
}

function replay(order: Operation<State>[]): { states: State[]; truth: Map<number, readonly ModelEvent[]> } {
  let state = INITIAL
  const states: State[] = []
  states[state.revision] = state
  const truth = new Map<number, readonly ModelEvent[]>()
  for (const operation of order) {
    const next = operation.step(state)!
    if (next.revision !== state.revision) {
      truth.set(next.revision, next.events)
      states[next.revision] = next
    }
    state = next
  }
  return { states, truth }
}

/** What was read at an earlier revision is what was there. */
function checkOldRead(call: Call, states: State[]): void {
  const { request, answer } = call
  if (request.type !== 'range' || !request.revision || !answer?.ok || request.revision >= answer.revision!) return
  const expected = describeRange(states[request.revision]!, request.key, request.end, request.limit)
  if (expected !== answer.kvs)
    throw new Violation('history is kept', `${describe(call)}: at ${request.revision} it was ${expected}`)
}

/** A serializable read may be behind, but shows what was there, and on one member never goes back. */
function checkStaleReads(calls: readonly Call[], states: State[]): void {
  const newest = new Map<string, number>()
  for (const call of [...calls].sort((a, b) => a.returned - b.returned)) {
    const { request, answer, member, life } = call
    if (request.type !== 'range' || !request.serializable || !answer?.ok) continue
    const state = states[answer.revision!]
    if (!state) throw new Violation('serializable', `${describe(call)}: there is no such revision`)
    const expected = describeRange(state, request.key, request.end)
    if (expected !== answer.kvs) throw new Violation('serializable', `${describe(call)}: it was ${expected}`)
    const before = newest.get(`${member} ${life}`) ?? 0
    if (answer.revision! < before)
      throw new Violation('serializable', `${describe(call)}: ${member} had shown ${before}`)
    newest.set(`${member} ${life}`, answer.revision!)
  }
}
