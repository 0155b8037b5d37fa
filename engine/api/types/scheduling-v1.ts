// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** A name for how important pods are. */
export interface PriorityClass extends KubeObject {
  apiVersion: 'scheduling.k8s.io/v1'
  kind: 'PriorityClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The number; more is more important. */
  value?: number
  /** Whether pods without a class get this one. */
  globalDefault?: boolean
  /** When the class should be used, for people. */
  description?: string
  /** Whether pods of the class may push out less important ones. */
  preemptionPolicy?: string
}

/** A list of objects of the kind PriorityClass. */
export interface PriorityClassList {
  apiVersion: 'scheduling.k8s.io/v1'
  kind: 'PriorityClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PriorityClass[] | null
}
