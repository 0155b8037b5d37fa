// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'

export interface CrossVersionObjectReference {
  kind: string
  name: string
  apiVersion?: string
}

export interface HorizontalPodAutoscaler extends KubeObject {
  apiVersion: 'autoscaling/v1'
  kind: 'HorizontalPodAutoscaler'
  metadata: ObjectMeta
  spec: HorizontalPodAutoscalerSpec
  status?: HorizontalPodAutoscalerStatus
}

export interface HorizontalPodAutoscalerList {
  apiVersion: 'autoscaling/v1'
  kind: 'HorizontalPodAutoscalerList'
  metadata: ListMeta
  items: HorizontalPodAutoscaler[] | null
}

export interface HorizontalPodAutoscalerSpec {
  scaleTargetRef: CrossVersionObjectReference
  minReplicas?: number
  maxReplicas: number
  targetCPUUtilizationPercentage?: number
}

export interface HorizontalPodAutoscalerStatus {
  observedGeneration?: number
  lastScaleTime?: string
  currentReplicas: number
  desiredReplicas: number
  currentCPUUtilizationPercentage?: number
}

export interface Scale extends KubeObject {
  apiVersion: 'autoscaling/v1'
  kind: 'Scale'
  metadata: ObjectMeta
  spec?: ScaleSpec
  status?: ScaleStatus
}

export interface ScaleSpec {
  replicas?: number
}

export interface ScaleStatus {
  replicas: number
  selector?: string
}
