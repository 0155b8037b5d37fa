import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required, tooLong } from '../../validation/field.ts'
import { isDNS1123Label, isDomainPrefixedPath } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validateTypedReference } from './typed-reference.ts'

export const strategy = defineKind({
  group: 'networking.k8s.io',
  kind: 'IngressClass',
  resource: 'ingressclasses',
  namespaced: false,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('Controller', 'string', 'Controller that serves the class.', o => o.spec?.controller ?? ''),
    column('Parameters', 'string', 'Object with further settings.', o => {
      const p = o.spec?.parameters
      return p ? `${p.kind}${p.apiGroup ? '.' + p.apiGroup : ''}/${p.name}` : '<none>'
    }),
    ageColumn,
  ],
  setDefaults(object) {
    if (object.spec?.parameters) object.spec.parameters.scope ??= 'Cluster'
  },
  validate(object) {
    const errors: FieldError[] = []
    const controller: string = object.spec?.controller ?? ''
    if (controller.length > 250) errors.push(tooLong('spec.controller', 250))
    errors.push(...isDomainPrefixedPath(controller, 'spec.controller'))
    const p = object.spec?.parameters
    if (p) {
      const at = 'spec.parameters'
      errors.push(...validateTypedReference(p, at))
      if (!p.scope) errors.push(required(`${at}.scope`))
      else if (!['Cluster', 'Namespace'].includes(p.scope))
        errors.push(notSupported(`${at}.scope`, p.scope, ['Cluster', 'Namespace']))
      if (p.scope === 'Namespace') {
        if (!p.namespace) errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"))
        else errors.push(...invalids(`${at}.namespace`, p.namespace, isDNS1123Label(p.namespace)))
      } else if (p.scope === 'Cluster' && p.namespace !== undefined)
        errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"))
    }
    return errors
  },
  validateUpdate: (object, old) =>
    object.spec?.controller === old.spec?.controller
      ? []
      : [invalid('spec.controller', object.spec?.controller ?? '', 'field is immutable')],
})
