// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { PersistentVolumeClaim, PodTemplateSpec } from './core-v1.ts'
import type { LabelSelector } from './meta-v1.ts'

export interface ControllerRevision extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'ControllerRevision'
  metadata: ObjectMeta
  data?: Record<string, unknown>
  revision: number
}

export interface ControllerRevisionList {
  apiVersion: 'apps/v1'
  kind: 'ControllerRevisionList'
  metadata: ListMeta
  items: ControllerRevision[] | null
}

/** Runs a pod on every node, or on every chosen one. */
export interface DaemonSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'DaemonSet'
  metadata: ObjectMeta
  spec?: DaemonSetSpec
  status?: DaemonSetStatus
}

export interface DaemonSetCondition {
  type: string
  status: string
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

export interface DaemonSetList {
  apiVersion: 'apps/v1'
  kind: 'DaemonSetList'
  metadata: ListMeta
  items: DaemonSet[] | null
}

export interface DaemonSetSpec {
  selector: LabelSelector
  template: PodTemplateSpec
  updateStrategy?: DaemonSetUpdateStrategy
  minReadySeconds?: number
  revisionHistoryLimit?: number
}

export interface DaemonSetStatus {
  currentNumberScheduled: number
  numberMisscheduled: number
  desiredNumberScheduled: number
  numberReady: number
  observedGeneration?: number
  updatedNumberScheduled?: number
  numberAvailable?: number
  numberUnavailable?: number
  collisionCount?: number
  conditions?: DaemonSetCondition[]
}

export interface DaemonSetUpdateStrategy {
  type?: string
  rollingUpdate?: RollingUpdateDaemonSet
}

/** Keeps a number of equal pods running and replaces them step by step when their template changes. */
export interface Deployment extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'Deployment'
  metadata: ObjectMeta
  spec?: DeploymentSpec
  status?: DeploymentStatus
}

export interface DeploymentCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string | null
  lastTransitionTime?: string | null
}

export interface DeploymentList {
  apiVersion: 'apps/v1'
  kind: 'DeploymentList'
  metadata: ListMeta
  items: Deployment[] | null
}

export interface DeploymentSpec {
  /** How many pods there should be. */
  replicas?: number
  /** Labels by which the pods are recognised; fixed. */
  selector: LabelSelector
  /** What the pods look like. */
  template: PodTemplateSpec
  /** How old pods are replaced. */
  strategy?: DeploymentStrategy
  /** Seconds that a pod has to be ready before it counts as available. */
  minReadySeconds?: number
  /** How many old replica sets are kept for a rollback. */
  revisionHistoryLimit?: number
  /** Holds roll-outs back. */
  paused?: boolean
  /** Seconds without progress after which a roll-out counts as stuck. */
  progressDeadlineSeconds?: number
}

export interface DeploymentStatus {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  conditions?: DeploymentCondition[]
  readyReplicas?: number
  collisionCount?: number
  terminatingReplicas?: number
}

export interface DeploymentStrategy {
  type?: string
  rollingUpdate?: RollingUpdateDeployment
}

/** Keeps a number of equal pods running. */
export interface ReplicaSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'ReplicaSet'
  metadata: ObjectMeta
  spec?: ReplicaSetSpec
  status?: ReplicaSetStatus
}

export interface ReplicaSetCondition {
  type: string
  status: string
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

export interface ReplicaSetList {
  apiVersion: 'apps/v1'
  kind: 'ReplicaSetList'
  metadata: ListMeta
  items: ReplicaSet[] | null
}

export interface ReplicaSetSpec {
  replicas?: number
  selector: LabelSelector
  template?: PodTemplateSpec
  minReadySeconds?: number
}

export interface ReplicaSetStatus {
  replicas: number
  fullyLabeledReplicas?: number
  observedGeneration?: number
  readyReplicas?: number
  availableReplicas?: number
  conditions?: ReplicaSetCondition[]
  terminatingReplicas?: number
}

export interface RollingUpdateDaemonSet {
  maxUnavailable?: number | string
  maxSurge?: number | string
}

export interface RollingUpdateDeployment {
  maxUnavailable?: number | string
  maxSurge?: number | string
}

export interface RollingUpdateStatefulSetStrategy {
  partition?: number
  maxUnavailable?: number | string
}

/** Runs pods with stable names, order and storage of their own. */
export interface StatefulSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'StatefulSet'
  metadata: ObjectMeta
  spec?: StatefulSetSpec
  status?: StatefulSetStatus
}

export interface StatefulSetCondition {
  type: string
  status: string
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

export interface StatefulSetList {
  apiVersion: 'apps/v1'
  kind: 'StatefulSetList'
  metadata: ListMeta
  items: StatefulSet[] | null
}

export interface StatefulSetOrdinals {
  start?: number
}

export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  whenDeleted?: string
  whenScaled?: string
}

export interface StatefulSetSpec {
  replicas?: number
  selector: LabelSelector
  template: PodTemplateSpec
  volumeClaimTemplates?: PersistentVolumeClaim[]
  serviceName?: string
  podManagementPolicy?: string
  updateStrategy?: StatefulSetUpdateStrategy
  revisionHistoryLimit?: number
  minReadySeconds?: number
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy
  ordinals?: StatefulSetOrdinals
}

export interface StatefulSetStatus {
  observedGeneration?: number
  replicas: number
  readyReplicas?: number
  currentReplicas?: number
  updatedReplicas?: number
  currentRevision?: string
  updateRevision?: string
  collisionCount?: number
  conditions?: StatefulSetCondition[]
  availableReplicas?: number
}

export interface StatefulSetUpdateStrategy {
  type?: string
  rollingUpdate?: RollingUpdateStatefulSetStrategy
}
