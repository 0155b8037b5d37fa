/** Requests and answers of the store in binary: what the log holds and what crosses to the worker thread. */
import { ByteReader, ByteWriter } from './bytes.ts'
import type {
  Compare,
  KeyValue,
  Operation,
  OperationResult,
  PutOperation,
  RangeRequest,
  RangeResponse,
  TxnRequest,
  TxnResponse,
  WatchEvent,
} from './kv.ts'

const TARGETS = ['version', 'createRevision', 'modRevision', 'value', 'lease'] as const
const RESULTS = ['equal', 'notEqual', 'greater', 'less'] as const
const SORT_ORDERS = ['none', 'ascend', 'descend'] as const
const SORT_TARGETS = ['key', 'version', 'create', 'mod', 'value'] as const
/** Transactions within transactions: no request that passes `checkTxn` is nested deeper. */
const MAX_DEPTH = 130

function writeOptional(w: ByteWriter, bytes: Uint8Array | undefined): void {
  w.flag(bytes !== undefined)
  if (bytes !== undefined) w.bytes(bytes)
}

function readOptional(r: ByteReader): Uint8Array | undefined {
  return r.flag() ? r.bytes() : undefined
}

export function writeRangeRequest(w: ByteWriter, q: RangeRequest): void {
  w.bytes(q.key)
  writeOptional(w, q.rangeEnd)
  w.uint(Math.max(q.limit ?? 0, 0)).uint(Math.max(q.revision ?? 0, 0))
  const { sortOrder = 'none', sortTarget = 'key', minModRevision = 0, maxModRevision = 0 } = q
  const { minCreateRevision = 0, maxCreateRevision = 0 } = q
  const bounded = minModRevision + maxModRevision + minCreateRevision + maxCreateRevision > 0
  const sorted = sortOrder !== 'none' || sortTarget !== 'key'
  w.byte(
    (q.serializable ? 1 : 0) | (q.keysOnly ? 2 : 0) | (q.countOnly ? 4 : 0) | (sorted ? 8 : 0) | (bounded ? 16 : 0),
  )
  if (sorted) w.byte(SORT_ORDERS.indexOf(sortOrder)).byte(SORT_TARGETS.indexOf(sortTarget))
  if (bounded) w.uint(minModRevision).uint(maxModRevision).uint(minCreateRevision).uint(maxCreateRevision)
}

export function readRangeRequest(r: ByteReader): RangeRequest {
  const key = r.bytes()
  const rangeEnd = readOptional(r)
  const limit = r.uint()
  const revision = r.uint()
  const flags = r.byte()
  const request: RangeRequest = {
    key,
    rangeEnd,
    limit,
    revision,
    serializable: (flags & 1) !== 0,
    keysOnly: (flags & 2) !== 0,
    countOnly: (flags & 4) !== 0,
  }
  if (flags & 8) {
    request.sortOrder = known(SORT_ORDERS[r.byte()])
    request.sortTarget = known(SORT_TARGETS[r.byte()])
  }
  if (flags & 16) {
    request.minModRevision = r.uint()
    request.maxModRevision = r.uint()
    request.minCreateRevision = r.uint()
    request.maxCreateRevision = r.uint()
  }
  return request
}

export function writeKeyValue(w: ByteWriter, kv: KeyValue): void {
  w.bytes(kv.key).bytes(kv.value).uint(kv.createRevision).uint(kv.modRevision).uint(kv.version).uint(kv.lease)
}

export function readKeyValue(r: ByteReader): KeyValue {
  return {
    key: r.bytes(),
    value: r.bytes(),
    createRevision: r.uint(),
    modRevision: r.uint(),
    version: r.uint(),
    lease: r.uint(),
  }
}

export function writeRangeResponse(w: ByteWriter, a: RangeResponse): void {
  w.uint(a.revision).uint(a.count).flag(a.more).uint(a.kvs.length)
  for (const kv of a.kvs) writeKeyValue(w, kv)
}

export function readRangeResponse(r: ByteReader): RangeResponse {
  const revision = r.uint()
  const count = r.uint()
  const more = r.flag()
  return { revision, count, more, kvs: readList(r, readKeyValue) }
}

function readList<T>(r: ByteReader, read: (r: ByteReader) => T): T[] {
  const n = r.uint()
  const out: T[] = []
  for (let i = 0; i < n; i++) out.push(read(r))
  return out
}

