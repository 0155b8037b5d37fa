import type { FieldError } from '../../strategy.ts'
import { invalids, required } from '../../validation/field.ts'
import { isDNS1123Subdomain, isPathSegment } from '../../validation/names.ts'

/** A reference to an object of any kind. */
export function validateTypedReference(
  reference: { apiGroup?: string; kind?: string; name?: string },
  at: string,
): FieldError[] {
  const errors: FieldError[] = []
  const { apiGroup } = reference
  if (apiGroup) errors.push(...invalids(`${at}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)))
  for (const key of ['kind', 'name'] as const) {
    const value = reference[key]
    if (!value) errors.push(required(`${at}.${key}`, `${key} is required`))
    else errors.push(...invalids(`${at}.${key}`, value, isPathSegment(value)))
  }
  return errors
}
