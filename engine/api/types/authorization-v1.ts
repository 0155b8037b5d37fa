// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ObjectMeta } from '../object.ts'
import type { FieldSelectorRequirement, LabelSelectorRequirement } from './meta-v1.ts'

export interface FieldSelectorAttributes {
  rawSelector?: string
  requirements?: FieldSelectorRequirement[]
}

export interface LabelSelectorAttributes {
  rawSelector?: string
  requirements?: LabelSelectorRequirement[]
}

export interface LocalSubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'LocalSubjectAccessReview'
  metadata: ObjectMeta
  spec: SubjectAccessReviewSpec
  status?: SubjectAccessReviewStatus
}

export interface NonResourceAttributes {
  path?: string
  verb?: string
}

export interface NonResourceRule {
  verbs: string[] | null
  nonResourceURLs?: string[]
}

export interface ResourceAttributes {
  namespace?: string
  verb?: string
  group?: string
  version?: string
  resource?: string
  subresource?: string
  name?: string
  fieldSelector?: FieldSelectorAttributes
  labelSelector?: LabelSelectorAttributes
}

export interface ResourceRule {
  verbs: string[] | null
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
}

export interface SelfSubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SelfSubjectAccessReview'
  metadata: ObjectMeta
  spec: SelfSubjectAccessReviewSpec
  status?: SubjectAccessReviewStatus
}

export interface SelfSubjectAccessReviewSpec {
  resourceAttributes?: ResourceAttributes
  nonResourceAttributes?: NonResourceAttributes
}

export interface SelfSubjectRulesReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SelfSubjectRulesReview'
  metadata: ObjectMeta
  spec: SelfSubjectRulesReviewSpec
  status?: SubjectRulesReviewStatus
}

export interface SelfSubjectRulesReviewSpec {
  namespace?: string
}

export interface SubjectAccessReview extends KubeObject {
  apiVersion: 'authorization.k8s.io/v1'
  kind: 'SubjectAccessReview'
  metadata: ObjectMeta
  spec: SubjectAccessReviewSpec
  status?: SubjectAccessReviewStatus
}

export interface SubjectAccessReviewSpec {
  resourceAttributes?: ResourceAttributes
  nonResourceAttributes?: NonResourceAttributes
  user?: string
  groups?: string[]
  extra?: Record<string, string[]>
  uid?: string
}

export interface SubjectAccessReviewStatus {
  allowed: boolean
  reason?: string
  evaluationError?: string
  denied?: boolean
}

export interface SubjectRulesReviewStatus {
  resourceRules: ResourceRule[] | null
  nonResourceRules: NonResourceRule[] | null
  incomplete: boolean
  evaluationError?: string
}
