import { deepEqual } from '../../equality.ts'
import { invalid, required } from '../../validation/field.ts'
import { isIP } from '../../validation/ip.ts'
import { column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'IPAddress',
  resource: 'ipaddresses',
  namespaced: false,
  shortNames: ['ip'],
  columns: [
    nameColumn,
    column('ParentRef', 'string', 'Object that uses the address.', o => {
      const p = o.spec?.parentRef
      if (!p) return ''
      return `${p.resource}${p.group ? '.' + p.group : ''}/${p.namespace ? p.namespace + '/' : ''}${p.name}`
    }),
  ],
  validate(object) {
    const name = object.metadata.name ?? ''
    const errors = isIP(name).map(text => invalid('metadata.name', name, text))
    if (!object.spec?.parentRef) errors.push(required('spec.parentRef'))
    else
      for (const key of ['resource', 'name'])
        if (!object.spec.parentRef[key]) errors.push(required(`spec.parentRef.${key}`))
    return errors
  },
  validateUpdate: (object, old) =>
    deepEqual(object.spec?.parentRef, old.spec?.parentRef)
      ? []
      : [invalid('spec.parentRef', object.spec?.parentRef ?? null, 'field is immutable')],
  selectableFields: o => ({ 'spec.parentRef.name': o.spec?.parentRef?.name ?? '' }),
})
