import type { Disposable } from '../../engine/base/disposable.ts'
import { CompactedError, FutureRevisionError } from '../../engine/store/kv.ts'
import type {
  Compare,
  KeyValue,
  MemberStatus,
  Operation,
  OperationResult,
  RangeRequest,
  RangeResponse,
  Store,
  TxnRequest,
  TxnResponse,
  WatchEvent,
  WatchObserver,
  WatchRequest,
} from '../../engine/store/kv.ts'

interface Version extends KeyValue {
  deleted: boolean
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** A store in memory with the contract's semantics, for tests of what stands on top of it. */
export class MemoryStore implements Store {
  #revision = 1
  #compacted = 0
  #keys = new Map<string, Version[]>()
  #log: { revision: number; events: WatchEvent[] }[] = []
  #watches = new Set<() => void>()
  #leases = new Map<number, Set<string>>()
  #nextLease = 1

  async range(request: RangeRequest): Promise<RangeResponse> {
    return this.#range(request)
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    const succeeded = request.compare.every(compare => this.#holds(compare))
    const operations = succeeded ? request.success : request.failure
    const revision = this.#revision + 1
    const events: WatchEvent[] = []
    const results = operations.map(operation => this.#run(operation, revision, events))
    if (events.length > 0) {
      this.#revision = revision
      this.#log.push({ revision, events })
      for (const wake of this.#watches) wake()
    }
    return { revision: this.#revision, succeeded, results }
  }

  watch(request: WatchRequest, observer: WatchObserver): Disposable {
    let next = request.startRevision || this.#revision + 1
    let disposed = false
    let scheduled = false
    const deliver = () => {
      scheduled = false
      if (disposed) return
      if (next <= this.#compacted) {
        disposed = true
        this.#watches.delete(wake)
        return observer.onError(new CompactedError(this.#compacted))
      }
      for (const entry of this.#log) {
        if (entry.revision < next) continue
        const events = entry.events.filter(event => inRange(event.kv.key, request.key, request.rangeEnd))
        if (events.length > 0)
          observer.onEvents(request.previous ? events : events.map(({ previous: _p, ...e }) => e), entry.revision)
        if (disposed) return
        next = entry.revision + 1
      }
      observer.onProgress(Math.max(this.#revision, next - 1))
    }
    const wake = () => {
      if (scheduled) return
      scheduled = true
      setImmediate(deliver)
    }
    this.#watches.add(wake)
    wake()
    return {
      dispose: () => {
        disposed = true
        this.#watches.delete(wake)
      },
    }
  }

  async readRevision(): Promise<number> {
    return this.#revision
  }

  async compact(revision: number): Promise<void> {
    this.#compacted = revision
    this.#log = this.#log.filter(entry => entry.revision > revision)
  }

  async leaseGrant(): Promise<number> {
    this.#leases.set(this.#nextLease, new Set())
    return this.#nextLease++
  }

  async leaseKeepAlive(lease: number): Promise<number> {
    return this.#leases.has(lease) ? 30 : 0
  }

  async leaseRevoke(lease: number): Promise<void> {
    const keys = this.#leases.get(lease)
    this.#leases.delete(lease)
    if (keys)
      await this.txn({
        compare: [],
        success: [...keys].map(key => ({ type: 'delete', key: Buffer.from(key, 'latin1') })),
        failure: [],
      })
  }

  async status(): Promise<MemberStatus> {
    const at = {
      committed: this.#revision,
      applied: this.#revision,
      lastIndex: this.#revision,
      revision: this.#revision,
    }
    return {
      id: '1',
      name: 'memory',
      clientURLs: [],
      role: 'leader',
      leader: 'memory',
      term: 1,
      ...at,
      compactRevision: this.#compacted,
      dbSize: 0,
    }
  }

  dispose(): void {
    this.#watches.clear()
  }

  #current(key: Uint8Array, revision = Infinity): Version | undefined {
    const found = this.#keys.get(text(key))?.findLast(version => version.modRevision <= revision)
    return found?.deleted ? undefined : found
  }

  #range({ key, rangeEnd, limit = 0, revision = 0, keysOnly, countOnly }: RangeRequest): RangeResponse {
    if (revision > 0 && revision < this.#compacted) throw new CompactedError(this.#compacted)
    if (revision > this.#revision) throw new FutureRevisionError()
    const kvs: KeyValue[] = []
    for (const name of [...this.#keys.keys()].sort()) {
      const bytes = Buffer.from(name, 'latin1')
      if (!inRange(bytes, key, rangeEnd)) continue
      const version = this.#current(bytes, revision || Infinity)
      if (version) kvs.push(keysOnly ? { ...version, value: new Uint8Array(0) } : version)
    }
    const chosen = countOnly ? [] : limit > 0 ? kvs.slice(0, limit) : kvs
    return { revision: this.#revision, kvs: chosen, count: kvs.length, more: !countOnly && chosen.length < kvs.length }
  }

  #holds({ key, target, result, operand }: Compare): boolean {
    const current = this.#current(key)
    const actual = target === 'value' ? text(current?.value ?? new Uint8Array(0)) : (current?.[target] ?? 0)
    const wanted = typeof operand === 'number' ? operand : text(operand)
    switch (result) {
      case 'equal':
        return actual === wanted
      case 'notEqual':
        return actual !== wanted
      case 'greater':
        return actual > wanted
      case 'less':
        return actual < wanted
    }
  }

  #run(operation: Operation, revision: number, events: WatchEvent[]): OperationResult {
    if (operation.type === 'range') return { type: 'range', response: this.#range(operation.request) }
    if (operation.type === 'put') {
      const previous = this.#current(operation.key)
      const kv = {
        ...{ key: operation.key, value: operation.value, modRevision: revision, lease: operation.lease ?? 0 },
        createRevision: previous?.createRevision ?? revision,
        version: (previous?.version ?? 0) + 1,
      }
      this.#append({ ...kv, deleted: false })
      if (operation.lease) this.#leases.get(operation.lease)?.add(text(operation.key))
      events.push({ type: 'put', kv, ...(previous ? { previous } : {}) })
      return { type: 'put', previous }
    }
    if (operation.type === 'txn') throw new Error('the store in memory knows no transactions within transactions')
    const gone = this.#range({
      key: operation.key,
      ...(operation.rangeEnd ? { rangeEnd: operation.rangeEnd } : {}),
    }).kvs
    for (const previous of gone) {
      const kv = {
        key: previous.key,
        value: new Uint8Array(0),
        createRevision: 0,
        modRevision: revision,
        version: 0,
        lease: 0,
      }
      this.#append({ ...kv, deleted: true })
      events.push({ type: 'delete', kv, previous })
    }
    return { type: 'delete', deleted: gone.length, previous: gone }
  }

  #append(version: Version) {
    const name = text(version.key)
    const list = this.#keys.get(name)
    if (list) list.push(version)
    else this.#keys.set(name, [version])
  }
}

function inRange(key: Uint8Array, start: Uint8Array, end: Uint8Array | undefined): boolean {
  const name = text(key)
  if (!end) return name === text(start)
  if (name < text(start)) return false
  return (end.length === 1 && end[0] === 0) || name < text(end)
}
