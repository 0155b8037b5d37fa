import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required, tooLong } from '../../validation/field.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

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
    if (!/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[^/].*$/.test(controller))
      errors.push(
        controller
          ? invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")')
          : required('spec.controller'),
      )
    const p = object.spec?.parameters
    if (p) {
      if (!p.kind) errors.push(required('spec.parameters.kind'))
      if (!p.name) errors.push(required('spec.parameters.name'))
      if (!['Cluster', 'Namespace'].includes(p.scope))
        errors.push(notSupported('spec.parameters.scope', p.scope, ['Cluster', 'Namespace']))
      if (p.scope === 'Namespace' && !p.namespace)
        errors.push(required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'"))
      if (p.scope === 'Cluster' && p.namespace)
        errors.push(forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'"))
    }
    return errors
  },
  validateUpdate: (object, old) =>
    object.spec?.controller === old.spec?.controller
      ? []
      : [invalid('spec.controller', object.spec?.controller ?? '', 'field is immutable')],
})
