// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { Condition, DeleteOptions, LabelSelector } from './meta-v1.ts'

export interface Eviction extends KubeObject {
  apiVersion: 'policy/v1'
  kind: 'Eviction'
  metadata: ObjectMeta
  deleteOptions?: DeleteOptions
}

/** Limits how many pods may be evicted at a time. */
export interface PodDisruptionBudget extends KubeObject {
  apiVersion: 'policy/v1'
  kind: 'PodDisruptionBudget'
  metadata: ObjectMeta
  spec?: PodDisruptionBudgetSpec
  status?: PodDisruptionBudgetStatus
}

export interface PodDisruptionBudgetList {
  apiVersion: 'policy/v1'
  kind: 'PodDisruptionBudgetList'
  metadata: ListMeta
  items: PodDisruptionBudget[] | null
}

export interface PodDisruptionBudgetSpec {
  minAvailable?: number | string
  selector?: LabelSelector
  maxUnavailable?: number | string
  unhealthyPodEvictionPolicy?: string
}

export interface PodDisruptionBudgetStatus {
  observedGeneration?: number
  disruptedPods?: Record<string, string>
  disruptionsAllowed?: number
  currentHealthy?: number
  desiredHealthy?: number
  expectedPods?: number
  conditions?: Condition[]
}
