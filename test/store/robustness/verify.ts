import { checkLinearizable } from '../../sim/check/linearizability.ts'
import type { Operation } from '../../sim/check/linearizability.ts'
import { describeKv, stateKey, step } from '../../sim/check/model.ts'
import type { ModelEvent, State } from '../../sim/check/model.ts'
import { Violation } from '../../sim/check/violation.ts'
import { checkWatch } from '../../sim/check/watch.ts'
import type { SeenEvent, Subscription } from '../../sim/check/watch.ts'
import type { Call } from './history.ts'

export interface Checked {
  /** The state behind the last operation; undefined: the search was given up. */
  state: State | undefined
  /** Writes of unknown outcome that nobody has seen yet. */
  pending: Call[]
  /** What happened, by revision. */
  truth: ReadonlyMap<number, readonly ModelEvent[]>
  steps: number
}

/**
 * Compares a stretch of history, which begins in `initial` and ends in quiet, with the store as it should be.
 * @throws Violation naming the broken promise
 */
export function verify(initial: State, calls: readonly Call[], watches: readonly Subscription[]): Checked {
  const seen = seenByRevision(watches)
  const revisions = calls.map(call => (call.answer?.ok && call.answer.revision) || 0)
  const newest = Math.max(initial.revision, ...seen.keys(), ...revisions)
  const operations = calls.filter(isOrdered).map(call => toOperation(call, newest, seen))
  const verdict = checkLinearizable(initial, operations, stateKey, 400_000, state => state.revision)
  if (verdict.outcome === 'not linearizable') {
    const before = verdict.order.slice(-8).map(operation => `  ${operation.describe()}`)
    const stuck = verdict.stuck.map(operation => operation.describe()).join()
    throw new Violation('linearizable', `${stuck} fits no order, behind\n${before.join('\n')}`)
  }
  const undone = new Set(calls.filter(call => !call.answer && isOrdered(call)))
  if (verdict.outcome === 'undecided')
    return { state: undefined, pending: [...undone], truth: new Map(), steps: verdict.steps }
  const truth = new Map<number, readonly ModelEvent[]>()
  let state = initial
  for (const operation of verdict.order) {
    const next = operation.step(state)!
    if (next.revision !== state.revision) truth.set(next.revision, next.events)
    state = next
    undone.delete((operation as CallOperation).of)
  }
  for (const watch of watches) checkWatch(watch, truth, state.compacted, state.revision)
  return { state, pending: [...undone], truth, steps: verdict.steps }
}

interface CallOperation extends Operation<State> {
  of: Call
}

/** Refused: certainly not done. What only reads and was never answered says nothing. */
function isOrdered({ refused, answer, request }: Call): boolean {
  return !refused && (answer !== undefined || request.type === 'txn')
}

function toOperation(call: Call, newest: number, seen: ReadonlyMap<number, SeenEvent[]>): CallOperation {
  const { request, answer } = call
  return {
    of: call,
    call: call.called,
    return: answer ? call.returned : Infinity,
    rank: answer?.ok ? answer.revision : undefined,
    describe: () => describe(call),
    step: state => {
      const next = step(state, request, answer)
      if (!next || next.revision === state.revision) return answer ? next : undefined
      if (next.revision > newest) return undefined
      // Whatever takes effect at a revision that watches told of must have done what they told.
      return seen.get(next.revision)?.every(event => next.events.some(own => isSame(own, event))) === false
        ? undefined
        : next
    },
  }
}

function isSame({ type, key, now }: ModelEvent, event: SeenEvent): boolean {
  return type === event.type && key === event.key && (now ? describeKv(key, now) : '') === event.now
}

function seenByRevision(watches: readonly Subscription[]): Map<number, SeenEvent[]> {
  const seen = new Map<number, SeenEvent[]>()
  for (const { sessions } of watches)
    for (const { items } of sessions)
      for (const item of items) {
        if (item.type !== 'events') continue
        for (const event of item.events) {
          const known = seen.get(event.revision)
          if (known) known.push(event)
          else seen.set(event.revision, [event])
        }
      }
  return seen
}

export function describe({ number, where, called, returned, request, answer, refused }: Call): string {
  const end = returned === Infinity ? '…' : returned.toFixed(1)
  const outcome = refused ? 'refused' : answer ? JSON.stringify(answer) : 'unknown'
  return `#${number} ${where} ${called.toFixed(1)}–${end} ${JSON.stringify(request)} → ${outcome}`
}
