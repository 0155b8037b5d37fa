import { deepEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { Column, FieldError } from '../../strategy.ts'
import { invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Subdomain, isPathSegment } from '../../validation/names.ts'
import { ageColumn, column, nameColumn, wide } from '../columns.ts'

const GROUP = 'rbac.authorization.k8s.io'

interface Rule {
  verbs?: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

export interface Subject {
  kind: string
  apiGroup?: string
  name: string
  namespace?: string
}

/** Rules of a role. URLs have no place in a namespaced one. */
export function validatePolicyRules(rules: Rule[] | null | undefined, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = []
  ;(rules ?? []).forEach((rule, i) => {
    const at = `rules[${i}]`
    if (!rule.verbs?.length) errors.push(required(`${at}.verbs`, 'verbs must contain at least one value'))
    if (rule.nonResourceURLs?.length) {
      if (namespaced)
        errors.push(
          invalid(`${at}.nonResourceURLs`, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'),
        )
      if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
        errors.push(
          invalid(
            `${at}.nonResourceURLs`,
            rule.nonResourceURLs,
            'rules cannot apply to both regular resources and non-resource URLs',
          ),
        )
      return
    }
    if (!rule.apiGroups?.length)
      errors.push(required(`${at}.apiGroups`, 'resource rules must supply at least one api group'))
    if (!rule.resources?.length)
      errors.push(required(`${at}.resources`, 'resource rules must supply at least one resource'))
  })
  return errors
}

/** What a binding leaves out about its role and its subjects. */
export function defaultBinding(object: KubeObject): void {
  if (object.roleRef && !object.roleRef.apiGroup) object.roleRef.apiGroup = GROUP
  for (const subject of (object.subjects ?? []) as Subject[])
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = GROUP
}

export function validateBinding(object: KubeObject, namespaced: boolean): FieldError[] {
  const errors: FieldError[] = []
  const ref = object.roleRef ?? {}
  if (ref.apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', ref.apiGroup ?? '', [GROUP]))
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (!kinds.includes(ref.kind)) errors.push(notSupported('roleRef.kind', ref.kind ?? '', kinds))
  if (!ref.name) errors.push(required('roleRef.name'))
  else errors.push(...isPathSegment(ref.name).map(text => invalid('roleRef.name', ref.name, text)))
  ;((object.subjects ?? []) as Subject[]).forEach((subject, i) =>
    errors.push(...validateSubject(subject, namespaced, `subjects[${i}]`)),
  )
  return errors
}

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group']

/** Who a role is granted to. A service account of a namespaced binding may leave its namespace out. */
function validateSubject(subject: Subject, namespaced: boolean, at: string): FieldError[] {
  const { name = '', kind = '', apiGroup = '' } = subject
  const errors: FieldError[] = name ? [] : [required(`${at}.name`)]
  if (kind === 'ServiceAccount') {
    if (name) errors.push(...invalids(`${at}.name`, name, isDNS1123Subdomain(name)))
    if (apiGroup) errors.push(notSupported(`${at}.apiGroup`, apiGroup, ['']))
    if (!namespaced && !subject.namespace) errors.push(required(`${at}.namespace`))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) errors.push(notSupported(`${at}.apiGroup`, apiGroup, [GROUP]))
  } else errors.push(notSupported(`${at}.kind`, kind, SUBJECT_KINDS))
  return errors
}

/** A binding never comes to mean another role. */
export function validateBindingUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  return deepEqual(object.roleRef, old.roleRef)
    ? []
    : [
        invalid(
          'roleRef',
          {
            APIGroup: object.roleRef?.apiGroup ?? '',
            Kind: object.roleRef?.kind ?? '',
            Name: object.roleRef?.name ?? '',
          },
          'cannot change roleRef',
        ),
      ]
}

const named = (o: KubeObject, kind: string) =>
  ((o.subjects ?? []) as Subject[])
    .filter(s => s.kind === kind)
    .map(s => (kind === 'ServiceAccount' ? `${s.namespace}/${s.name}` : s.name))
    .join(', ')

export const bindingColumns: Column[] = [
  nameColumn,
  column('Role', 'string', 'Role that is granted.', o => `${o.roleRef?.kind ?? ''}/${o.roleRef?.name ?? ''}`),
  ageColumn,
  wide('Users', 'string', 'Users that it is granted to.', o => named(o, 'User')),
  wide('Groups', 'string', 'Groups that it is granted to.', o => named(o, 'Group')),
  wide('ServiceAccounts', 'string', 'Service accounts that it is granted to.', o => named(o, 'ServiceAccount')),
]
