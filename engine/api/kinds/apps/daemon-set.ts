import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'
import { nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { templateWarnings } from '../core/pod/warnings.ts'
import { validateSelectorUpdate, validateSelectorAndTemplate } from './workload.ts'

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
    const changed = JSON.stringify(object.spec?.template) !== JSON.stringify(old.spec?.template)
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
    const errors: FieldError[] = [...validateSelectorAndTemplate(spec, 'daemonset')]
    errors.push(...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'))
    const update = spec.updateStrategy ?? {}
    if (update.type === 'RollingUpdate') {
      const { maxUnavailable, maxSurge } = update.rollingUpdate ?? {}
      const at = 'spec.updateStrategy.rollingUpdate'
      errors.push(
        ...nonNegativeIntOrPercent(maxUnavailable, `${at}.maxUnavailable`),
        ...nonNegativeIntOrPercent(maxSurge, `${at}.maxSurge`),
      )
      const zero = (v: unknown) => v === 0 || v === undefined || v === '0%'
      if (zero(maxUnavailable) && zero(maxSurge))
        errors.push(required(`${at}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
      if (!zero(maxUnavailable) && !zero(maxSurge))
        errors.push(invalid(`${at}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
      errors.push(
        ...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`),
        ...notMoreThan100Percent(maxSurge, `${at}.maxSurge`),
      )
    } else if (update.type !== 'OnDelete')
      errors.push(
        notSupported('spec.updateStrategy', { Type: update.type ?? '', RollingUpdate: update.rollingUpdate ?? null }, [
          'RollingUpdate',
          'OnDelete',
        ]),
      )
    errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'))
    return errors
  },
  validateUpdate: (object, old, context) =>
    context.subresource === 'status' ? [] : validateSelectorUpdate(object, old),
  warnings: (object, old) => templateWarnings(object.spec?.template, old?.spec?.template, 'spec.template'),
})
