// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { UserInfo } from './authentication-v1.ts'
import type { GroupVersionKind, GroupVersionResource, Status } from './meta-v1.ts'

/** What a webhook is asked about. */
export interface AdmissionRequest {
  /** Identity of the question. */
  uid: string
  /** Kind of the object, as the webhook wants it. */
  kind: GroupVersionKind
  /** Resource, as the webhook wants it. */
  resource: GroupVersionResource
  /** Subresource of the request. */
  subResource?: string
  /** Name of the object; empty if it is yet to be generated. */
  name?: string
  /** Namespace of the request. */
  namespace?: string
  /** What is to be done. */
  operation: string
  /** Who asks for it. */
  userInfo: UserInfo
  /** Object as it would be. */
  object?: Record<string, unknown>
  /** Object as it is; not with CREATE. */
  oldObject?: Record<string, unknown>
  /** Whether nothing will be stored. */
  dryRun?: boolean
  /** Options of the operation. */
  options?: Record<string, unknown>
  /** Kind that the client sent. */
  requestKind?: GroupVersionKind
  /** Resource that the client named. */
  requestResource?: GroupVersionResource
  /** Subresource that the client named. */
  requestSubResource?: string
}

/** What a webhook answers. */
export interface AdmissionResponse {
  /** Identity of the question. */
  uid: string
  /** Whether the request may go on. */
  allowed: boolean
  /** Why it may not. */
  status?: Status
  /** Changes of the object. */
  patch?: string
  /** Form of the patch. */
  patchType?: string
  /** Notes for the audit log. */
  auditAnnotations?: Record<string, string>
  /** What the user is told. */
  warnings?: string[]
}

/** A question to a webhook, and its answer. */
export interface AdmissionReview {
  apiVersion: 'admission.k8s.io/v1'
  kind: 'AdmissionReview'
  /** The question. */
  request?: AdmissionRequest
  /** The answer. */
  response?: AdmissionResponse
}
