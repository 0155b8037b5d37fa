import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  resource: 'leases',
  namespaced: true,
  columns: [
    nameColumn,
    column('Holder', 'string', 'Who holds the lease.', o => o.spec?.holderIdentity ?? ''),
    ageColumn,
  ],
  allowCreateOnUpdate: true,
  // Leaders are not yet elected by strategy: what is said of it is not kept.
  prepareForCreate: object => dropStrategy(object.spec, undefined),
  prepareForUpdate: (object, old) => dropStrategy(object.spec, old.spec),
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0)
      errors.push(invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'))
    if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0)
      errors.push(invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'))
    if (spec.preferredHolder && !spec.strategy)
      errors.push(forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'))
    return errors
  },
})

function dropStrategy(spec: Record<string, unknown> | undefined, old: Record<string, unknown> | undefined): void {
  for (const key of ['strategy', 'preferredHolder']) if (spec && old?.[key] === undefined) delete spec[key]
}
