/** The store as it should be: a naive model of etcd's semantics over whole, immutable states. */
import { compareText } from './text.ts'

export interface Version {
  value: string
  create: number
  mod: number
  version: number
  lease: number
}

export interface State {
  readonly revision: number
  readonly compacted: number
  readonly keys: ReadonlyMap<string, Version>
  readonly leases: ReadonlySet<number>
  /** What the last step did, by revision; empty if it wrote nothing. */
  readonly events: readonly ModelEvent[]
}

export interface ModelEvent {
  type: 'put' | 'delete'
  key: string
  /** Undefined for a deletion. */
  now: Version | undefined
  previous: Version | undefined
}

export interface Comparison {
  key: string
  target: 'version' | 'createRevision' | 'modRevision' | 'value'
  result: 'equal' | 'notEqual' | 'greater' | 'less'
  operand: number | string
}

/** `end`: exclusive; absent: the one key. */
export type Act =
  | { type: 'put'; key: string; value: string; lease?: number; previous?: boolean }
  | { type: 'delete'; key: string; end?: string; previous?: boolean }
  | { type: 'range'; key: string; end?: string }

export type Request =
  | { type: 'txn'; compare: Comparison[]; success: Act[]; failure: Act[] }
  | { type: 'range'; key: string; end?: string; revision?: number; serializable?: boolean; limit?: number }
  | { type: 'readRevision' }
  | { type: 'compact'; revision: number }
  | { type: 'grant'; ttl: number; slot: number }
  | { type: 'keepAlive'; lease: number }
  | { type: 'revoke'; lease: number }
  | { type: 'expire'; lease: number }

/** An answer in words that can be compared: what is not said there is not compared. */
export type Answer =
  | { ok: true; revision?: number; succeeded?: boolean; results?: string[]; kvs?: string; lease?: number }
  | { ok: false; error: string; message: string; compactRevision?: number }

export const INITIAL: State = { revision: 1, compacted: 0, keys: new Map(), leases: new Set(), events: [] }

export function stateKey(state: State): string {
  let text = `${state.revision} ${state.compacted}`
  // The keys' order in the map may differ, what they hold may not.
  for (const key of [...state.keys.keys()].sort(compareText)) {
    const { value, mod, lease } = state.keys.get(key)!
    text += `,${key}=${value}@${mod}/${lease}`
  }
  for (const lease of [...state.leases].sort()) text += `;${lease}`
  return text
}

export function describeKv(key: string, { value, create, mod, version, lease }: Version): string {
  return `${key}=${value}@${create}/${mod}/${version}/${lease}`
}

export function describeRange(state: State, key: string, end: string | undefined, limit = 0): string {
  const found = [...state.keys].filter(([name]) => within(name, key, end)).sort((a, b) => compareText(a[0], b[0]))
  const shown = limit > 0 ? found.slice(0, limit) : found
  return `${found.length}:${shown.map(([name, version]) => describeKv(name, version)).join(',')}`
}

export function within(name: string, key: string, end: string | undefined): boolean {
  return end === undefined ? name === key : name >= key && name < end
}

/** The state after `request`, or undefined if it could not have answered so. Without an answer all may be. */
export function step(state: State, request: Request, answer: Answer | undefined): State | undefined {
  switch (request.type) {
    case 'txn':
      return stepTxn(state, request, answer)
    case 'range': {
      if (!answer) return state
      const { revision = 0 } = request
      if (!answer.ok) {
        if (answer.error === 'FutureRevisionError') return revision > state.revision ? state : undefined
        if (answer.error === 'CompactedError') return revision < state.compacted ? state : undefined
        return undefined
      }
      if (answer.revision !== state.revision || revision > state.revision) return undefined
      // What an old revision holds is compared afterwards, when the order is known.
      if (revision > 0 && revision < state.revision) return state
      return describeRange(state, request.key, request.end, request.limit) === answer.kvs ? state : undefined
    }
    case 'readRevision':
      return !answer || (answer.ok && answer.revision === state.revision) ? state : undefined
    case 'compact': {
      const { revision } = request
      const problem =
        revision <= state.compacted ? 'CompactedError' : revision > state.revision ? 'FutureRevisionError' : undefined
      if (answer && (answer.ok ? problem !== undefined : answer.error !== problem)) return undefined
      return problem ? state : { ...state, compacted: revision, events: [] }
    }
    case 'grant': {
      if (!answer?.ok) return undefined
      return { ...state, leases: new Set(state.leases).add(answer.lease!), events: [] }
    }
    case 'revoke':
    case 'expire': {
      const known = state.leases.has(request.lease)
      if (answer && answer.ok !== known) return undefined
      return known ? revoke(state, request.lease) : state
    }
    case 'keepAlive':
      return state
  }
}

