import { required } from '../../validation/field.ts'
import { validateLabelSelector } from '../../validation/metadata.ts'
import { createdColumn, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'
import { validatePolicyRules } from './rules.ts'

export const strategy = defineKind({
  group: 'rbac.authorization.k8s.io',
  kind: 'ClusterRole',
  resource: 'clusterroles',
  namespaced: false,
  allowCreateOnUpdate: true,
  columns: [nameColumn, createdColumn],
  validate(object) {
    const errors = validatePolicyRules(object.rules, false)
    if (object.aggregationRule) {
      const selectors: unknown[] = object.aggregationRule.clusterRoleSelectors ?? []
      if (!selectors.length)
        errors.push(
          required(
            'aggregationRule.clusterRoleSelectors',
            'at least one clusterRoleSelector required if aggregationRule is non-nil',
          ),
        )
      selectors.forEach((selector, i) =>
        errors.push(...validateLabelSelector(selector, `aggregationRule.clusterRoleSelectors[${i}]`)),
      )
    }
    return errors
  },
})
