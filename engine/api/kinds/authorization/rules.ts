import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid } from '../../validation/field.ts'

/** A review asks about one resource or one URL, never both. */
export function validateAttributes(object: KubeObject): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = object.spec ?? {}
  if (resourceAttributes && nonResourceAttributes)
    return [
      invalid(
        'spec.nonResourceAttributes',
        nonResourceAttributes,
        'cannot be specified in combination with resourceAttributes',
      ),
    ]
  if (!resourceAttributes && !nonResourceAttributes)
    return [
      invalid(
        'spec.resourceAttributes',
        null,
        'exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ),
    ]
  return []
}

/** Reviews of others also say who. */
export function validateSubject(object: KubeObject): FieldError[] {
  if (object.spec?.user || object.spec?.groups?.length) return []
  return [invalid('spec.user', '', 'at least one of user or group must be specified')]
}