function revoke(state: State, lease: number): State {
  const leases = new Set(state.leases)
  leases.delete(lease)
  const draft = new Draft({ ...state, leases })
  for (const [key, version] of [...state.keys].sort((a, b) => compareText(a[0], b[0])))
    if (version.lease === lease) draft.remove(key)
  return draft.finish()
}

function stepTxn(state: State, request: Request & { type: 'txn' }, answer: Answer | undefined): State | undefined {
  const succeeded = request.compare.every(compare => holds(state, compare))
  const acts = succeeded ? request.success : request.failure
  const refused = acts.some(act => act.type === 'put' && act.lease && !state.leases.has(act.lease))
  if (refused) {
    if (!answer) return state
    return !answer.ok && /lease not found/.test(answer.message) ? state : undefined
  }
  if (answer && !answer.ok) return undefined
  if (answer?.succeeded !== undefined && answer.succeeded !== succeeded) return undefined
  const draft = new Draft(state)
  const results = acts.map(act => draft.act(act))
  const next = draft.finish()
  if (answer?.revision !== undefined && answer.revision !== next.revision) return undefined
  if (answer?.results && answer.results.join('|') !== results.join('|')) return undefined
  return next
}

function holds(state: State, { key, target, result, operand }: Comparison): boolean {
  const found = state.keys.get(key)
  let order: number
  if (target === 'value') {
    // As in etcd: no value of a key that does not exist can be said to be anything.
    if (!found) return false
    order = compareText(found.value, String(operand))
  } else {
    const own = { version: found?.version, createRevision: found?.create, modRevision: found?.mod }[target] ?? 0
    order = own - Number(operand)
  }
  return { equal: order === 0, notEqual: order !== 0, greater: order > 0, less: order < 0 }[result]
}

/** One transaction on its way: all that it does shares one revision. */
class Draft {
  readonly #from: State
  readonly #keys: Map<string, Version>
  readonly #events: ModelEvent[] = []

  constructor(from: State) {
    this.#from = from
    this.#keys = new Map(from.keys)
  }

  act(act: Act): string {
    switch (act.type) {
      case 'put': {
        const previous = this.#keys.get(act.key)
        const mod = this.#from.revision + 1
        const now = {
          value: act.value,
          create: previous?.create ?? mod,
          mod,
          version: (previous?.version ?? 0) + 1,
          lease: act.lease ?? 0,
        }
        this.#keys.set(act.key, now)
        this.#events.push({ type: 'put', key: act.key, now, previous })
        return `put ${act.previous && previous ? describeKv(act.key, previous) : ''}`
      }
      case 'delete': {
        const found = [...this.#keys].filter(([name]) => within(name, act.key, act.end))
        found.sort((a, b) => compareText(a[0], b[0]))
        for (const [name] of found) this.remove(name)
        const previous = act.previous ? found.map(([name, version]) => describeKv(name, version)) : []
        return `delete ${found.length} ${previous.join(',')}`
      }
      case 'range': {
        const state = { ...this.#from, keys: this.#keys }
        return `range ${this.#revision} ${describeRange(state, act.key, act.end)}`
      }
    }
  }

  remove(key: string): void {
    this.#events.push({ type: 'delete', key, now: undefined, previous: this.#keys.get(key) })
    this.#keys.delete(key)
  }

  get #revision(): number {
    return this.#from.revision + (this.#events.length > 0 ? 1 : 0)
  }

  finish(): State {
    if (this.#events.length === 0) return { ...this.#from, events: [] }
    return { ...this.#from, revision: this.#revision, keys: this.#keys, events: this.#events }
  }
}
