// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** What one container uses. */
export interface ContainerMetrics {
  /** Name of the container. */
  name: string
  /** How much of each resource it uses. */
  usage: Record<string, string>
}

/** What a node uses. */
export interface NodeMetrics extends KubeObject {
  apiVersion: 'metrics.k8s.io/v1beta1'
  kind: 'NodeMetrics'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** End of the span of time that was measured. */
  timestamp: string | null
  /** Length of that span, such as 10.5s. */
  window: string
  /** How much of each resource the node uses. */
  usage: Record<string, string>
}

/** A list of objects of the kind NodeMetrics. */
export interface NodeMetricsList {
  apiVersion: 'metrics.k8s.io/v1beta1'
  kind: 'NodeMetricsList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: NodeMetrics[] | null
}

/** What a pod uses. */
export interface PodMetrics extends KubeObject {
  apiVersion: 'metrics.k8s.io/v1beta1'
  kind: 'PodMetrics'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** End of the span of time that was measured. */
  timestamp: string | null
  /** Length of that span, such as 10.5s. */
  window: string
  /** What each of its containers uses. */
  containers: ContainerMetrics[] | null
}

/** A list of objects of the kind PodMetrics. */
export interface PodMetricsList {
  apiVersion: 'metrics.k8s.io/v1beta1'
  kind: 'PodMetricsList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PodMetrics[] | null
}
