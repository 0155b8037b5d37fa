import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Label, nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { templateWarnings } from '../core/pod/warnings.ts'
import { validateSelectorAndTemplate } from './workload.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

export const strategy = defineKind({
  group: 'apps',
  kind: 'StatefulSet',
  resource: 'statefulsets',
  namespaced: true,
  shortNames: ['sts'],
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
    ageColumn,
    ...templateColumns(o => o.spec?.template?.spec),
  ],
  setDefaults(object) {
    const spec = object.spec
    if (!spec) return
    defaultPodSpec(spec.template?.spec)
    const update = (spec.updateStrategy ??= {})
    update.type ??= 'RollingUpdate'
    if (update.type === 'RollingUpdate') {
      const rolling = (update.rollingUpdate ??= {})
      rolling.partition ??= 0
      rolling.maxUnavailable ??= 1
    }
    const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {})
    retention.whenDeleted ??= 'Retain'
    retention.whenScaled ??= 'Retain'
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion ??= 'v1'
      claim.kind ??= 'PersistentVolumeClaim'
      claim.status ??= {}
      claim.status.phase ??= 'Pending'
    }
  },
  validate(object) {
    const spec = object.spec ?? {}
    const errors: FieldError[] = []
    if (!['OrderedReady', 'Parallel'].includes(spec.podManagementPolicy))
      errors.push(
        spec.podManagementPolicy
          ? invalid('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'")
          : required('spec.podManagementPolicy'),
      )
    const update = spec.updateStrategy ?? {}
    if (update.type === 'OnDelete') {
      if (update.rollingUpdate)
        errors.push(
          invalid(
            'spec.updateStrategy.rollingUpdate',
            update.rollingUpdate,
            "only allowed for updateStrategy 'RollingUpdate'",
          ),
        )
    } else if (update.type === 'RollingUpdate') {
      const { partition, maxUnavailable } = update.rollingUpdate ?? {}
      const at = 'spec.updateStrategy.rollingUpdate'
      errors.push(...nonNegative(partition, `${at}.partition`))
      if (maxUnavailable !== undefined) {
        errors.push(...nonNegativeIntOrPercent(maxUnavailable, `${at}.maxUnavailable`))
        if (maxUnavailable === 0 || maxUnavailable === '0%')
          errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'cannot be 0'))
        errors.push(...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`))
      }
    } else
      errors.push(
        update.type
          ? invalid(
              'spec.updateStrategy',
              { Type: update.type, RollingUpdate: update.rollingUpdate ?? null },
              "must be 'RollingUpdate' or 'OnDelete'",
            )
          : required('spec.updateStrategy'),
      )
    for (const key of ['whenDeleted', 'whenScaled']) {
      const policy = spec.persistentVolumeClaimRetentionPolicy?.[key]
      if (policy && !['Delete', 'Retain'].includes(policy))
        errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${key}`, policy, ['Retain', 'Delete']))
    }
    if (spec.serviceName)
      errors.push(...isDNS1123Label(spec.serviceName).map(text => invalid('spec.serviceName', spec.serviceName, text)))
    errors.push(
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    )
    errors.push(...validateSelectorAndTemplate(spec, 'statefulset'))
    if (spec.revisionHistoryLimit !== undefined)
      errors.push(...nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'))
    return errors
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') return []
    const rest = (spec: any) => Object.fromEntries(Object.entries(spec ?? {}).filter(([k]) => !MUTABLE.includes(k)))
    return semanticEqual(rest(object.spec), rest(old.spec))
      ? []
      : [
          forbidden(
            'spec',
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
          ),
        ]
  },
  warnings: (object, old) => templateWarnings(object.spec?.template, old?.spec?.template, 'spec.template'),
})
