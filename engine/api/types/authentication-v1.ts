// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ObjectMeta } from '../object.ts'

export interface BoundObjectReference {
  kind?: string
  apiVersion?: string
  name?: string
  uid?: string
}

export interface SelfSubjectReview extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'SelfSubjectReview'
  metadata: ObjectMeta
  status?: SelfSubjectReviewStatus
}

export interface SelfSubjectReviewStatus {
  userInfo?: UserInfo
}

export interface TokenRequest extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'TokenRequest'
  metadata: ObjectMeta
  spec?: TokenRequestSpec
  status?: TokenRequestStatus
}

export interface TokenRequestSpec {
  audiences?: string[] | null
  boundObjectRef?: BoundObjectReference
  expirationSeconds?: number
}

export interface TokenRequestStatus {
  token?: string
  expirationTimestamp?: string | null
}

export interface TokenReview extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'TokenReview'
  metadata: ObjectMeta
  spec: TokenReviewSpec
  status?: TokenReviewStatus
}

export interface TokenReviewSpec {
  token: string
  audiences?: string[]
}

export interface TokenReviewStatus {
  authenticated?: boolean
  user?: UserInfo
  error?: string
  audiences?: string[]
}

export interface UserInfo {
  username?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
}
