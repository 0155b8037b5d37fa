import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validatePolicyRules } from './rules.ts'

export const strategy = defineKind({
  group: 'rbac.authorization.k8s.io',
  kind: 'Role',
  resource: 'roles',
  namespaced: true,
  allowCreateOnUpdate: true,
  columns: [nameColumn, createdColumn],
  validate: object => validatePolicyRules(object.rules, true),
})
