import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import {
  intOrPercentValue,
  validateCollisions,
  validateCounts,
  validateSelector,
  validateSelectorUpdate,
  validateTemplate,
  validateUsable,
  workloadWarnings,
} from './workload.ts'

export const strategy = defineKind({
  group: 'apps',
  kind: 'Deployment',
  resource: 'deployments',
  namespaced: true,
  shortNames: ['deploy'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  subresources: [scaleSubresource],
  scale: { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' },
  columns: [
    nameColumn,
    column(
      'Ready',
      'string',
      'Pods that are ready, of all that are wanted.',
      o => `${o.status?.readyReplicas ?? 0}/${o.spec?.replicas ?? 0}`,
    ),
    column('Up-to-date', 'string', 'Pods of the current template.', o => o.status?.updatedReplicas ?? 0),
    column('Available', 'string', 'Pods that have been ready long enough.', o => o.status?.availableReplicas ?? 0),
    ageColumn,
    ...templateColumns(
      o => o.spec?.template?.spec,
      o => o.spec?.selector,
    ),
  ],
  setDefaults(object) {
    const spec = object.spec
    if (!spec) return
    defaultPodSpec(spec.template?.spec)
    const update = (spec.strategy ??= {})
    update.type ??= 'RollingUpdate'
    if (update.type === 'RollingUpdate') {
      const rolling = (update.rollingUpdate ??= {})
      rolling.maxUnavailable ??= '25%'
      rolling.maxSurge ??= '25%'
    }
  },
  validate(object) {
    const spec = object.spec ?? {}
    const unusable = validateUsable(spec)
    const errors: FieldError[] = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validateSelector(spec, 'deployment'),
      ...unusable,
      // The template of a deployment is held to the words of its replica sets.
      ...(unusable.length ? [] : validateTemplate(spec, 'ReplicaSet')),
      ...validateStrategy(spec.strategy ?? {}),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    ]
    const deadline = spec.progressDeadlineSeconds
    if (deadline !== undefined) {
      errors.push(...nonNegative(deadline, 'spec.progressDeadlineSeconds'))
      if (deadline <= (spec.minReadySeconds ?? 0))
        errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
    }
    return errors
  },
  validateUpdate(object, old, context) {
    if (context.subresource !== 'status') return validateSelectorUpdate(object, old)
    const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas']
    return [
      ...validateCounts(
        object.status,
        ['observedGeneration', 'replicas', ...parts, 'unavailableReplicas', 'collisionCount'],
        parts,
      ),
      ...validateCollisions(object, old),
    ]
  },
  warnings: (object, old) => workloadWarnings(object, old),
})

function validateStrategy(update: { type?: string; rollingUpdate?: Record<string, unknown> }): FieldError[] {
  const at = 'spec.strategy.rollingUpdate'
  const rolling = update.rollingUpdate
  switch (update.type) {
    case 'Recreate':
      return rolling ? [forbidden(at, "may not be specified when strategy `type` is 'Recreate'")] : []
    case 'RollingUpdate': {
      if (!rolling) return [required(at, 'this should be defaulted and never be nil')]
      const { maxUnavailable = 0, maxSurge = 0 } = rolling
      const errors = [
        ...nonNegativeIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
        ...nonNegativeIntOrPercent(maxSurge, `${at}.maxSurge`),
      ]
      if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0)
        errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'))
      return [...errors, ...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`)]
    }
    default:
      return [
        notSupported('spec.strategy', { Type: update.type ?? '', RollingUpdate: internalRolling(rolling) }, [
          'Recreate',
          'RollingUpdate',
        ]),
      ]
  }
}

/** Messages show the numbers of a rolling update as the internal type marshals. */
export function internalRolling(rolling: Record<string, unknown> | undefined): unknown {
  return rolling ? { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } : null
}
