import type { ObjectMeta } from '../../../engine/api/object.ts'

/** What a watch said of one item. */
export interface Change<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  item: T
}

/** Items by uid, in the order in which they came. */
export type Items<T> = ReadonlyMap<string, T>

export interface Identified {
  metadata: ObjectMeta
}

export function keyOf({ metadata }: Identified): string {
  return metadata.uid ?? `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}

/** A new list. Items that did not change keep their identity, so that what was computed from them stays valid. */
export function fromList<T extends Identified>(list: readonly T[], previous: Items<T> = new Map()): Items<T> {
  return new Map(
    list.map(item => {
      const key = keyOf(item)
      const old = previous.get(key)
      const same =
        old?.metadata.resourceVersion !== undefined && old.metadata.resourceVersion === item.metadata.resourceVersion
      return [key, same ? old : item]
    }),
  )
}

/** The items after a batch of changes; the same map if the batch changed nothing. */
export function applyChanges<T extends Identified>(items: Items<T>, changes: readonly Change<T>[]): Items<T> {
  if (changes.length === 0) return items
  const next = new Map(items)
  for (const { type, item } of changes) {
    if (type === 'DELETED') next.delete(keyOf(item))
    else next.set(keyOf(item), item)
  }
  return next
}
