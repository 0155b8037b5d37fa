import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { deprecatedNodeLabel } from '../core/node-labels.ts'
import { defineKind } from '../define.ts'
import { validateParameters, validateProvisioner, validateTopologies } from './class-rules.ts'

interface Term {
  matchLabelExpressions?: { key?: string }[]
}

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'StorageClass',
  resource: 'storageclasses',
  namespaced: false,
  shortNames: ['sc'],
  columns: [
    {
      ...nameColumn,
      cell: o =>
        o.metadata.annotations?.[DEFAULT_CLASS] === 'true' ||
        o.metadata.annotations?.['storageclass.beta.kubernetes.io/is-default-class'] === 'true'
          ? `${o.metadata.name} (default)`
          : (o.metadata.name ?? ''),
    },
    column('Provisioner', 'string', 'Who makes volumes of the class.', o => o.provisioner ?? ''),
    column('ReclaimPolicy', 'string', 'What happens when the claim is gone.', o => o.reclaimPolicy ?? 'Delete'),
    column('VolumeBindingMode', 'string', 'When a volume is made and bound.', o => o.volumeBindingMode ?? 'Immediate'),
    column('AllowVolumeExpansion', 'string', 'Whether claims may grow.', o => o.allowVolumeExpansion ?? false),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    errors.push(...validateProvisioner(object.provisioner, 'provisioner'))
    errors.push(...validateParameters(object.parameters, 'parameters', true))
    if (!['Delete', 'Retain'].includes(object.reclaimPolicy))
      errors.push(notSupported('reclaimPolicy', object.reclaimPolicy, ['Delete', 'Retain']))
    if (!['Immediate', 'WaitForFirstConsumer'].includes(object.volumeBindingMode))
      errors.push(notSupported('volumeBindingMode', object.volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']))
    errors.push(...validateTopologies(object.allowedTopologies, 'allowedTopologies'))
    return errors
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = []
    if (!deepEqual(object.parameters, old.parameters))
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'))
    if (object.provisioner !== old.provisioner)
      errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'))
    if (object.reclaimPolicy !== old.reclaimPolicy)
      errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'))
    if (object.volumeBindingMode !== old.volumeBindingMode)
      errors.push(invalid('volumeBindingMode', object.volumeBindingMode, 'field is immutable'))
    return errors
  },
  warnings: object =>
    ((object.allowedTopologies ?? []) as Term[]).flatMap((term, i) =>
      (term.matchLabelExpressions ?? []).flatMap(({ key }, j) => {
        const text = deprecatedNodeLabel(key)
        return text ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${text}`] : []
      }),
    ),
})
