import type { KubeObject } from '../../api/object.ts'
import type { Compare, KeyValue, Operation, Store } from '../../store/kv.ts'
import type { Codec, Stored } from './codec.ts'

/** Further conditions and writes that belong to the same transaction (allocations). */
export interface Attached {
  compare: Compare[]
  operations: Operation[]
}

/** What a conditional write came to: `held` tells whether all conditions held; else `current` is the object now. */
export type WriteResult = { held: true; stored: Stored } | { held: false; current: Stored | undefined }

/** Objects in the store, one key each, written by compare-and-swap. */
export class ObjectStorage {
  readonly #store: Store
  readonly #codec: Codec

  constructor(store: Store, codec: Codec) {
    this.#store = store
    this.#codec = codec
  }

  /** A linearizable read. */
  async get(key: string): Promise<Stored | undefined> {
    const { kvs } = await this.#store.range({ key: Buffer.from(key) })
    return kvs[0] && this.#decode(kvs[0])
  }

  /** Writes a new object. */
  create(key: string, object: KubeObject, attached?: Attached): Promise<WriteResult> {
    return this.#write(
      key,
      object,
      { key: Buffer.from(key), target: 'createRevision', result: 'equal', operand: 0 },
      attached,
    )
  }

  /** Replaces the object if it is still at `revision`. */
  replace(key: string, object: KubeObject, revision: number, attached?: Attached): Promise<WriteResult> {
    return this.#write(
      key,
      object,
      { key: Buffer.from(key), target: 'modRevision', result: 'equal', operand: revision },
      attached,
    )
  }

  /** Removes the object if it is still at `revision`. @returns the revision of the deletion, or what is there instead. */
  async remove(
    key: string,
    revision: number,
    attached?: Attached,
  ): Promise<{ held: true; revision: number } | { held: false; current: Stored | undefined }> {
    const bytes = Buffer.from(key)
    const response = await this.#store.txn({
      compare: [
        { key: bytes, target: 'modRevision', result: 'equal', operand: revision },
        ...(attached?.compare ?? []),
      ],
      success: [{ type: 'delete', key: bytes }, ...(attached?.operations ?? [])],
      failure: [{ type: 'range', request: { key: bytes } }],
    })
    if (response.succeeded) return { held: true, revision: response.revision }
    return { held: false, current: this.#first(response.results) }
  }

  async #write(key: string, object: KubeObject, condition: Compare, attached?: Attached): Promise<WriteResult> {
    const bytes = Buffer.from(key)
    const value = this.#codec.encode(key, object)
    const response = await this.#store.txn({
      compare: [condition, ...(attached?.compare ?? [])],
      success: [{ type: 'put', key: bytes, value }, ...(attached?.operations ?? [])],
      failure: [{ type: 'range', request: { key: bytes } }],
    })
    if (response.succeeded) return { held: true, stored: this.#codec.decode(key, value, response.revision) }
    return { held: false, current: this.#first(response.results) }
  }

  #first(results: Awaited<ReturnType<Store['txn']>>['results']): Stored | undefined {
    const result = results[0]
    const kv = result?.type === 'range' ? result.response.kvs[0] : undefined
    return kv && this.#decode(kv)
  }

  #decode(kv: KeyValue): Stored {
    return this.#codec.decode(Buffer.from(kv.key).toString(), kv.value, kv.modRevision)
  }
}
