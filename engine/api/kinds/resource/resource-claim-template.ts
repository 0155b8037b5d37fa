import { deepEqual } from '../../equality.ts'
import { invalid } from '../../validation/field.ts'
import { validateAnnotations, validateLabels } from '../../validation/metadata.ts'
import { defineKind } from '../define.ts'
import { defaultDeviceClaim, validateDeviceClaim } from './device-rules.ts'

export const strategy = defineKind({
  group: 'resource.k8s.io',
  kind: 'ResourceClaimTemplate',
  resource: 'resourceclaimtemplates',
  namespaced: true,
  setDefaults: object => defaultDeviceClaim(object.spec?.spec?.devices),
  validateNew: ({ spec }) => [
    ...validateLabels(spec?.metadata?.labels, 'spec.metadata.labels'),
    ...validateAnnotations(spec?.metadata?.annotations, 'spec.metadata.annotations'),
    ...validateDeviceClaim(spec?.spec?.devices, 'spec.spec.devices'),
  ],
  validateUpdate: (object, old) =>
    deepEqual(object.spec, old.spec) ? [] : [invalid('spec', object.spec, 'field is immutable')],
})
