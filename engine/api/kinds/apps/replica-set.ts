import { nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import {
  validateCounts,
  validateSelector,
  validateSelectorUpdate,
  validateTemplate,
  validateUsable,
  workloadWarnings,
} from './workload.ts'

export const strategy = defineKind({
  group: 'apps',
  kind: 'ReplicaSet',
  resource: 'replicasets',
  namespaced: true,
  shortNames: ['rs'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  subresources: [scaleSubresource],
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
  columns: [
    nameColumn,
    column('Desired', 'integer', 'Pods that are wanted.', o => o.spec?.replicas ?? 0),
    column('Current', 'integer', 'Pods that there are.', o => o.status?.replicas ?? 0),
    column('Ready', 'integer', 'Pods that are ready.', o => o.status?.readyReplicas ?? 0),
    ageColumn,
    ...templateColumns(
      o => o.spec?.template?.spec,
      o => o.spec?.selector,
    ),
  ],
  setDefaults: object => defaultPodSpec(object.spec?.template?.spec),
  validate(object) {
    const spec = object.spec ?? {}
    const unusable = validateUsable(spec)
    return [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      // The word is Kubernetes' own.
      ...validateSelector(spec, 'deployment'),
      ...unusable,
      ...(unusable.length ? [] : validateTemplate(spec, 'ReplicaSet')),
    ]
  },
  validateUpdate(object, old, context) {
    if (context.subresource !== 'status') return validateSelectorUpdate(object, old)
    const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']
    return validateCounts(object.status, ['replicas', ...parts, 'observedGeneration'], parts)
  },
  selectableFields: o => ({ 'status.replicas': String(o.status?.replicas ?? 0) }),
  warnings: (object, old) => workloadWarnings(object, old),
})
