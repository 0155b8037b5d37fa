/** The rows that are ticked, by key, and the one from which a range goes on. */
export interface Selection {
  keys: ReadonlySet<string>
  anchor?: string
}

export const NOTHING: Selection = { keys: new Set() }

export function toggle({ keys }: Selection, key: string): Selection {
  const next = new Set(keys)
  if (!next.delete(key)) next.add(key)
  return { keys: next, anchor: key }
}

/** Adds everything from the anchor to the key in the order in which rows are shown. Without an anchor, the row alone. */
export function extend({ keys, anchor }: Selection, order: readonly string[], key: string): Selection {
  const from = anchor === undefined ? -1 : order.indexOf(anchor)
  const to = order.indexOf(key)
  if (from < 0 || to < 0) return { keys: new Set([...keys, key]), anchor: key }
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1)
  return { keys: new Set([...keys, ...range]), anchor }
}

export function all(order: readonly string[]): Selection {
  return { keys: new Set(order), anchor: order[0] }
}

/** Without rows that are not shown any more: nobody acts on what is not seen. The same if all are. */
export function prune(selection: Selection, order: readonly string[]): Selection {
  if (selection.keys.size === 0) return selection
  const there = new Set(order)
  const keys = new Set([...selection.keys].filter(key => there.has(key)))
  if (keys.size === selection.keys.size) return selection
  return { keys, anchor: selection.anchor !== undefined && there.has(selection.anchor) ? selection.anchor : undefined }
}
