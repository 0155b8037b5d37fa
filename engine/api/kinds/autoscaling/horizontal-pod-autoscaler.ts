import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultBehavior, validateBehavior } from './behavior.ts'
import { convertAutoscaler, DEFAULT_CPU } from './conversion.ts'
import { validateMetrics, validateReference } from './metrics.ts'
import { targetsText } from './targets.ts'

const v2 = (o: KubeObject) => convertAutoscaler(o, 'v2')

export const strategy = defineKind({
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  resource: 'horizontalpodautoscalers',
  versions: ['v2', 'v1'],
  storageVersion: 'v2',
  namespaced: true,
  shortNames: ['hpa'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  convert: convertAutoscaler,
  columns: [
    nameColumn,
    column(
      'Reference',
      'string',
      'What it scales.',
      o => `${o.spec?.scaleTargetRef?.kind ?? ''}/${o.spec?.scaleTargetRef?.name ?? ''}`,
    ),
    column('Targets', 'string', 'Current and wanted values of its metrics.', o => targetsText(v2(o))),
    column('MinPods', 'string', 'Fewest pods.', o =>
      o.spec?.minReplicas === undefined ? '<unset>' : String(o.spec.minReplicas),
    ),
    column('MaxPods', 'string', 'Most pods.', o => o.spec?.maxReplicas ?? 0),
    column('Replicas', 'string', 'Pods as last seen.', o => o.status?.currentReplicas ?? 0),
    ageColumn,
  ],
  setDefaults(object) {
    if (object.apiVersion !== 'autoscaling/v2') return
    const spec = object.spec ?? {}
    if (!spec.metrics?.length)
      spec.metrics = [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: DEFAULT_CPU } },
        },
      ]
    defaultBehavior(spec)
  },
  validate(given) {
    const object = v2(given)
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    const min = spec.minReplicas
    if (min !== undefined && min < 1)
      errors.push(invalid('spec.minReplicas', min, 'must be greater than or equal to 1'))
    if ((spec.maxReplicas ?? 0) < 1)
      errors.push(invalid('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than 0'))
    if (min !== undefined && (spec.maxReplicas ?? 0) < min)
      errors.push(invalid('spec.maxReplicas', spec.maxReplicas ?? 0, 'must be greater than or equal to `minReplicas`'))
    errors.push(...validateReference(spec.scaleTargetRef ?? {}, 'spec.scaleTargetRef'))
    errors.push(...validateMetrics(spec.metrics ?? [], 'spec.metrics', min))
    errors.push(...validateBehavior(spec.behavior, 'spec.behavior'))
    return errors
  },
  validateUpdate(object, _old, context) {
    if (context.subresource !== 'status') return []
    const { status } = object
    return [
      ...nonNegative(status?.currentReplicas, 'status.currentReplicas'),
      ...nonNegative(status?.desiredReplicas, 'status.desiredReplicas'),
    ]
  },
})
