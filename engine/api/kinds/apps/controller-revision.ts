import { deepEqual } from '../../equality.ts'
import { invalid, required } from '../../validation/field.ts'
import { nonNegative } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'apps',
  kind: 'ControllerRevision',
  resource: 'controllerrevisions',
  namespaced: true,
  columns: [
    nameColumn,
    column('Controller', 'string', 'Object whose history this is.', o => {
      const owner = o.metadata.ownerReferences?.find(r => r.controller)
      if (!owner) return '<none>'
      const group = owner.apiVersion.includes('/') ? '.' + owner.apiVersion.split('/')[0] : ''
      return `${owner.kind.toLowerCase()}${group}/${owner.name}`
    }),
    column('Revision', 'string', 'Number of the revision.', o => o.revision ?? 0),
    ageColumn,
  ],
  validate: object =>
    object.data ? nonNegative(object.revision, 'revision') : [required('data', 'data is mandatory')],
  validateUpdate: (object, old) =>
    deepEqual(object.data, old.data) ? [] : [invalid('data', object.data, 'field is immutable')],
})
