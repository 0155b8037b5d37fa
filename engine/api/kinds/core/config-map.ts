import { deepEqual } from '../../equality.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, tooLong } from '../../validation/field.ts'
import { isConfigMapKey } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

const MAX_BYTES = 1024 * 1024

export const strategy = defineKind({
  group: '',
  kind: 'ConfigMap',
  resource: 'configmaps',
  namespaced: true,
  updateRulesFirst: true,
  shortNames: ['cm'],
  columns: [
    nameColumn,
    column('Data', 'string', 'Number of entries.', o => size(o.data) + size(o.binaryData)),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    let total = 0
    for (const [key, value] of Object.entries<string>(object.data ?? {})) {
      errors.push(...isConfigMapKey(key).map(text => invalid(`data[${key}]`, key, text)))
      if (object.binaryData && Object.hasOwn(object.binaryData, key))
        errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'))
      total += Buffer.byteLength(value)
    }
    for (const [key, value] of Object.entries<string>(object.binaryData ?? {})) {
      errors.push(...isConfigMapKey(key).map(text => invalid(`binaryData[${key}]`, key, text)))
      total += Buffer.byteLength(value, 'base64')
    }
    if (total > MAX_BYTES) errors.push(tooLong('', MAX_BYTES))
    return errors
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = []
    if (old.immutable) {
      if (!object.immutable) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'))
      if (!deepEqual(object.data, old.data))
        errors.push(forbidden('data', 'field is immutable when `immutable` is set'))
      if (!deepEqual(object.binaryData, old.binaryData))
        errors.push(forbidden('binaryData', 'field is immutable when `immutable` is set'))
    }
    return errors
  },
})

const size = (map: object | undefined) => (map ? Object.keys(map).length : 0)
