// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ObjectMeta } from '../object.ts'

/** Object with which a token ends. */
export interface BoundObjectReference {
  /** Pod, Secret or Node. */
  kind?: string
  /** API version of the object. */
  apiVersion?: string
  /** Name of the object. */
  name?: string
  /** Identity of the object. */
  uid?: string
}

/** Asks who one is. */
export interface SelfSubjectReview extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'SelfSubjectReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What was last observed. */
  status?: SelfSubjectReviewStatus
}

/** Who one is. */
export interface SelfSubjectReviewStatus {
  /** User that the server sees. */
  userInfo?: UserInfo
}

/** Asks for a token of a service account. */
export interface TokenRequest extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'TokenRequest'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: TokenRequestSpec
  /** What was last observed. */
  status?: TokenRequestStatus
}

/** What token is asked for. */
export interface TokenRequestSpec {
  /** Who the token is meant for. */
  audiences?: string[] | null
  /** Object with which the token ends. */
  boundObjectRef?: BoundObjectReference
  /** Seconds that the token should be valid. */
  expirationSeconds?: number
}

/** The token. */
export interface TokenRequestStatus {
  /** The token itself. */
  token?: string
  /** When it ends. */
  expirationTimestamp?: string | null
}

/** Asks who a token belongs to. */
export interface TokenReview extends KubeObject {
  apiVersion: 'authentication.k8s.io/v1'
  kind: 'TokenReview'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: TokenReviewSpec
  /** What was last observed. */
  status?: TokenReviewStatus
}

/** The token. */
export interface TokenReviewSpec {
  /** The token itself. */
  token: string
  /** Who the token must be meant for, one of them. */
  audiences?: string[]
}

/** Who the token belongs to. */
export interface TokenReviewStatus {
  /** Whether the token is valid. */
  authenticated?: boolean
  /** User that the token belongs to. */
  user?: UserInfo
  /** Why the token could not be checked. */
  error?: string
  /** Of the audiences asked for, those of the token. */
  audiences?: string[]
}

/** Somebody who makes requests. */
export interface UserInfo {
  /** Name of the user. */
  username?: string
  /** Identity of the user. */
  uid?: string
  /** Groups of the user. */
  groups?: string[]
  /** Further facts about the user. */
  extra?: Record<string, string[]>
}
