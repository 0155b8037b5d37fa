import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported } from '../../validation/field.ts'
import { nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { validateConditions } from '../../validation/conditions.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'policy',
  kind: 'PodDisruptionBudget',
  resource: 'poddisruptionbudgets',
  namespaced: true,
  shortNames: ['pdb'],
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Min Available', 'string', 'Pods that have to stay.', o =>
      o.spec?.minAvailable === undefined ? 'N/A' : String(o.spec.minAvailable),
    ),
    column('Max Unavailable', 'string', 'Pods that may be away.', o =>
      o.spec?.maxUnavailable === undefined ? 'N/A' : String(o.spec.maxUnavailable),
    ),
    column('Allowed Disruptions', 'integer', 'Pods that may be evicted now.', o => o.status?.disruptionsAllowed ?? 0),
    ageColumn,
  ],
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined)
      errors.push(
        invalid(
          'spec',
          {
            MinAvailable: spec.minAvailable,
            Selector: spec.selector ?? null,
            MaxUnavailable: spec.maxUnavailable,
            UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
          },
          'minAvailable and maxUnavailable cannot be both set',
        ),
      )
    for (const key of ['minAvailable', 'maxUnavailable'])
      if (spec[key] !== undefined)
        errors.push(
          ...nonNegativeIntOrPercent(spec[key], `spec.${key}`),
          ...notMoreThan100Percent(spec[key], `spec.${key}`),
        )
    errors.push(...validateLabelSelector(spec.selector, 'spec.selector'))
    const policies = ['AlwaysAllow', 'IfHealthyBudget']
    if (spec.unhealthyPodEvictionPolicy && !policies.includes(spec.unhealthyPodEvictionPolicy))
      errors.push(notSupported('spec.unhealthyPodEvictionPolicy', spec.unhealthyPodEvictionPolicy, policies))
    return errors
  },
  validateUpdate: (object, _old, context) =>
    context.subresource === 'status'
      ? [
          ...validateConditions(object.status?.conditions, 'status.conditions'),
          ...['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'].flatMap(key =>
            nonNegative(object.status?.[key], `status.${key}`),
          ),
        ]
      : [],
})
