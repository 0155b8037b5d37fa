// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** Asks a signer for a certificate. */
export interface CertificateSigningRequest extends KubeObject {
  apiVersion: 'certificates.k8s.io/v1'
  kind: 'CertificateSigningRequest'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: CertificateSigningRequestSpec
  /** What was last observed. */
  status?: CertificateSigningRequestStatus
}

/** Something that holds, or does not. */
export interface CertificateSigningRequestCondition {
  /** Kind of the condition. */
  type: string
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
  /** When the condition was last updated. */
  lastUpdateTime?: string | null
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Whether it holds: True, False or Unknown. */
  status: string
}

/** A list of objects of the kind CertificateSigningRequest. */
export interface CertificateSigningRequestList {
  apiVersion: 'certificates.k8s.io/v1'
  kind: 'CertificateSigningRequestList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: CertificateSigningRequest[] | null
}

/** What certificate is asked for. */
export interface CertificateSigningRequestSpec {
  /** The request of x509, in PEM and base64. */
  request: string
  /** User who asks; set by the server. */
  username?: string
  /** Identity of the user; set by the server. */
  uid?: string
  /** Groups of the user; set by the server. */
  groups?: string[]
  /** What the key may be used for, such as client auth. */
  usages?: string[]
  /** Further facts about the user; set by the server. */
  extra?: Record<string, string[]>
  /** Signer that is asked. */
  signerName: string
  /** Seconds that the certificate should be valid; the signer decides. */
  expirationSeconds?: number
}

/** What was decided. */
export interface CertificateSigningRequestStatus {
  /** Approved, Denied or Failed. */
  conditions?: CertificateSigningRequestCondition[]
  /** The certificate chain in PEM, once it is signed. */
  certificate?: string
}
