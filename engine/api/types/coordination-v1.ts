// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** Something that one holder has for a while, such as leadership or a heartbeat. */
export interface Lease extends KubeObject {
  apiVersion: 'coordination.k8s.io/v1'
  kind: 'Lease'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: LeaseSpec
}

/** A list of objects of the kind Lease. */
export interface LeaseList {
  apiVersion: 'coordination.k8s.io/v1'
  kind: 'LeaseList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Lease[] | null
}

/** Who has a lease, and until when. */
export interface LeaseSpec {
  /** Who has it. */
  holderIdentity?: string
  /** Seconds after renewTime that others have to wait. */
  leaseDurationSeconds?: number
  /** When the holder got it. */
  acquireTime?: string
  /** When the holder last renewed it. */
  renewTime?: string
  /** How often it has changed hands. */
  leaseTransitions?: number
  /** How a holder is elected by the coordinator. */
  strategy?: string
  /** Who should have it instead. */
  preferredHolder?: string
}
