// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { LabelSelector } from './meta-v1.ts'

export interface AggregationRule {
  clusterRoleSelectors?: LabelSelector[]
}

/** Rights in the whole cluster. */
export interface ClusterRole extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRole'
  metadata: ObjectMeta
  rules?: PolicyRule[] | null
  aggregationRule?: AggregationRule
}

/** Grants a role's rights everywhere. */
export interface ClusterRoleBinding extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleBinding'
  metadata: ObjectMeta
  subjects?: Subject[]
  roleRef: RoleRef
}

export interface ClusterRoleBindingList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleBindingList'
  metadata: ListMeta
  items: ClusterRoleBinding[] | null
}

export interface ClusterRoleList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleList'
  metadata: ListMeta
  items: ClusterRole[] | null
}

export interface PolicyRule {
  verbs: string[] | null
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

/** Rights within a namespace. */
export interface Role extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'Role'
  metadata: ObjectMeta
  rules?: PolicyRule[] | null
}

/** Grants a role's rights within a namespace. */
export interface RoleBinding extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleBinding'
  metadata: ObjectMeta
  subjects?: Subject[]
  roleRef: RoleRef
}

export interface RoleBindingList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleBindingList'
  metadata: ListMeta
  items: RoleBinding[] | null
}

export interface RoleList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleList'
  metadata: ListMeta
  items: Role[] | null
}

export interface RoleRef {
  apiGroup?: string
  kind: string
  name: string
}

export interface Subject {
  kind: string
  apiGroup?: string
  name: string
  namespace?: string
}
