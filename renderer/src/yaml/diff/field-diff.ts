/** One field that differs. A side on which it is not there is undefined. */
export interface FieldChange {
  /** Such as `spec.containers[web].image`. */
  path: string
  before?: unknown
  after?: unknown
}

/** What tells items of the lists of Kubernetes apart, the most telling first. */
const KEYS = ['name', 'key', 'mountPath', 'containerPort', 'port', 'type', 'topologyKey', 'ip', 'uid'] as const

/**
 * The fields in which two values differ, in the order in which they stand. Items of lists are told apart by what Kubernetes tells
 * them apart by, not by their place, so that one item more is one change.
 */
export function diffFields(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap(name => diffFields(before[name], after[name], join(path, name)))
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    const key = KEYS.find(k => isKeyOf(k, before) && isKeyOf(k, after))
    if (key && before.length + after.length > 0) return diffItems(before, after, key, path)
    if (before.length === after.length && before.every(isRecord) && after.every(isRecord))
      return before.flatMap((item, i) => diffFields(item, after[i], `${path}[${i}]`))
  }
  if (same(before, after)) return []
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}

function diffItems(before: unknown[], after: unknown[], key: string, path: string): FieldChange[] {
  const byKey = (list: unknown[]) => new Map((list as Record<string, unknown>[]).map(item => [String(item[key]), item]))
  const [old, now] = [byKey(before), byKey(after)]
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(name =>
    diffFields(old.get(name), now.get(name), `${path}[${name}]`),
  )
}

function isKeyOf(key: string, list: readonly unknown[]): boolean {
  const values = list.map(item => (isRecord(item) ? item[key] : undefined))
  return values.every(v => typeof v === 'string' || typeof v === 'number') && new Set(values).size === values.length
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Names with dots in them, such as labels, are told from steps of the path by brackets. */
function join(path: string, name: string): string {
  if (/[.[\]]/.test(name)) return `${path}['${name}']`
  return path ? `${path}.${name}` : name
}
