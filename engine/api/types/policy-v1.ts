// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Condition, DeleteOptions, LabelSelector } from './meta-v1.ts'

/** Asks a pod to go, if the budgets allow it. */
export interface Eviction extends KubeObject {
  apiVersion: 'policy/v1'
  kind: 'Eviction'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** How to delete the pod. */
  deleteOptions?: DeleteOptions
}

/** Limits how many pods may be evicted at a time. */
export interface PodDisruptionBudget extends KubeObject {
  apiVersion: 'policy/v1'
  kind: 'PodDisruptionBudget'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: PodDisruptionBudgetSpec
  /** What was last observed. */
  status?: PodDisruptionBudgetStatus
}

/** A list of objects of the kind PodDisruptionBudget. */
export interface PodDisruptionBudgetList {
  apiVersion: 'policy/v1'
  kind: 'PodDisruptionBudgetList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: PodDisruptionBudget[] | null
}

/** How many pods must stay. */
export interface PodDisruptionBudgetSpec {
  /** Pods that must stay, as a number or percentage. */
  minAvailable?: number | string
  /** Pods that are meant. */
  selector?: LabelSelector
  /** Pods that may be missing, as a number or percentage; not with minAvailable. */
  maxUnavailable?: number | string
  /** When pods that are not ready may be evicted. */
  unhealthyPodEvictionPolicy?: string
}

/** How many pods may go. */
export interface PodDisruptionBudgetStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Pods that are about to be evicted, and since when. */
  disruptedPods?: Record<string, string>
  /** Pods that may be evicted now. */
  disruptionsAllowed?: number
  /** Pods that are healthy. */
  currentHealthy?: number
  /** Pods that must stay healthy. */
  desiredHealthy?: number
  /** Pods that are counted. */
  expectedPods?: number
  /** What holds of the object, by type. */
  conditions?: Condition[]
}
