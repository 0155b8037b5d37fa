import type { KeyValue, RangeResponse, Store, TxnRequest, TxnResponse, WatchEvent } from '../../../engine/store/kv.ts'
import { describeKv } from '../check/model.ts'
import type { Act, Answer, Request } from '../check/model.ts'
import { bytes, text } from '../check/text.ts'
import type { SeenEvent } from '../check/watch.ts'

/** What is asked of a store: as much of it as clients use. */
export type Asked = Pick<Store, 'range' | 'txn' | 'compact'> &
  Partial<Pick<Store, 'readRevision' | 'leaseGrant' | 'leaseKeepAlive' | 'leaseRevoke'>>

/** What a watch has told, in words. */
export function seen({ type, kv, previous }: WatchEvent): SeenEvent {
  return {
    type,
    key: text(kv.key),
    revision: kv.modRevision,
    now: type === 'put' ? describeKeyValue(kv) : '',
    previous: previous && describeKeyValue(previous),
  }
}

export function describeKeyValue(kv: KeyValue): string {
  const { createRevision: create, modRevision: mod, version, lease } = kv
  return describeKv(text(kv.key), { value: text(kv.value), create, mod, version, lease })
}

/** Asks a store, and puts its answer into words. */
export async function ask(store: Asked, request: Request): Promise<Answer> {
  switch (request.type) {
    case 'txn':
      return answerTxn(await store.txn(toTxn(request)))
    case 'range': {
      const { key, end, revision, serializable, limit } = request
      const range = {
        key: bytes(key),
        rangeEnd: end === undefined ? undefined : bytes(end),
        revision,
        serializable,
        limit,
      }
      const response = await store.range(range)
      return { ok: true, revision: response.revision, kvs: describeResponse(response) }
    }
    case 'readRevision':
      return { ok: true, revision: await whole(store).readRevision() }
    case 'compact':
      await store.compact(request.revision)
      return { ok: true }
    case 'grant':
      return { ok: true, lease: await whole(store).leaseGrant(request.ttl) }
    case 'keepAlive':
      await whole(store).leaseKeepAlive(request.lease)
      return { ok: true }
    case 'revoke':
      await whole(store).leaseRevoke(request.lease)
      return { ok: true }
    case 'expire':
      throw new Error('clients do not let leases expire')
  }
}

/** The rest of a store, for clients that use it. */
function whole(store: Asked): Required<Asked> {
  if (!store.leaseGrant) throw new Error('these clients do not ask for that')
  return store as Required<Asked>
}

function toTxn(request: Request & { type: 'txn' }): TxnRequest {
  const operation = (act: Act): TxnRequest['success'][number] => {
    const rangeEnd = act.type !== 'put' && act.end !== undefined ? bytes(act.end) : undefined
    const key = bytes(act.key)
    if (act.type === 'range') return { type: 'range', request: { key, rangeEnd } }
    if (act.type === 'delete') return { type: 'delete', key, rangeEnd, previous: act.previous }
    return { type: 'put', key, value: bytes(act.value), lease: act.lease, previous: act.previous }
  }
  return {
    compare: request.compare.map(c => ({
      key: bytes(c.key),
      target: c.target,
      result: c.result,
      operand: typeof c.operand === 'string' ? bytes(c.operand) : c.operand,
    })),
    success: request.success.map(operation),
    failure: request.failure.map(operation),
  }
}

function answerTxn({ revision, succeeded, results }: TxnResponse): Answer {
  const words = results.map(result => {
    if (result.type === 'put') return `put ${result.previous ? describeKeyValue(result.previous) : ''}`
    if (result.type === 'delete') return `delete ${result.deleted} ${result.previous.map(describeKeyValue).join(',')}`
    if (result.type === 'range') return `range ${result.response.revision} ${describeResponse(result.response)}`
    throw new Error(`a result that nobody asked for: ${JSON.stringify(result)}`)
  })
  return { ok: true, revision, succeeded, results: words }
}

/** A range's answer in words, as `describeRange` has them. */
export function describeResponse({ count, kvs }: RangeResponse): string {
  return `${count}:${kvs.map(describeKeyValue).join(',')}`
}
