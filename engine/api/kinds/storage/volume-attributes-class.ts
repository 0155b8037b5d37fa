import { deepEqual } from '../../equality.ts'
import { forbidden } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateParameters, validateProvisioner } from './class-rules.ts'

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
  validate: object => [
    ...validateProvisioner(object.driverName, 'driverName'),
    ...validateParameters(object.parameters, 'parameters', false),
  ],
  validateUpdate: (object, old) => [
    ...(object.driverName === old.driverName ? [] : [forbidden('driverName', 'updates to driverName are forbidden.')]),
    ...(deepEqual(object.parameters, old.parameters)
      ? []
      : [forbidden('parameters', 'updates to parameters are forbidden.')]),
  ],
})
