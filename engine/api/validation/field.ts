import type { FieldError } from '../strategy.ts'

/** Builders of field errors with the texts of k8s.io/apimachinery/pkg/util/validation/field. */

export const required = (field: string, detail = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: detail ? `Required value: ${detail}` : 'Required value',
})

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${show(value)}${detail ? `: ${detail}` : ''}`,
})

/** One complaint for every text of a rule. */
export const invalids = (field: string, value: unknown, texts: readonly string[]): FieldError[] =>
  texts.map(text => invalid(field, value, text))

/** An invalid value that the message does not show. */
export const invalidOmitted = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
})

/** How messages show a pointer, list or map that is nil. */
export const NIL = null

/** `supported` is shown in the order given; Kubernetes sorts most of its lists. */
export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${show(value)}${supported.length ? `: supported values: ${supported.map(s => JSON.stringify(s)).join(', ')}` : ''}`,
})

export const duplicate = (field: string, value: unknown, detail = ''): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${show(value)}${detail ? `: ${detail}` : ''}`,
})

export const forbidden = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: detail ? `Forbidden: ${detail}` : 'Forbidden',
})

export const tooLong = (field: string, maxBytes: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${maxBytes} ${maxBytes === 1 ? 'byte' : 'bytes'}`,
})

export const tooMany = (field: string, actual: number, max: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${max} ${max === 1 ? 'item' : 'items'}`,
})

export const notFound = (field: string, value: unknown, detail = ''): FieldError => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: ${show(value)}${detail ? `: ${detail}` : ''}`,
})

export const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueTypeInvalid',
  field,
  message: `Invalid value: ${show(value)}: ${detail}`,
})

export const internalError = (field: string, detail: string): FieldError => ({
  reason: 'InternalError',
  field,
  message: `Internal error: ${detail}`,
})

/** A map as messages show it: keys in order. */
export const sortedMap = (map: Record<string, string> | undefined | null): Record<string, string> | null =>
  map ? Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))) : null

/** `a.b`, or `b` at the top. */
export const child = (path: string, name: string): string => (path ? `${path}.${name}` : name)

function show(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  const text = JSON.stringify(value)
  // Objects are shown as Go marshals them, strings as %q does.
  return typeof value === 'object' ? text.replace(/[<>&]/g, c => `\\u00${c.charCodeAt(0).toString(16)}`) : text
}
