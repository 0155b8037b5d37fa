/** What passes between `remote.ts` and `worker.ts`: many requests or answers in one buffer per turn. */
import { ByteReader, ByteWriter } from './bytes.ts'
import {
  readEvents,
  readRangeRequest,
  readRangeResponse,
  readTxnRequest,
  readTxnResponse,
  writeEvents,
  writeRangeRequest,
  writeRangeResponse,
  writeTxnRequest,
  writeTxnResponse,
} from './codec.ts'
import { CompactedError } from './kv.ts'
import type {
  MemberStatus,
  RangeRequest,
  RangeResponse,
  StoreError,
  TxnRequest,
  TxnResponse,
  WatchEvent,
  WatchRequest,
} from './kv.ts'
import { storeErrorNamed } from './store-error.ts'

/** Messages on the port itself. */
export type ToWorker = { frame: Uint8Array<ArrayBuffer> } | { taken: number } | { stop: true }
export type FromWorker =
  | { frame: Uint8Array<ArrayBuffer> }
  | { status: MemberStatus }
  | { log: { level: 'debug' | 'info' | 'warn' | 'error'; message: string; fields: Record<string, unknown> } }
  | { started: true }
  | { failed: { message: string } }

export type Call =
  | { method: 'range'; request: RangeRequest }
  | { method: 'txn'; request: TxnRequest }
  | { method: 'readRevision' }
  | { method: 'compact'; revision: number }
  | { method: 'leaseGrant'; ttlSeconds: number }
  | { method: 'leaseKeepAlive'; lease: number }
  | { method: 'leaseRevoke'; lease: number }
  | { method: 'status' }
  | { method: 'transferLeader'; to: string }
  | { method: 'watch'; request: WatchRequest }
  | { method: 'unwatch' }
  | { method: 'requestProgress' }

const METHODS = [
  'range',
  'txn',
  'readRevision',
  'compact',
  'leaseGrant',
  'leaseKeepAlive',
  'leaseRevoke',
  'status',
  'transferLeader',
  'watch',
  'unwatch',
  'requestProgress',
] as const

/** For `watch`, `unwatch` and `requestProgress` the id names the watch; otherwise the answer carries it. */
export function writeCall(w: ByteWriter, id: number, call: Call): void {
  w.uint(id).byte(METHODS.indexOf(call.method))
  switch (call.method) {
    case 'range':
      return writeRangeRequest(w, call.request)
    case 'txn':
      return writeTxnRequest(w, call.request)
    case 'compact':
      return void w.uint(call.revision)
    case 'leaseGrant':
      return void w.uint(Math.max(1, Math.ceil(call.ttlSeconds)))
    case 'leaseKeepAlive':
    case 'leaseRevoke':
      return void w.uint(call.lease)
    case 'transferLeader':
      return void w.text(call.to)
    case 'watch': {
      const { key, rangeEnd, startRevision, previous, progress, progressIntervalMs, filters } = call.request
      w.bytes(key).flag(rangeEnd !== undefined)
      if (rangeEnd) w.bytes(rangeEnd)
      return void w
        .uint(Math.max(startRevision ?? 0, 0))
        .flag(previous ?? false)
        .flag(progress ?? false)
        .uint(Math.ceil(progressIntervalMs ?? 0))
        .byte((filters?.includes('noPut') ? 1 : 0) | (filters?.includes('noDelete') ? 2 : 0))
    }
    default:
  }
}

export function readCall(r: ByteReader): { id: number; call: Call } {
  const id = r.uint()
  const method = METHODS[r.byte()]
  switch (method) {
    case 'range':
      return { id, call: { method, request: readRangeRequest(r) } }
    case 'txn':
      return { id, call: { method, request: readTxnRequest(r) } }
    case 'compact':
      return { id, call: { method, revision: r.uint() } }
    case 'leaseGrant':
      return { id, call: { method, ttlSeconds: r.uint() } }
    case 'leaseKeepAlive':
    case 'leaseRevoke':
      return { id, call: { method, lease: r.uint() } }
    case 'transferLeader':
      return { id, call: { method, to: r.text() } }
    case 'watch': {
      const key = r.bytes()
      const rangeEnd = r.flag() ? r.bytes() : undefined
      const request: WatchRequest = {
        key,
        rangeEnd,
        startRevision: r.uint(),
        previous: r.flag(),
        progress: r.flag(),
        progressIntervalMs: r.uint(),
      }
      const filters = r.byte()
      if (filters > 0) request.filters = (['noPut', 'noDelete'] as const).filter((_, i) => (filters & (1 << i)) !== 0)
      return { id, call: { method, request } }
    }
    case 'readRevision':
    case 'status':
    case 'unwatch':
    case 'requestProgress':
      return { id, call: { method } }
    default:
      throw new RangeError('unknown method')
  }
}

export type Answer =
  | { kind: 'range'; id: number; response: RangeResponse }
  | { kind: 'txn'; id: number; response: TxnResponse }
  | { kind: 'number'; id: number; value: number }
  | { kind: 'json'; id: number; value: unknown }
  | { kind: 'error'; id: number; error: StoreError }
  | { kind: 'events'; id: number; events: WatchEvent[]; revision: number }
  | { kind: 'progress'; id: number; revision: number }
  | { kind: 'watchError'; id: number; error: StoreError }

const KINDS = ['range', 'txn', 'number', 'json', 'error', 'events', 'progress', 'watchError'] as const

export function writeAnswer(w: ByteWriter, answer: Answer): void {
  w.byte(KINDS.indexOf(answer.kind)).uint(answer.id)
  switch (answer.kind) {
    case 'range':
      return writeRangeResponse(w, answer.response)
    case 'txn':
      return writeTxnResponse(w, answer.response)
    case 'number':
      return void w.uint(answer.value)
    case 'json':
      return void w.text(JSON.stringify(answer.value ?? null))
    case 'error':
    case 'watchError':
      return writeError(w, answer.error)
    case 'events':
      w.uint(answer.revision)
      return writeEvents(w, answer.events)
    case 'progress':
      return void w.uint(answer.revision)
  }
}

export function readAnswer(r: ByteReader): Answer {
  const kind = KINDS[r.byte()]
  const id = r.uint()
  switch (kind) {
    case 'range':
      return { kind, id, response: readRangeResponse(r) }
    case 'txn':
      return { kind, id, response: readTxnResponse(r) }
    case 'number':
      return { kind, id, value: r.uint() }
    case 'json':
      return { kind, id, value: JSON.parse(r.text()) }
    case 'error':
    case 'watchError':
      return { kind, id, error: readError(r) }
    case 'events': {
      const revision = r.uint()
      return { kind, id, revision, events: readEvents(r) }
    }
    case 'progress':
      return { kind, id, revision: r.uint() }
    default:
      throw new RangeError('unknown kind of answer')
  }
}

function writeError(w: ByteWriter, error: StoreError): void {
  w.text(error.name)
    .text(error.message)
    .uint(error instanceof CompactedError ? error.compactRevision : 0)
}

function readError(r: ByteReader): StoreError {
  const name = r.text()
  const message = r.text()
  return storeErrorNamed(name, message, { compactRevision: r.uint() })
}
