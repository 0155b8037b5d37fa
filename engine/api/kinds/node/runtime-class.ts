import { invalid, required } from '../../validation/field.ts'
import { isDNS1123Label } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'node.k8s.io',
  kind: 'RuntimeClass',
  resource: 'runtimeclasses',
  namespaced: false,
  columns: [
    nameColumn,
    column('Handler', 'string', 'Runtime that the class stands for.', o => o.handler ?? ''),
    ageColumn,
  ],
  validate: object =>
    object.handler
      ? isDNS1123Label(object.handler).map(text => invalid('handler', object.handler, text))
      : [required('handler')],
  validateUpdate: (object, old) =>
    object.handler === old.handler ? [] : [invalid('handler', object.handler, 'field is immutable')],
})
