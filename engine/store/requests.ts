import { compareBytes, inRange } from './bytes.ts'
import { InvalidRequestError } from './kv.ts'
import type { Operation, RangeRequest, TxnRequest } from './kv.ts'
import { MAX_REQUEST_BYTES } from './tuning.ts'

/** Refuses what no member could carry out. Texts are etcd's. */
export function checkTxn(request: TxnRequest, bytes: number): void {
  if (bytes > MAX_REQUEST_BYTES) throw new InvalidRequestError('etcdserver: request is too large')
  for (const compare of request.compare) checkKey(compare.key)
  for (const branch of [request.success, request.failure]) {
    for (const operation of branch) {
      if (operation.type === 'range') checkRange(operation.request)
      else checkKey(operation.key, operation.type === 'delete' ? operation.rangeEnd : undefined)
    }
    checkDuplicates(branch)
  }
}

export function checkRange(request: RangeRequest): void {
  checkKey(request.key, request.rangeEnd)
}

/** An empty key is allowed only as the beginning of a range. */
function checkKey(key: Uint8Array, rangeEnd?: Uint8Array): void {
  if (key.length === 0 && !rangeEnd) throw new InvalidRequestError('etcdserver: key is not provided')
}

/** A key may be put once in a branch, and not be deleted there as well. */
function checkDuplicates(branch: Operation[]): void {
  const puts = branch.filter(o => o.type === 'put')
  if (puts.length + branch.length < 3) return
  const keys = puts.map(o => o.key).sort(compareBytes)
  const deletes = branch.filter(o => o.type === 'delete')
  const twice = keys.some((key, i) => i > 0 && compareBytes(key, keys[i - 1]!) === 0)
  if (twice || deletes.some(d => keys.some(key => inRange(key, d.key, d.rangeEnd))))
    throw new InvalidRequestError('etcdserver: duplicate key given in txn request')
}

export function isReadOnly(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].every(operation => operation.type === 'range')
}
