import { CompactedError, FutureRevisionError, InvalidRequestError } from '../../engine/store/kv.ts'
import type {
  Compare,
  KeyValue,
  Operation,
  OperationResult,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchEvent,
} from '../../engine/store/kv.ts'

/** Keys and values of the model are text of single-byte characters: their order is that of the bytes. */
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const EMPTY = new Uint8Array(0)

type State = Map<string, KeyValue>

const within = (key: string, start: Uint8Array, end: Uint8Array | undefined) =>
  end === undefined
    ? key === text(start)
    : key >= text(start) && ((end.length === 1 && end[0] === 0) || key < text(end))

/** etcd's key space as simply as it can be said: a copy of everything for each revision. */
export class Model {
  revision = 1
  compactRevision = 0
  readonly leases = new Map<number, number>()
  readonly states: State[] = [new Map(), new Map()]
  readonly events: WatchEvent[] = []

  /** The newest state, as far as a transaction has got. */
  #draft: State = new Map()
  #changes: WatchEvent[] = []

  apply(request: TxnRequest): TxnResponse {
    const before = this.states[this.revision]!
    this.#refuse(this.#chosen(request, before), before)
    return this.#run(() => this.#txn(request, before))
  }

  #run<T>(act: () => T): T {
    this.#draft = new Map(this.states[this.revision])
    this.#changes = []
    const result = act()
    if (this.#changes.length > 0) {
      this.revision++
      this.states.push(this.#draft)
      this.events.push(...this.#changes)
    }
    return result
  }

  #chosen(request: TxnRequest, before: State): Operation[] {
    const branch = request.compare.every(c => holds(c, before)) ? request.success : request.failure
    return branch.flatMap(o => (o.type === 'txn' ? this.#chosen(o.request, before) : [o]))
  }

  #refuse(operations: Operation[], before: State): void {
    for (const o of operations) {
      if (o.type !== 'put') continue
      if ((o.ignoreValue || o.ignoreLease) && !before.has(text(o.key)))
        throw new InvalidRequestError('etcdserver: key not found')
      if (o.lease && !this.leases.has(o.lease)) throw new InvalidRequestError('etcdserver: requested lease not found')
    }
    for (const o of operations) if (o.type === 'range') this.#refuseRevision(o.request.revision)
  }

  #refuseRevision(revision = 0): void {
    if (revision > this.revision) throw new FutureRevisionError()
    if (revision > 0 && revision < this.compactRevision) throw new CompactedError(this.compactRevision)
  }

  #txn(request: TxnRequest, before: State): TxnResponse {
    const succeeded = request.compare.every(c => holds(c, before))
    const results = (succeeded ? request.success : request.failure).map(o => this.#operation(o, before))
    return { revision: this.#now(), succeeded, results }
  }

  #now(): number {
    return this.#changes.length > 0 ? this.revision + 1 : this.revision
  }

