import type { FieldError } from '../../strategy.ts'
import { invalid } from '../../validation/field.ts'
import { defineKind } from '../define.ts'

/** Body of serviceaccounts/token; never stored. */
export const strategy = defineKind({
  group: 'authentication.k8s.io',
  kind: 'TokenRequest',
  resource: 'tokenrequests',
  namespaced: true,
  verbs: ['create'],
  validate(object) {
    const errors: FieldError[] = []
    const seconds: number = object.spec?.expirationSeconds ?? 3600
    if (seconds < 600)
      errors.push(invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'))
    if (seconds > 2 ** 32)
      errors.push(invalid('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds'))
    return errors
  },
})
