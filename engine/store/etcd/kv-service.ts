import type { MemberStore, Operation, TxnResponse } from '../kv.ts'
import type { Unary } from './call.ts'
import { deleteOf, putOf, rangeOf, txnAnswer, txnOf } from './convert.ts'
import type { SERVICES } from './services.ts'

/** Reading and writing keys. */
export function kvService(member: MemberStore): Unary<typeof SERVICES.KV> {
  const header = (revision: number) => ({ ...member.header(), revision })
  const write = (operation: Operation): Promise<TxnResponse> =>
    member.txn({ compare: [], success: [operation], failure: [] })
  return {
    async range(request) {
      const { revision, kvs, more, count } = await member.range(rangeOf(request))
      return { header: header(revision), kvs, more, count }
    },
    async put(request) {
      const { revision, results } = await write(putOf(request))
      const [result] = results
      const previous = result?.type === 'put' ? result.previous : undefined
      return { header: header(revision), prevKv: previous }
    },
    async deleteRange(request) {
      const { revision, results } = await write(deleteOf(request))
      const [result] = results
      if (result?.type !== 'delete') return { header: header(revision) }
      return { header: header(revision), deleted: result.deleted, prevKvs: result.previous }
    },
    async txn(request) {
      const response = await member.txn(txnOf(request))
      return txnAnswer(response, header(response.revision))
    },
    async compact({ revision, physical }) {
      await member.compact(Math.max(revision, 0), physical)
      return { header: member.header() }
    },
  }
}