  #operation(o: Operation, before: State): OperationResult {
    switch (o.type) {
      case 'range':
        return { type: 'range', response: this.#range(o.request, this.#draft, this.#now()) }
      case 'txn':
        return { type: 'txn', response: this.#txn(o.request, before) }
      case 'put': {
        const old = this.#draft.get(text(o.key))
        const modRevision = this.revision + 1
        const kv: KeyValue = {
          key: o.key,
          value: o.ignoreValue ? old!.value : o.value,
          createRevision: old?.createRevision ?? modRevision,
          modRevision,
          version: (old?.version ?? 0) + 1,
          lease: o.ignoreLease ? old!.lease : (o.lease ?? 0),
        }
        this.#draft.set(text(o.key), kv)
        this.#changes.push({ type: 'put', kv })
        return { type: 'put', previous: o.previous ? old : undefined }
      }
      case 'delete': {
        const gone = sorted(this.#draft).filter(kv => within(text(kv.key), o.key, o.rangeEnd))
        for (const kv of gone) this.#delete(kv)
        return { type: 'delete', deleted: gone.length, previous: o.previous ? gone : [] }
      }
    }
  }

  #delete({ key }: KeyValue): void {
    this.#draft.delete(text(key))
    const modRevision = this.revision + 1
    const kv = { key, value: EMPTY, createRevision: 0, modRevision, version: 0, lease: 0 }
    this.#changes.push({ type: 'delete', kv })
  }

  range(q: RangeRequest): RangeResponse {
    this.#refuseRevision(q.revision)
    return this.#range(q, this.states[this.revision]!, this.revision)
  }

  #range(q: RangeRequest, newest: State, revision: number): RangeResponse {
    const state = q.revision && q.revision < revision ? this.states[q.revision]! : newest
    const all = sorted(state).filter(kv => within(text(kv.key), q.key, q.rangeEnd))
    const count = all.length
    if (q.countOnly) return { revision, kvs: [], count, more: false }
    const limit = q.limit || Infinity
    const { sortOrder = 'none', sortTarget = 'key' } = q
    const bounded = q.minModRevision || q.maxModRevision || q.minCreateRevision || q.maxCreateRevision
    let kvs = bounded || sortOrder !== 'none' ? all : all.slice(0, limit + 1)
    kvs = kvs
      .filter(kv => !q.minModRevision || kv.modRevision >= q.minModRevision)
      .filter(kv => !q.maxModRevision || kv.modRevision <= q.maxModRevision)
      .filter(kv => !q.minCreateRevision || kv.createRevision >= q.minCreateRevision)
      .filter(kv => !q.maxCreateRevision || kv.createRevision <= q.maxCreateRevision)
    const by = (kv: KeyValue): string | number => {
      const values = { key: text(kv.key), version: kv.version, create: kv.createRevision, mod: kv.modRevision }
      return sortTarget === 'value' ? text(kv.value) : values[sortTarget]
    }
    const sign = sortOrder === 'descend' ? -1 : 1
    kvs.sort((a, b) => sign * (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0))
    const more = kvs.length > limit
    kvs = kvs.slice(0, limit)
    return { revision, kvs: q.keysOnly ? kvs.map(kv => ({ ...kv, value: EMPTY })) : kvs, count, more }
  }

  compact(revision: number): void {
    if (revision <= this.compactRevision) throw new CompactedError(this.compactRevision)
    if (revision > this.revision) throw new FutureRevisionError()
    this.compactRevision = revision
  }

  grant(id: number, ttlSeconds: number): void {
    if (this.leases.has(id)) throw new InvalidRequestError('etcdserver: lease already exists')
    this.leases.set(id, ttlSeconds)
  }

  revoke(id: number): void {
    if (!this.leases.delete(id)) throw new InvalidRequestError('etcdserver: requested lease not found')
    this.#run(() => {
      for (const kv of sorted(this.#draft)) if (kv.lease === id) this.#delete(kv)
    })
  }

  /** What a watch that starts at `from` gets. */
  watched(key: Uint8Array, rangeEnd: Uint8Array | undefined, from: number): WatchEvent[] {
    if (from < this.compactRevision) throw new CompactedError(this.compactRevision)
    const kept = (event: WatchEvent, i: number) =>
      event.kv.modRevision > this.compactRevision ||
      !this.events
        .slice(i + 1)
        .some(later => later.kv.modRevision <= this.compactRevision && text(later.kv.key) === text(event.kv.key))
    return this.events.filter(
      (event, i) => event.kv.modRevision >= from && within(text(event.kv.key), key, rangeEnd) && kept(event, i),
    )
  }

  /** What `key` held before `revision`, if that can still be read. */
  before(key: Uint8Array, revision: number): KeyValue | undefined {
    return revision - 1 < this.compactRevision ? undefined : this.states[revision - 1]!.get(text(key))
  }
}

function sorted(state: State): KeyValue[] {
  return [...state.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kv]) => kv)
}

function holds(compare: Compare, state: State): boolean {
  const kvs = sorted(state).filter(kv => within(text(kv.key), compare.key, compare.rangeEnd))
  const fulfils = (actual: number | string, operand: number | string) => {
    switch (compare.result) {
      case 'equal':
        return actual === operand
      case 'notEqual':
        return actual !== operand
      case 'greater':
        return actual > operand
      case 'less':
        return actual < operand
    }
  }
  const { operand, target } = compare
  if (target === 'value') return kvs.length > 0 && kvs.every(kv => fulfils(text(kv.value), text(operand as Uint8Array)))
  if (kvs.length === 0) return fulfils(0, operand as number)
  return kvs.every(kv => fulfils(kv[target], operand as number))
}
