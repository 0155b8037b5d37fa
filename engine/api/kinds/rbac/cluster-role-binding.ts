import { defineKind } from '../define.ts'
import { bindingColumns, defaultBinding, validateBinding, validateBindingUpdate } from './rules.ts'

export const strategy = defineKind({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRoleBinding',
  resource: 'clusterrolebindings',
  namespaced: false,
  allowCreateOnUpdate: true,
  columns: bindingColumns,
  setDefaults: defaultBinding,
  validate: object => validateBinding(object, false),
  validateUpdate: validateBindingUpdate,
})
