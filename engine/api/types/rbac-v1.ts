// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { LabelSelector } from './meta-v1.ts'

/** Makes a role of the rules of others. */
export interface AggregationRule {
  /** Labels of the roles whose rules are joined. */
  clusterRoleSelectors?: LabelSelector[]
}

/** Rights in the whole cluster. */
export interface ClusterRole extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRole'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is allowed. */
  rules?: PolicyRule[] | null
  /** Joins the rules of other roles; rules is then filled in. */
  aggregationRule?: AggregationRule
}

/** Grants a role's rights everywhere. */
export interface ClusterRoleBinding extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleBinding'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Who gets the rights. */
  subjects?: Subject[]
  /** Role whose rights are granted; fixed. */
  roleRef: RoleRef
}

/** A list of objects of the kind ClusterRoleBinding. */
export interface ClusterRoleBindingList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleBindingList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ClusterRoleBinding[] | null
}

/** A list of objects of the kind ClusterRole. */
export interface ClusterRoleList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'ClusterRoleList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ClusterRole[] | null
}

/** Something that is allowed. */
export interface PolicyRule {
  /** What may be done; * for everything. */
  verbs: string[] | null
  /** Groups of the resources; * for all. */
  apiGroups?: string[]
  /** Resources; * for all. */
  resources?: string[]
  /** Names of the objects; all if empty. */
  resourceNames?: string[]
  /** Paths outside of resources; only in cluster roles. */
  nonResourceURLs?: string[]
}

/** Rights within a namespace. */
export interface Role extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'Role'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is allowed. */
  rules?: PolicyRule[] | null
}

/** Grants a role's rights within a namespace. */
export interface RoleBinding extends KubeObject {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleBinding'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Who gets the rights. */
  subjects?: Subject[]
  /** Role whose rights are granted; fixed. */
  roleRef: RoleRef
}

/** A list of objects of the kind RoleBinding. */
export interface RoleBindingList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleBindingList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: RoleBinding[] | null
}

/** A list of objects of the kind Role. */
export interface RoleList {
  apiVersion: 'rbac.authorization.k8s.io/v1'
  kind: 'RoleList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Role[] | null
}

/** Names a role. */
export interface RoleRef {
  /** Group of the role. */
  apiGroup?: string
  /** Role or ClusterRole. */
  kind: string
  /** Name of the role. */
  name: string
}

/** Somebody who gets rights. */
export interface Subject {
  /** User, Group or ServiceAccount. */
  kind: string
  /** Group of the subject; empty for service accounts. */
  apiGroup?: string
  /** Name of the subject. */
  name: string
  /** Namespace of the service account. */
  namespace?: string
}
