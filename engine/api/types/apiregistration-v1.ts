// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** A version of a group and the server that serves it. */
export interface APIService extends KubeObject {
  apiVersion: 'apiregistration.k8s.io/v1'
  kind: 'APIService'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: APIServiceSpec
  /** What was last observed. */
  status?: APIServiceStatus
}

/** Something that holds, or does not. */
export interface APIServiceCondition {
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, for people. */
  message?: string
  /** Why it is so, as one word. */
  reason?: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** Kind of the condition. */
  type: string
}

/** A list of objects of the kind APIService. */
export interface APIServiceList {
  apiVersion: 'apiregistration.k8s.io/v1'
  kind: 'APIServiceList'
  /** The objects. */
  items: APIService[] | null
  /** Version of the list, and where it continues. */
  metadata: ListMeta
}

/** Who serves a version of a group. */
export interface APIServiceSpec {
  /** Certificates that the server's own is checked with, in PEM. */
  caBundle?: string
  /** Name of the group. */
  group?: string
  /** Order of the group among others; more comes first. */
  groupPriorityMinimum: number
  /** Does not check the server's certificate; not advised. */
  insecureSkipTLSVerify?: boolean
  /** Service of the server; absent if it is this one. */
  service?: ServiceReference
  /** Name of the version. */
  version?: string
  /** Order of the version in its group; more comes first. */
  versionPriority: number
}

/** State of a server. */
export interface APIServiceStatus {
  /** What holds of the object, by type. */
  conditions?: APIServiceCondition[]
}

/** Names a service to call. */
export interface ServiceReference {
  /** Name of the service. */
  name?: string
  /** Namespace of the service. */
  namespace?: string
  /** Port of the service. */
  port?: number
}
