/** A set of field paths, as managed fields record them (FieldsV1): a trie whose nodes are members or merely lead to members. */
export interface FieldSet {
  member: boolean
  children: Map<string, FieldSet>
}

export function emptySet(): FieldSet {
  return { member: false, children: new Map() }
}

export function isEmptySet(set: FieldSet): boolean {
  return !set.member && set.children.size === 0
}

/** The child of a node, made if need be. */
export function childOf(set: FieldSet, element: string): FieldSet {
  let child = set.children.get(element)
  if (!child) set.children.set(element, (child = emptySet()))
  return child
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member || b.member, children: new Map(a.children) }
  for (const [key, child] of b.children) {
    const other = out.children.get(key)
    out.children.set(key, other ? union(other, child) : child)
  }
  return out
}

/** Members of `a` that are no members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member && !b.member, children: new Map() }
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    const rest = other ? difference(child, other) : child
    if (!isEmptySet(rest)) out.children.set(key, rest)
  }
  return out
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const out: FieldSet = { member: a.member && b.member, children: new Map() }
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    if (!other) continue
    const both = intersection(child, other)
    if (!isEmptySet(both)) out.children.set(key, both)
  }
  return out
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a.member !== b.member || a.children.size !== b.children.size) return false
  for (const [key, child] of a.children) {
    const other = b.children.get(key)
    if (!other || !equalSets(child, other)) return false
  }
  return true
}

/** Without a whole branch. */
export function withoutBranch(set: FieldSet, path: readonly string[]): FieldSet {
  const [first, ...rest] = path
  const child = set.children.get(first!)
  if (!child) return set
  const children = new Map(set.children)
  if (!rest.length) children.delete(first!)
  else {
    const pruned = withoutBranch(child, rest)
    if (isEmptySet(pruned)) children.delete(first!)
    else children.set(first!, pruned)
  }
  return { member: set.member, children }
}

/** Reads the JSON form. */
export function fromFieldsV1(fields: Record<string, unknown> | undefined): FieldSet {
  const set = emptySet()
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (key === '.') {
      set.member = true
      continue
    }
    const child = fromFieldsV1(value as Record<string, unknown>)
    // A leaf is a member; a node with children is one only with a dot among them.
    if (!child.children.size) child.member = true
    set.children.set(key, child)
  }
  return set
}

/** Writes the JSON form. */
export function toFieldsV1(set: FieldSet): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  if (set.member && set.children.size) out['.'] = {}
  for (const key of [...set.children.keys()].sort()) out[key] = toFieldsV1(set.children.get(key)!)
  return out
}

/** Every member as the path that messages show: `.spec.containers[name="a"].image`. */
export function memberPaths(set: FieldSet, prefix = ''): string[] {
  const out: string[] = []
  for (const key of [...set.children.keys()].sort()) {
    const child = set.children.get(key)!
    const at = prefix + elementText(key)
    if (child.member) out.push(at)
    out.push(...memberPaths(child, at))
  }
  return out
}

function elementText(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('k:'))
    return `[${Object.entries(JSON.parse(rest) as Record<string, unknown>)
      .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
      .join(',')}]`
  if (element.startsWith('v:')) return `[=${rest}]`
  return `[${rest}]`
}
