import type { FieldError } from '../../strategy.ts'
import { nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { templateWarnings } from '../core/pod/warnings.ts'
import { validateSelectorUpdate, validateSelector, validateTemplate } from './workload.ts'

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
    const errors: FieldError[] = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...validateSelector(spec, 'replicaset'),
      ...validateTemplate(spec),
    ]
    return errors
  },
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? [] : validateSelectorUpdate(object, old),
  selectableFields: o => ({ 'status.replicas': String(o.status?.replicas ?? 0) }),
  warnings: (object, old) => templateWarnings(object.spec?.template, old?.spec?.template, 'spec.template'),
})
