// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

/** Names an object that can be scaled. */
export interface CrossVersionObjectReference {
  /** Kind of the object. */
  kind: string
  /** Name of the object. */
  name: string
  /** API version of the object. */
  apiVersion?: string
}

/** Adjusts the number of pods to their use of the processor. */
export interface HorizontalPodAutoscaler extends KubeObject {
  apiVersion: 'autoscaling/v1'
  kind: 'HorizontalPodAutoscaler'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: HorizontalPodAutoscalerSpec
  /** What was last observed. */
  status?: HorizontalPodAutoscalerStatus
}

/** A list of objects of the kind HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscalerList {
  apiVersion: 'autoscaling/v1'
  kind: 'HorizontalPodAutoscalerList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: HorizontalPodAutoscaler[] | null
}

/** What is scaled, and within which bounds. */
export interface HorizontalPodAutoscalerSpec {
  /** Object that is scaled. */
  scaleTargetRef: CrossVersionObjectReference
  /** Fewest pods. */
  minReplicas?: number
  /** Most pods. */
  maxReplicas: number
  /** Use of the processor to aim for, in percent of the requests. */
  targetCPUUtilizationPercentage?: number
}

/** What the autoscaler sees. */
export interface HorizontalPodAutoscalerStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** When it last changed the number of pods. */
  lastScaleTime?: string
  /** Pods there are. */
  currentReplicas: number
  /** Pods there should be. */
  desiredReplicas: number
  /** Use of the processor, in percent of the requests. */
  currentCPUUtilizationPercentage?: number
}

/** The number of pods of an object that can be scaled. */
export interface Scale extends KubeObject {
  apiVersion: 'autoscaling/v1'
  kind: 'Scale'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ScaleSpec
  /** What was last observed. */
  status?: ScaleStatus
}

/** How many pods there should be. */
export interface ScaleSpec {
  /** How many pods there should be. */
  replicas?: number
}

/** How many pods there are. */
export interface ScaleStatus {
  /** How many pods there are. */
  replicas: number
  /** Labels by which the pods are recognised, as text. */
  selector?: string
}
