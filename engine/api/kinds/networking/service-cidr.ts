import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, required } from '../../validation/field.ts'
import { isCIDR } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'ServiceCIDR',
  resource: 'servicecidrs',
  namespaced: false,
  hasStatus: true,
  columns: [
    nameColumn,
    column('CIDRs', 'string', 'Ranges that service addresses are taken from.', o => (o.spec?.cidrs ?? []).join(',')),
    ageColumn,
  ],
  validate(object) {
    const cidrs: string[] = object.spec?.cidrs ?? []
    const errors: FieldError[] = []
    if (!cidrs.length) errors.push(required('spec.cidrs', 'at least one CIDR required'))
    if (cidrs.length > 2) errors.push(invalid('spec', object.spec, 'may only hold up to 2 values'))
    cidrs.forEach((cidr, i) => errors.push(...isCIDR(cidr).map(text => invalid(`spec.cidrs[${i}]`, cidr, text))))
    return errors
  },
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' || deepEqual(object.spec?.cidrs, old.spec?.cidrs)
      ? []
      : [invalid('spec.cidrs', object.spec?.cidrs ?? null, 'field is immutable')],
})
