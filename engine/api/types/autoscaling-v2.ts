// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { LabelSelector } from './meta-v1.ts'

/** Use of a resource by one container of all pods. */
export interface ContainerResourceMetricSource {
  /** Name of the resource. */
  name: string
  /** Value to aim for. */
  target: MetricTarget
  /** Name of the container. */
  container: string
}

/** Use of a resource by one container of all pods. */
export interface ContainerResourceMetricStatus {
  /** Name of the resource. */
  name: string
  /** Value now. */
  current: MetricValueStatus
  /** Name of the container. */
  container: string
}

/** Names an object that can be scaled. */
export interface CrossVersionObjectReference {
  /** Kind of the object. */
  kind: string
  /** Name of the object. */
  name: string
  /** API version of the object. */
  apiVersion?: string
}

/** A figure from outside of the cluster. */
export interface ExternalMetricSource {
  /** Which figure. */
  metric: MetricIdentifier
  /** Value to aim for. */
  target: MetricTarget
}

/** A figure from outside of the cluster. */
export interface ExternalMetricStatus {
  /** Which figure. */
  metric: MetricIdentifier
  /** Value now. */
  current: MetricValueStatus
}

/** How much may change in a span of time. */
export interface HPAScalingPolicy {
  /** Whether value counts Pods, or is a Percent. */
  type: string
  /** How much may change. */
  value: number
  /** Span of time in seconds; at most 1800. */
  periodSeconds: number
}

/** How fast one direction may go. */
export interface HPAScalingRules {
  /** Which policy counts if there are several; Disabled stops this direction. */
  selectPolicy?: string
  /** Policies; at least one. */
  policies?: HPAScalingPolicy[]
  /** Seconds of past advice that are looked at, against flapping. */
  stabilizationWindowSeconds?: number
  /** How far from the target nothing is done. */
  tolerance?: string
}

/** Adjusts the number of pods to their load. */
export interface HorizontalPodAutoscaler extends KubeObject {
  apiVersion: 'autoscaling/v2'
  kind: 'HorizontalPodAutoscaler'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: HorizontalPodAutoscalerSpec
  /** What was last observed. */
  status?: HorizontalPodAutoscalerStatus
}

/** How fast the number of pods may change. */
export interface HorizontalPodAutoscalerBehavior {
  /** How fast it may grow. */
  scaleUp?: HPAScalingRules
  /** How fast it may shrink. */
  scaleDown?: HPAScalingRules
}

/** Something that holds, or does not. */
export interface HorizontalPodAutoscalerCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscalerList {
  apiVersion: 'autoscaling/v2'
  kind: 'HorizontalPodAutoscalerList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: HorizontalPodAutoscaler[] | null
}

/** What is scaled, by which figures, and within which bounds. */
export interface HorizontalPodAutoscalerSpec {
  /** Object that is scaled. */
  scaleTargetRef: CrossVersionObjectReference
  /** Fewest pods. */
  minReplicas?: number
  /** Most pods. */
  maxReplicas: number
  /** Figures that decide; the one that asks for most pods wins. */
  metrics?: MetricSpec[]
  /** How fast the number of pods may change. */
  behavior?: HorizontalPodAutoscalerBehavior
}

/** What the autoscaler sees. */
export interface HorizontalPodAutoscalerStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** When it last changed the number of pods. */
  lastScaleTime?: string
  /** Pods there are. */
  currentReplicas?: number
  /** Pods there should be. */
  desiredReplicas: number
  /** The figures now. */
  currentMetrics?: MetricStatus[] | null
  /** What holds of the object, by type. */
  conditions?: HorizontalPodAutoscalerCondition[]
}

/** Names a figure. */
export interface MetricIdentifier {
  /** Name of the figure. */
  name: string
  /** Labels of the series that are meant. */
  selector?: LabelSelector
}

/** A figure and the value to aim for: the field that type names. */
export interface MetricSpec {
  /** Which field is set. */
  type: string
  /** A figure of one object. */
  object?: ObjectMetricSource
  /** A figure of each pod, averaged. */
  pods?: PodsMetricSource
  /** Use of a resource by all pods. */
  resource?: ResourceMetricSource
  /** A figure from outside of the cluster. */
  external?: ExternalMetricSource
  /** Use of a resource by one container of all pods. */
  containerResource?: ContainerResourceMetricSource
}

/** A figure and its value now. */
export interface MetricStatus {
  /** Which field is set. */
  type: string
  /** A figure of one object. */
  object?: ObjectMetricStatus
  /** A figure of each pod, averaged. */
  pods?: PodsMetricStatus
  /** Use of a resource by all pods. */
  resource?: ResourceMetricStatus
  /** A figure from outside of the cluster. */
  external?: ExternalMetricStatus
  /** Use of a resource by one container of all pods. */
  containerResource?: ContainerResourceMetricStatus
}

/** A value to aim for. */
export interface MetricTarget {
  /** How the value is meant: Utilization, Value or AverageValue. */
  type: string
  /** Value in total. */
  value?: string
  /** Value for each pod. */
  averageValue?: string
  /** Percent of the requests. */
  averageUtilization?: number
}

/** A value now. */
export interface MetricValueStatus {
  /** Value in total. */
  value?: string
  /** Value for each pod. */
  averageValue?: string
  /** Percent of the requests. */
  averageUtilization?: number
}

/** A figure of one object. */
export interface ObjectMetricSource {
  /** The object. */
  describedObject: CrossVersionObjectReference
  /** Value to aim for. */
  target: MetricTarget
  /** Which figure. */
  metric: MetricIdentifier
}

/** A figure of one object. */
export interface ObjectMetricStatus {
  /** Which figure. */
  metric: MetricIdentifier
  /** Value now. */
  current: MetricValueStatus
  /** The object. */
  describedObject: CrossVersionObjectReference
}

/** A figure of each pod, averaged. */
export interface PodsMetricSource {
  /** Which figure. */
  metric: MetricIdentifier
  /** Value to aim for. */
  target: MetricTarget
}

/** A figure of each pod, averaged. */
export interface PodsMetricStatus {
  /** Which figure. */
  metric: MetricIdentifier
  /** Value now. */
  current: MetricValueStatus
}

/** Use of a resource by all pods. */
export interface ResourceMetricSource {
  /** Name of the resource. */
  name: string
  /** Value to aim for. */
  target: MetricTarget
}

/** Use of a resource by all pods. */
export interface ResourceMetricStatus {
  /** Name of the resource. */
  name: string
  /** Value now. */
  current: MetricValueStatus
}
