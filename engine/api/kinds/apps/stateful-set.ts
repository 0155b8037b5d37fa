import { semanticEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Label, nonNegative, nonNegativeIntOrPercent, notMoreThan100Percent } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, templateColumns } from '../columns.ts'
import { defineKind, scaleSubresource } from '../define.ts'
import { defaultPodSpec } from '../core/pod/defaults.ts'
import { validateRunsForEver } from '../core/pod/template.ts'
import { claimSpecWarnings } from '../core/volume/claim-spec.ts'
import {
  intOrPercentValue,
  validateCollisions,
  validateCounts,
  validateSelector,
  validateTemplate,
  validateUsable,
  workloadWarnings,
} from './workload.ts'

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
    if (!update.type) {
      update.type = 'RollingUpdate'
      update.rollingUpdate ??= {}
    }
    if (update.type === 'RollingUpdate' && update.rollingUpdate) update.rollingUpdate.partition ??= 0
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
    const unusable = validateUsable(spec, '')
    return [
      ...validatePolicies(spec),
      ...(spec.serviceName ? invalids('spec.serviceName', spec.serviceName, isDNS1123Label(spec.serviceName)) : []),
      ...nonNegative(spec.replicas, 'spec.replicas'),
      ...nonNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
      ...nonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
      ...validateSelector(spec, 'statefulset'),
      ...unusable,
      ...(unusable.length
        ? validateRunsForEver(spec.template, 'spec.template', 'StatefulSet')
        : validateTemplate({ ...spec, template: withClaimVolumes(spec) }, 'StatefulSet')),
    ]
  },
  validateUpdate(object, old, context) {
    if (context.subresource === 'status') {
      const parts = ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas']
      return [
        ...validateCounts(
          object.status,
          ['replicas', ...parts, 'observedGeneration', 'collisionCount'],
          parts,
          'cannot be greater than status.readyReplicas',
        ),
        ...validateCollisions(object, old),
      ]
    }
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
  warnings(object, old) {
    if (old && old.metadata.generation === object.metadata.generation) return []
    const warnings = workloadWarnings(object, old, { named: false })
    ;(object.spec?.volumeClaimTemplates ?? []).forEach((claim: any, i: number) =>
      warnings.push(...claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${i}]`)),
    )
    if (object.spec?.revisionHistoryLimit < 0)
      warnings.push(
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
      )
    return warnings
  },
})

function validatePolicies(spec: any): FieldError[] {
  const errors: FieldError[] = []
  const management = spec.podManagementPolicy
  if (!management) errors.push(required('spec.podManagementPolicy'))
  else if (!['OrderedReady', 'Parallel'].includes(management))
    errors.push(invalid('spec.podManagementPolicy', management, "must be 'OrderedReady' or 'Parallel'"))
  errors.push(...validateUpdateStrategy(spec.updateStrategy ?? {}))
  const retention = spec.persistentVolumeClaimRetentionPolicy
  if (retention)
    for (const key of ['whenDeleted', 'whenScaled'])
      if (!['Retain', 'Delete'].includes(retention[key]))
        errors.push(
          notSupported(`spec.persistentVolumeClaimRetentionPolicy.${key}`, retention[key] ?? '', ['Retain', 'Delete']),
        )
  return errors
}

function validateUpdateStrategy(update: any): FieldError[] {
  const at = 'spec.updateStrategy.rollingUpdate'
  const rolling = update.rollingUpdate
  const internal = rolling
    ? { Partition: rolling.partition ?? 0, MaxUnavailable: rolling.maxUnavailable ?? null }
    : null
  if (!update.type) return [required('spec.updateStrategy')]
  if (update.type === 'OnDelete')
    return rolling ? [invalid(at, internal, "only allowed for updateStrategy 'RollingUpdate'")] : []
  if (update.type !== 'RollingUpdate')
    return [
      invalid(
        'spec.updateStrategy',
        { Type: update.type, RollingUpdate: internal },
        "must be 'RollingUpdate' or 'OnDelete'",
      ),
    ]
  if (!rolling) return []
  const errors = nonNegative(rolling.partition, `${at}.partition`)
  const { maxUnavailable } = rolling
  if (maxUnavailable === undefined) return errors
  errors.push(...nonNegativeIntOrPercent(maxUnavailable, `${at}.maxUnavailable`))
  if (intOrPercentValue(maxUnavailable) === 0)
    errors.push(invalid(`${at}.maxUnavailable`, maxUnavailable, 'cannot be 0'))
  return [...errors, ...notMoreThan100Percent(maxUnavailable, `${at}.maxUnavailable`)]
}

/** The template with the volumes that its pods will have: those of the claims take the place of its own. */
function withClaimVolumes(spec: any): any {
  const claims: any[] = (spec.volumeClaimTemplates ?? []).filter((claim: any) => claim.metadata?.name)
  if (!spec.template?.spec || !claims.length) return spec.template
  const names = new Set(claims.map(claim => claim.metadata.name))
  const volumes = [
    ...(spec.template.spec.volumes ?? []).filter((volume: any) => !names.has(volume.name)),
    ...claims.map(({ metadata: { name } }) => ({ name, persistentVolumeClaim: { claimName: name } })),
  ]
  return { ...spec.template, spec: { ...spec.template.spec, volumes } }
}
