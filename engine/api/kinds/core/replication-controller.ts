import type { FieldError } from '../../strategy.ts'
import { invalid, required, sortedMap } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from './pod/defaults.ts'
import { validateCounts, workloadWarnings } from '../apps/workload.ts'
import { validatePodTemplateSpec, validateRunsForEver } from './pod/template.ts'

export const strategy = defineKind({
  group: '',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  namespaced: true,
  shortNames: ['rc'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  subresources: [scaleSubresource],
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
  defaultPropagation: 'orphan',
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
  setDefaults(object) {
    defaultPodSpec(object.spec?.template?.spec)
    const labels = object.spec?.template?.metadata?.labels
    if (labels) {
      if (!Object.keys(object.spec.selector ?? {}).length) object.spec.selector = { ...labels }
      if (!Object.keys(object.metadata.labels ?? {}).length) object.metadata.labels = { ...labels }
    }
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = [...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds')]
    const selector = Object.entries<string>(spec.selector ?? {})
    if (!selector.length) errors.push(required('spec.selector'))
    if (spec.replicas === undefined) errors.push(required('spec.replicas'))
    errors.push(...nonNegative(spec.replicas, 'spec.replicas'))
    if (!spec.template) return [...errors, required('spec.template')]
    const labels = spec.template.metadata?.labels
    if (selector.some(([k, v]) => labels?.[k] !== v))
      errors.push(
        invalid('spec.template.metadata.labels', sortedMap(labels), '`selector` does not match template `labels`'),
      )
    return [
      ...errors,
      ...validatePodTemplateSpec(spec.template, 'spec.template'),
      ...validateRunsForEver(spec.template, 'spec.template', 'ReplicationController'),
    ]
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']
    return validateCounts(object.status, ['replicas', ...parts, 'observedGeneration'], parts)
  },
  selectableFields: o => ({ 'status.replicas': String(o.status?.replicas ?? 0) }),
  warnings: (object, old) => workloadWarnings(object, old),
})
