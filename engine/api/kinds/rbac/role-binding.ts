import { defineKind } from '../define.ts'
import { bindingColumns, defaultBinding, validateBinding, validateBindingUpdate } from './rules.ts'

export const strategy = defineKind({
  group: 'rbac.authorization.k8s.io',
  kind: 'RoleBinding',
  resource: 'rolebindings',
  namespaced: true,
  allowCreateOnUpdate: true,
  columns: bindingColumns,
  setDefaults: defaultBinding,
  validate: object => validateBinding(object, true),
  validateUpdate: validateBindingUpdate,
})
