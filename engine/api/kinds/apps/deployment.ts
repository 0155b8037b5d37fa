import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported } from '../../validation/field.ts'
import { nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { templateWarnings } from '../core/pod/warnings.ts'
import { validateSelectorUpdate, validateSelector, validateTemplate } from './workload.ts'

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
    column('Up-to-date', 'string', 'Pods of the current template.', o => String(o.status?.updatedReplicas ?? 0)),
    column('Available', 'string', 'Pods that have been ready long enough.', o =>
      String(o.status?.availableReplicas ?? 0),
    ),
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
    const errors: FieldError[] = [
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...validateSelector(spec, 'deployment'),
      ...validateTemplate(spec),
    ]
    const update = spec.strategy ?? {}
    if (update.type === 'Recreate') {
      if (update.rollingUpdate)
        errors.push(forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'"))
    } else if (update.type === 'RollingUpdate') {
      const rolling = update.rollingUpdate ?? {}
      const at = 'spec.strategy.rollingUpdate'
      errors.push(
        ...nonNegativeIntOrPercent(rolling.maxUnavailable, `${at}.maxUnavailable`),
        ...nonNegativeIntOrPercent(rolling.maxSurge, `${at}.maxSurge`),
      )
      if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge))
        errors.push(invalid(`${at}.maxUnavailable`, rolling.maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'))
      errors.push(...notMoreThan100Percent(rolling.maxUnavailable, `${at}.maxUnavailable`))
    } else
      errors.push(
        notSupported('spec.strategy', { Type: update.type ?? '', RollingUpdate: update.rollingUpdate ?? null }, [
          'Recreate',
          'RollingUpdate',
        ]),
      )
    errors.push(
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
    )
    if (spec.progressDeadlineSeconds !== undefined) {
      errors.push(...nonNegative(spec.progressDeadlineSeconds, 'spec.progressDeadlineSeconds'))
      if (spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0))
        errors.push(
          invalid('spec.progressDeadlineSeconds', spec.progressDeadlineSeconds, 'must be greater than minReadySeconds'),
        )
    }
    return errors
  },
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? [] : validateSelectorUpdate(object, old),
  warnings: (object, old) => templateWarnings(object.spec?.template, old?.spec?.template, 'spec.template'),
})

const isZero = (value: unknown): boolean =>
  value === 0 || value === undefined || (typeof value === 'string' && /^0+%$/.test(value))
