import { compareBytes, inRange } from './bytes.ts'
import { InvalidRequestError } from './kv.ts'
import type { Operation, PutOperation, RangeRequest, TxnRequest } from './kv.ts'
import { MAX_REQUEST_BYTES } from './tuning.ts'

/** Operations of one branch, or conditions, counting those around a transaction within; as in etcd (`--max-txn-ops`). */
const MAX_OPERATIONS = 128

/** Refuses what no member could carry out. Texts are etcd's. */
export function checkTxn(request: TxnRequest): void {
  checkOperations(request, MAX_OPERATIONS)
  checkOverlaps(request.success)
  checkOverlaps(request.failure)
}

/** Refuses a command that is larger than a request may be. */
export function checkSize(command: Uint8Array): void {
  if (command.length > MAX_REQUEST_BYTES) throw new InvalidRequestError('etcdserver: request is too large')
}

export function checkRange(request: RangeRequest): void {
  checkKey(request.key, request.rangeEnd)
}

function checkOperations(request: TxnRequest, most: number): void {
  const n = Math.max(request.compare.length, request.success.length, request.failure.length)
  if (n > most) throw new InvalidRequestError('etcdserver: too many operations in txn request')
  for (const { key, rangeEnd, target, operand } of request.compare) {
    checkKey(key, rangeEnd)
    if ((target === 'value') === (typeof operand === 'number'))
      throw new InvalidRequestError(`a condition on the ${target} of a key is given an operand of the wrong type`)
  }
  for (const branch of [request.success, request.failure]) {
    for (const operation of branch) {
      switch (operation.type) {
        case 'range':
          checkRange(operation.request)
          break
        case 'put':
          checkPut(operation)
          break
        case 'delete':
          checkKey(operation.key, operation.rangeEnd)
          break
        case 'txn':
          checkOperations(operation.request, most - n)
      }
    }
  }
}

function checkPut(put: PutOperation): void {
  checkKey(put.key)
  if (put.ignoreValue && put.value.length > 0) throw new InvalidRequestError('etcdserver: value is provided')
  if (put.lease && !(Number.isSafeInteger(put.lease) && put.lease > 0))
    throw new InvalidRequestError('etcdserver: requested lease not found')
  if (put.ignoreLease && put.lease) throw new InvalidRequestError('etcdserver: lease is provided')
}

/** An empty key is allowed only as the beginning of a range. */
function checkKey(key: Uint8Array, rangeEnd?: Uint8Array): void {
  if (key.length === 0 && !rangeEnd) throw new InvalidRequestError('etcdserver: key is not provided')
}

interface Touched {
  /** Keys that are put, as latin1 text. */
  puts: Set<string>
  deletes: { key: Uint8Array; rangeEnd?: Uint8Array }[]
}

/**
 * A key may be put once, and not be deleted beside that. Of a transaction within, only one branch will run: both may put
 * the same key.
 */
function checkOverlaps(branch: Operation[]): Touched {
  const puts = new Set<string>()
  const deletes: Touched['deletes'] = branch.filter(o => o.type === 'delete')
  if (branch.length === 1 && branch[0]!.type !== 'txn') {
    if (branch[0]!.type === 'put') puts.add(textOf(branch[0]!.key))
    return { puts, deletes }
  }
  const add = (key: string, exempt?: Set<string>) => {
    if ((puts.has(key) && !exempt?.has(key)) || isDeleted(key, deletes))
      throw new InvalidRequestError('etcdserver: duplicate key given in txn request')
    puts.add(key)
  }
  for (const operation of branch) {
    if (operation.type !== 'txn') continue
    const success = checkOverlaps(operation.request.success)
    const failure = checkOverlaps(operation.request.failure)
    for (const key of success.puts) add(key)
    for (const key of failure.puts) add(key, success.puts)
    deletes.push(...success.deletes, ...failure.deletes)
  }
  for (const operation of branch) if (operation.type === 'put') add(textOf(operation.key))
  return { puts, deletes }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}

function isDeleted(text: string, deletes: Touched['deletes']): boolean {
  if (deletes.length === 0) return false
  const key = Buffer.from(text, 'latin1')
  return deletes.some(d => (d.rangeEnd ? inRange(key, d.key, d.rangeEnd) : compareBytes(key, d.key) === 0))
}

export function isReadOnly(request: TxnRequest): boolean {
  const reads = (operation: Operation): boolean =>
    operation.type === 'range' || (operation.type === 'txn' && isReadOnly(operation.request))
  return request.success.every(reads) && request.failure.every(reads)
}

/** Whether a transaction may put something: what a member without space refuses. */
export function writesValues(request: TxnRequest): boolean {
  const puts = (operation: Operation): boolean =>
    operation.type === 'put' || (operation.type === 'txn' && writesValues(operation.request))
  return request.success.some(puts) || request.failure.some(puts)
}