export function writeTxnRequest(w: ByteWriter, t: TxnRequest): void {
  w.uint(t.compare.length)
  for (const c of t.compare) {
    w.bytes(c.key).byte(TARGETS.indexOf(c.target)).byte(RESULTS.indexOf(c.result))
    const negative = typeof c.operand === 'number' && c.operand < 0
    w.byte((typeof c.operand === 'number' ? 0 : 1) | (c.rangeEnd ? 2 : 0) | (negative ? 4 : 0))
    if (typeof c.operand === 'number') w.uint(Math.abs(c.operand))
    else w.bytes(c.operand)
    if (c.rangeEnd) w.bytes(c.rangeEnd)
  }
  for (const branch of [t.success, t.failure]) {
    w.uint(branch.length)
    for (const operation of branch) writeOperation(w, operation)
  }
}

export function readTxnRequest(r: ByteReader, depth = 0): TxnRequest {
  if (depth > MAX_DEPTH) throw new RangeError('transactions are nested too deeply')
  const compare = readList(r, readCompare)
  const operation = (r: ByteReader) => readOperation(r, depth)
  return { compare, success: readList(r, operation), failure: readList(r, operation) }
}

function readCompare(r: ByteReader): Compare {
  const key = r.bytes()
  const target = known(TARGETS[r.byte()])
  const result = known(RESULTS[r.byte()])
  const flags = r.byte()
  const compare: Compare = { key, target, result, operand: flags & 1 ? r.bytes() : r.uint() }
  if (flags & 4) compare.operand = -compare.operand
  if (flags & 2) compare.rangeEnd = r.bytes()
  return compare
}

function writeOperation(w: ByteWriter, o: Operation): void {
  switch (o.type) {
    case 'range':
      w.byte(0)
      return writeRangeRequest(w, o.request)
    case 'put':
      w.byte(1)
        .bytes(o.key)
        .bytes(o.value)
        .uint(o.lease ?? 0)
        .byte((o.previous ? 1 : 0) | (o.ignoreValue ? 2 : 0) | (o.ignoreLease ? 4 : 0))
      return
    case 'delete':
      w.byte(2).bytes(o.key)
      writeOptional(w, o.rangeEnd)
      w.flag(o.previous ?? false)
      return
    case 'txn':
      w.byte(3)
      writeTxnRequest(w, o.request)
  }
}

function readOperation(r: ByteReader, depth: number): Operation {
  switch (r.byte()) {
    case 0:
      return { type: 'range', request: readRangeRequest(r) }
    case 1: {
      const put: PutOperation = { type: 'put', key: r.bytes(), value: r.bytes(), lease: r.uint() }
      const flags = r.byte()
      put.previous = (flags & 1) !== 0
      if (flags & 2) put.ignoreValue = true
      if (flags & 4) put.ignoreLease = true
      return put
    }
    case 2:
      return { type: 'delete', key: r.bytes(), rangeEnd: readOptional(r), previous: r.flag() }
    case 3:
      return { type: 'txn', request: readTxnRequest(r, depth + 1) }
    default:
      throw new RangeError('unknown operation')
  }
}

export function writeTxnResponse(w: ByteWriter, a: TxnResponse): void {
  w.uint(a.revision).flag(a.succeeded).uint(a.results.length)
  for (const result of a.results) {
    switch (result.type) {
      case 'range':
        w.byte(0)
        writeRangeResponse(w, result.response)
        break
      case 'put':
        w.byte(1).flag(result.previous !== undefined)
        if (result.previous) writeKeyValue(w, result.previous)
        break
      case 'delete':
        w.byte(2).uint(result.deleted).uint(result.previous.length)
        for (const kv of result.previous) writeKeyValue(w, kv)
        break
      case 'txn':
        w.byte(3)
        writeTxnResponse(w, result.response)
    }
  }
}

export function readTxnResponse(r: ByteReader): TxnResponse {
  const revision = r.uint()
  const succeeded = r.flag()
  const results = readList(r, (r): OperationResult => {
    switch (r.byte()) {
      case 0:
        return { type: 'range', response: readRangeResponse(r) }
      case 1:
        return { type: 'put', previous: r.flag() ? readKeyValue(r) : undefined }
      case 2:
        return { type: 'delete', deleted: r.uint(), previous: readList(r, readKeyValue) }
      case 3:
        return { type: 'txn', response: readTxnResponse(r) }
      default:
        throw new RangeError('unknown result')
    }
  })
  return { revision, succeeded, results }
}

export function writeEvents(w: ByteWriter, events: WatchEvent[]): void {
  w.uint(events.length)
  for (const event of events) {
    w.byte((event.type === 'delete' ? 1 : 0) | (event.previous ? 2 : 0))
    writeKeyValue(w, event.kv)
    if (event.previous) writeKeyValue(w, event.previous)
  }
}

export function readEvents(r: ByteReader): WatchEvent[] {
  return readList(r, (r): WatchEvent => {
    const flags = r.byte()
    const event: WatchEvent = { type: flags & 1 ? 'delete' : 'put', kv: readKeyValue(r) }
    if (flags & 2) event.previous = readKeyValue(r)
    return event
  })
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('unknown code')
  return value
}
