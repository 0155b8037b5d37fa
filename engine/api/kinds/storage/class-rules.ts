import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, required, tooLong } from '../../validation/field.ts'
import { isQualifiedName } from '../../validation/names.ts'

const MAX_PARAMETERS = 512
const MAX_BYTES = 256 * 1024

/** The program that makes volumes of a class. */
export function validateProvisioner(provisioner: string | undefined, at: string): FieldError[] {
  if (!provisioner) return [required(at)]
  return invalids(at, provisioner, isQualifiedName(provisioner.toLowerCase()))
}

/** What a class tells that program. */
export function validateParameters(
  parameters: Record<string, string> | undefined,
  at: string,
  mayBeEmpty: boolean,
): FieldError[] {
  const entries = Object.entries(parameters ?? {})
  if (entries.length > MAX_PARAMETERS) return [tooLong(at, MAX_PARAMETERS)]
  const errors: FieldError[] = entries
    .filter(([key]) => !key)
    .map(([key]) => invalid(at, key, 'field can not be empty.'))
  const bytes = entries.reduce((sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(v), 0)
  if (bytes > MAX_BYTES) errors.push(tooLong(at, MAX_BYTES))
  if (!entries.length && !mayBeEmpty) errors.push(required(at, 'must contain at least one key/value pair'))
  return errors
}

interface Term {
  matchLabelExpressions?: { key?: string; values?: string[] }[]
}

/** Where volumes of a class can be made. */
export function validateTopologies(terms: Term[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(terms ?? []).forEach((term, i) => {
    const path = `${at}[${i}].matchLabelExpressions`
    const keys = new Map<string, string[]>()
    ;(term.matchLabelExpressions ?? []).forEach((expression, j) => {
      const [key, values] = [expression.key ?? '', expression.values ?? []]
      if (!values.length) errors.push(required(`${path}[${j}].values`))
      values.forEach((value, k) => {
        if (values.indexOf(value) < k) errors.push(duplicate(`${path}[${j}].values[${k}]`, value))
      })
      errors.push(...invalids(`${path}[${j}].key`, key, isQualifiedName(key)))
      if (keys.has(key)) errors.push(duplicate(`${path}[${j}].key`, key))
      keys.set(key, [...values].sort())
    })
    const id = JSON.stringify([...keys].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (seen.has(id)) errors.push(duplicate(path, ''))
    seen.add(id)
  })
  return errors
}
