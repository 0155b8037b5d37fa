import { toJSON } from './yaml.ts'

/** A value as JSONPath output writes it: text as it is, structures as JSON, nothing as `<nil>`. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  return typeof value === 'object' ? toJSON(value, 0) : String(value)
}

/** A value as Go's `%v` writes it: `map[a:1]`, `[x y]`. */
export function goFormat(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goFormat).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const record = value as Record<string, unknown>
  return `map[${Object.keys(record)
    .sort()
    .map(key => `${key}:${goFormat(record[key])}`)
    .join(' ')}]`
}
