import { deepEqual } from '../../equality.ts'
import { invalid } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateClaimStatus } from './claim-status-rules.ts'
import { defaultDeviceClaim, requestNames, validateDeviceClaim } from './device-rules.ts'

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
  setDefaults: object => defaultDeviceClaim(object.spec?.devices),
  // What is stored cannot change: it is looked at once.
  validateNew: object => validateDeviceClaim(object.spec?.devices, 'spec.devices'),
  validateUpdate(object, old, context) {
    if (context.subresource === 'status')
      return validateClaimStatus(
        object.status ?? {},
        old.status ?? {},
        object.metadata.deletionTimestamp !== undefined,
        requestNames(object.spec?.devices?.requests ?? []),
      )
    return deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')]
  },
})
