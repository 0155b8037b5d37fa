import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { validatePodTemplateSpec, validateRunsForEver } from '../core/pod/template.ts'
import { internalRolling } from './deployment.ts'
import {
  intOrPercentValue,
  isEmptySelector,
  validateCollisions,
  validateCounts,
  validateSelectorUpdate,
  validateTemplateLabels,
  workloadWarnings,
} from './workload.ts'

export const strategy = defineKind({
  group: 'apps',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  namespaced: true,
  shortNames: ['ds'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Desired', 'integer', 'Nodes that should have a pod.', o => o.status?.desiredNumberScheduled ?? 0),
    column('Current', 'integer', 'Nodes that have one.', o => o.status?.currentNumberScheduled ?? 0),
    column('Ready', 'integer', 'Pods that are ready.', o => o.status?.numberReady ?? 0),
    column('Up-to-date', 'integer', 'Pods of the current template.', o => o.status?.updatedNumberScheduled ?? 0),
    column('Available', 'integer', 'Pods that have been ready long enough.', o => o.status?.numberAvailable ?? 0),
    column('Node Selector', 'string', 'Labels of the nodes that get pods.', o => {
      const labels = Object.entries<string>(o.spec?.template?.spec?.nodeSelector ?? {})
      return labels.length
        ? labels
            .map(([k, v]) => `${k}=${v}`)
            .sort()
            .join(',')
        : '<none>'
    }),
    ageColumn,
    ...templateColumns(
      o => o.spec?.template?.spec,
      o => o.spec?.selector,
    ),
  ],
  prepareForCreate(object) {
    object.metadata.annotations = { ...object.metadata.annotations, 'deprecated.daemonset.template.generation': '1' }
  },
  prepareForUpdate(object, old, context) {
    if (context.subresource === 'status') return
    // The count of template changes lives on as an annotation.
    const key = 'deprecated.daemonset.template.generation'
    const before = Number(old.metadata.annotations?.[key] ?? 0)
    const changed = !semanticEqual(object.spec?.template, old.spec?.template)
    if (old.metadata.annotations?.[key] || changed)
      object.metadata.annotations = { ...object.metadata.annotations, [key]: String(before + (changed ? 1 : 0)) }
  },
  setDefaults(object) {
    const spec = object.spec
    if (!spec) return
    defaultPodSpec(spec.template?.spec)
    const update = (spec.updateStrategy ??= {})
    update.type ??= 'RollingUpdate'
    if (update.type === 'RollingUpdate') {
      const rolling = (update.rollingUpdate ??= {})
      rolling.maxUnavailable ??= 1
      rolling.maxSurge ??= 0
    }
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = validateLabelSelector(spec.selector, 'spec.selector')
    if (!errors.length) errors.push(...validateTemplateLabels(spec, true))
    if (spec.selector && isEmptySelector(spec.selector))
      errors.push(invalid('spec.selector', spec.selector, 'empty selector is invalid for daemonset'))
    return [
      ...errors,
      ...validatePodTemplateSpec(spec.template, 'spec.template'),
      ...validateRunsForEver(spec.template, 'spec.template', 'DaemonSet'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...validateUpdateStrategy(spec.updateStrategy ?? {}),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ]
  },
  validateUpdate(object, old, context) {
    if (context.subresource !== 'status') return validateSelectorUpdate(object, old)
    return [
      ...validateCounts(
        object.status,
        [
          'currentNumberScheduled',
          'numberMisscheduled',
          'desiredNumberScheduled',
          'numberReady',
          'observedGeneration',
          'updatedNumberScheduled',
          'numberAvailable',
          'numberUnavailable',
          'collisionCount',
        ],
        [],
      ),
      ...validateCollisions(object, old),
    ]
  },
  warnings: (object, old) => workloadWarnings(object, old, { named: false }),
})

function validateUpdateStrategy(update: { type?: string; rollingUpdate?: Record<string, unknown> }): FieldError[] {
  if (update.type === 'OnDelete') return []
  const at = 'spec.updateStrategy.rollingUpdate'
  if (update.type !== 'RollingUpdate')
    return [
      notSupported(
        'spec.updateStrategy',
        { Type: update.type ?? '', RollingUpdate: internalRolling(update.rollingUpdate) },
        ['RollingUpdate', 'OnDelete'],
      ),
    ]
  if (!update.rollingUpdate) return [required(at)]
  const { maxUnavailable = 0, maxSurge = 0 } = update.rollingUpdate
  const errors = [
    ...nonNegativeIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
    ...nonNegativeIntOrPercent(maxSurge, `${at}.maxSurge`),
    ...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`),
    ...notMoreThan100Percent(maxSurge, `${at}.maxSurge`),
  ]
  const [unavailable, surge] = [intOrPercentValue(maxUnavailable) !== 0, intOrPercentValue(maxSurge) !== 0]
  if (unavailable && surge)
    errors.push(invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  else if (!unavailable && !surge) errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  return errors
}
