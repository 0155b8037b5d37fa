import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

/** Highest priority that is not reserved for the system. */
const HIGHEST_USER_PRIORITY = 1_000_000_000
const SYSTEM_CLASSES: Record<string, number> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

export const strategy = defineKind({
  group: 'scheduling.k8s.io',
  kind: 'PriorityClass',
  resource: 'priorityclasses',
  namespaced: false,
  shortNames: ['pc'],
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Value', 'integer', 'Priority of the pods.', o => o.value ?? 0),
    column('Global-Default', 'boolean', 'Whether pods without a class get this one.', o => o.globalDefault ?? false),
    ageColumn,
    column(
      'PreemptionPolicy',
      'string',
      'Whether pods of the class may push others out.',
      o => o.preemptionPolicy ?? '',
    ),
  ],
  validate(object) {
    const errors: FieldError[] = []
    const name = object.metadata.name ?? ''
    if (name.startsWith('system-')) {
      if (SYSTEM_CLASSES[name] === undefined)
        errors.push(
          forbidden(
            'metadata.name',
            "priority class names with 'system-' prefix are reserved for system use only. error: " +
              name +
              ' is not a known system priority class',
          ),
        )
      else if (SYSTEM_CLASSES[name] !== object.value)
        errors.push(
          forbidden(
            'metadata.name',
            `priority class names with 'system-' prefix are reserved for system use only. error: value of ${name} PriorityClass must be ${SYSTEM_CLASSES[name]}`,
          ),
        )
    } else if ((object.value ?? 0) > HIGHEST_USER_PRIORITY)
      errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`))
    if (object.preemptionPolicy && !['Never', 'PreemptLowerPriority'].includes(object.preemptionPolicy))
      errors.push(notSupported('preemptionPolicy', object.preemptionPolicy, ['Never', 'PreemptLowerPriority']))
    return errors
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = []
    if ((object.value ?? 0) !== (old.value ?? 0)) errors.push(forbidden('value', 'may not be changed in an update.'))
    if (object.preemptionPolicy !== old.preemptionPolicy)
      errors.push(invalid('preemptionPolicy', object.preemptionPolicy ?? null, 'field is immutable'))
    return errors
  },
})
