// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Toleration } from './core-v1.ts'

/** What running a pod costs beside its containers. */
export interface Overhead {
  /** Resources that every pod costs. */
  podFixed?: Record<string, string>
}

/** A way to run pods. */
export interface RuntimeClass extends KubeObject {
  apiVersion: 'node.k8s.io/v1'
  kind: 'RuntimeClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** Name of the handler of the node's runtime; fixed. */
  handler: string
  /** What running a pod costs beside its containers. */
  overhead?: Overhead
  /** Nodes that can run such pods. */
  scheduling?: Scheduling
}

/** A list of objects of the kind RuntimeClass. */
export interface RuntimeClassList {
  apiVersion: 'node.k8s.io/v1'
  kind: 'RuntimeClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: RuntimeClass[] | null
}

/** Nodes that can run pods of a runtime class. */
export interface Scheduling {
  /** Labels that a node must have. */
  nodeSelector?: Record<string, string>
  /** Taints that the pods bear. */
  tolerations?: Toleration[]
}
