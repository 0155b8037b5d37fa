// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ObjectMeta } from '../object.ts'
import type { FieldSelectorRequirement, LabelSelectorRequirement } from './meta-v1.ts'

/** Limits a right to objects with some fields. */
export interface FieldSelectorAttributes {
  /** Selector as in the query. */
  rawSelector?: string
  /** Selector taken apart. */
  requirements?: FieldSelectorRequirement[]
}

/** Limits a right to objects with some labels. */
export interface LabelSelectorAttributes {
  /** Selector as in the query. */
  rawSelector?: string
  /** Selector taken apart. */
  requirements?: LabelSelectorRequirement[]
}

/** Asks whether somebody may do something in a namespace. */
export interface LocalSubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'LocalSubjectAccessReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: SubjectAccessReviewSpec
  /** What was last observed. */
  status?: SubjectAccessReviewStatus
}

/** A request outside of resources. */
export interface NonResourceAttributes {
  /** Path of the request. */
  path?: string
  /** Method of the request, in lower case. */
  verb?: string
}

/** Something that is allowed outside of resources. */
export interface NonResourceRule {
  /** What may be done; * for everything. */
  verbs: string[] | null
  /** Paths; * for all. */
  nonResourceURLs?: string[]
}

/** A request for a resource. */
export interface ResourceAttributes {
  /** Namespace of the request; empty for all. */
  namespace?: string
  /** What is to be done; * for everything. */
  verb?: string
  /** Group of the resource; * for all. */
  group?: string
  /** Version of the resource; * for all. */
  version?: string
  /** The resource; * for all. */
  resource?: string
  /** The subresource. */
  subresource?: string
  /** Name of the object; empty for all. */
  name?: string
  /** Limits the request to objects with some fields. */
  fieldSelector?: FieldSelectorAttributes
  /** Limits the request to objects with some labels. */
  labelSelector?: LabelSelectorAttributes
}

/** Something that is allowed with resources. */
export interface ResourceRule {
  /** What may be done; * for everything. */
  verbs: string[] | null
  /** Groups of the resources; * for all. */
  apiGroups?: string[]
  /** Resources; * for all. */
  resources?: string[]
  /** Names of the objects; all if empty. */
  resourceNames?: string[]
}

/** Asks whether one may do something. */
export interface SelfSubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SelfSubjectAccessReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: SelfSubjectAccessReviewSpec
  /** What was last observed. */
  status?: SubjectAccessReviewStatus
}

/** What one wants to do. */
export interface SelfSubjectAccessReviewSpec {
  /** A request for a resource. */
  resourceAttributes?: ResourceAttributes
  /** A request outside of resources. */
  nonResourceAttributes?: NonResourceAttributes
}

/** Asks what one may do in a namespace. */
export interface SelfSubjectRulesReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SelfSubjectRulesReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: SelfSubjectRulesReviewSpec
  /** What was last observed. */
  status?: SubjectRulesReviewStatus
}

/** Where one wants to do it. */
export interface SelfSubjectRulesReviewSpec {
  /** The namespace. */
  namespace?: string
}

/** Asks whether somebody may do something. */
export interface SubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SubjectAccessReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: SubjectAccessReviewSpec
  /** What was last observed. */
  status?: SubjectAccessReviewStatus
}

/** Who wants to do what. */
export interface SubjectAccessReviewSpec {
  /** A request for a resource. */
  resourceAttributes?: ResourceAttributes
  /** A request outside of resources. */
  nonResourceAttributes?: NonResourceAttributes
  /** Name of the user. */
  user?: string
  /** Groups of the user. */
  groups?: string[]
  /** Further facts about the user. */
  extra?: Record<string, string[]>
  /** Identity of the user. */
  uid?: string
}

/** Whether it is allowed. */
export interface SubjectAccessReviewStatus {
  /** Whether it is allowed. */
  allowed: boolean
  /** Why, for people. */
  reason?: string
  /** What went wrong while deciding. */
  evaluationError?: string
  /** Whether it is forbidden, whatever else might allow it. */
  denied?: boolean
}

/** What is allowed. */
export interface SubjectRulesReviewStatus {
  /** What is allowed with resources. */
  resourceRules: ResourceRule[] | null
  /** What is allowed outside of resources. */
  nonResourceRules: NonResourceRule[] | null
  /** Whether there may be more that is not listed. */
  incomplete: boolean
  /** What went wrong while listing. */
  evaluationError?: string
}
