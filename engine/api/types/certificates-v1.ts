// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

export interface CertificateSigningRequest extends KubeObject {
  apiVersion: 'certificates.k8s.io/v1'
  kind: 'CertificateSigningRequest'
  metadata: ObjectMeta
  spec: CertificateSigningRequestSpec
  status?: CertificateSigningRequestStatus
}

export interface CertificateSigningRequestCondition {
  type: string
  reason?: string
  message?: string
  lastUpdateTime?: string | null
  lastTransitionTime?: string | null
  status: string
}

export interface CertificateSigningRequestList {
  apiVersion: 'certificates.k8s.io/v1'
  kind: 'CertificateSigningRequestList'
  metadata: ListMeta
  items: CertificateSigningRequest[] | null
}

export interface CertificateSigningRequestSpec {
  request: string
  username?: string
  uid?: string
  groups?: string[]
  usages?: string[]
  extra?: Record<string, string[]>
  signerName: string
  expirationSeconds?: number
}

export interface CertificateSigningRequestStatus {
  conditions?: CertificateSigningRequestCondition[]
  certificate?: string
}
