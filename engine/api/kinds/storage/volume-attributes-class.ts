import { deepEqual } from '../../equality.ts'
import { forbidden, required } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'storage.k8s.io',
  kind: 'VolumeAttributesClass',
  resource: 'volumeattributesclasses',
  namespaced: false,
  shortNames: ['vac'],
  columns: [
    nameColumn,
    column('DriverName', 'string', 'Driver that knows the attributes.', o => o.driverName ?? ''),
    ageColumn,
  ],
  validate: object => (object.driverName ? [] : [required('driverName')]),
  validateUpdate: (object, old) => [
    ...(object.driverName === old.driverName ? [] : [forbidden('driverName', 'updates to driverName are forbidden.')]),
    ...(deepEqual(object.parameters, old.parameters)
      ? []
      : [forbidden('parameters', 'updates to parameters are forbidden.')]),
  ],
})
