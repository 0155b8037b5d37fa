import { deepEqual } from '../../equality.ts'
import { invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'ResourceClaim',
  resource: 'resourceclaims',
  namespaced: true,
  hasStatus: true,
  columns: [
    nameColumn,
    column('State', 'string', 'Whether devices are allocated and reserved.', o => {
      const states: string[] = []
      if (o.metadata.deletionTimestamp) states.push('deleted')
      if (o.status?.allocation) states.push('allocated')
      else if (!o.metadata.deletionTimestamp) states.push('pending')
      if (o.status?.reservedFor?.length) states.push('reserved')
      return states.join(',')
    }),
    ageColumn,
  ],
  validateUpdate: (object, old) =>
    deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')],
})
