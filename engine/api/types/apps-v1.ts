// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { PersistentVolumeClaim, PodTemplateSpec } from './core-v1.ts'
import type { LabelSelector } from './meta-v1.ts'

/** A state that a controller remembers; fixed. */
export interface ControllerRevision extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'ControllerRevision'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** The state. */
  data?: Record<string, unknown>
  /** Number of the revision. */
  revision: number
}

/** A list of objects of the kind ControllerRevision. */
export interface ControllerRevisionList {
  apiVersion: 'apps/v1'
  kind: 'ControllerRevisionList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ControllerRevision[] | null
}

/** Runs a pod on every node, or on every chosen one. */
export interface DaemonSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'DaemonSet'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: DaemonSetSpec
  /** What was last observed. */
  status?: DaemonSetStatus
}

/** Something that holds, or does not. */
export interface DaemonSetCondition {
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

/** A list of objects of the kind DaemonSet. */
export interface DaemonSetList {
  apiVersion: 'apps/v1'
  kind: 'DaemonSetList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: DaemonSet[] | null
}

/** Which pods every node gets. */
export interface DaemonSetSpec {
  /** Labels by which the pods are recognised; fixed. */
  selector: LabelSelector
  /** What the pods look like. */
  template: PodTemplateSpec
  /** How old pods are replaced. */
  updateStrategy?: DaemonSetUpdateStrategy
  /** Seconds that a pod has to be ready before it counts as available. */
  minReadySeconds?: number
  /** How many old revisions are kept for a rollback. */
  revisionHistoryLimit?: number
}

/** How many nodes run the pods. */
export interface DaemonSetStatus {
  /** Nodes that should run a pod and do. */
  currentNumberScheduled: number
  /** Nodes that run a pod and should not. */
  numberMisscheduled: number
  /** Nodes that should run a pod. */
  desiredNumberScheduled: number
  /** Nodes whose pod is ready. */
  numberReady: number
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Nodes whose pod follows the latest template. */
  updatedNumberScheduled?: number
  /** Nodes whose pod has been ready for long enough. */
  numberAvailable?: number
  /** Nodes that should have an available pod and do not. */
  numberUnavailable?: number
  /** Counts collisions of names of revisions. */
  collisionCount?: number
  /** What holds of the object, by type. */
  conditions?: DaemonSetCondition[]
}

/** How pods of a daemon set are replaced. */
export interface DaemonSetUpdateStrategy {
  /** By itself, or when somebody deletes them. */
  type?: string
  /** Settings of RollingUpdate. */
  rollingUpdate?: RollingUpdateDaemonSet
}

/** Keeps a number of equal pods running and replaces them step by step when their template changes. */
export interface Deployment extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'Deployment'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: DeploymentSpec
  /** What was last observed. */
  status?: DeploymentStatus
}

/** Something that holds, or does not. */
export interface DeploymentCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
  /** When the condition was last updated. */
  lastUpdateTime?: string | null
  /** When the status last changed. */
  lastTransitionTime?: string | null
}

/** A list of objects of the kind Deployment. */
export interface DeploymentList {
  apiVersion: 'apps/v1'
  kind: 'DeploymentList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Deployment[] | null
}

/** How many pods there should be, and how they are replaced. */
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

/** How many pods there are, and how far a roll-out is. */
export interface DeploymentStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Pods that are not ending. */
  replicas?: number
  /** Pods that follow the latest template. */
  updatedReplicas?: number
  /** Pods that have been ready for long enough. */
  availableReplicas?: number
  /** Pods that are still missing to be fully available. */
  unavailableReplicas?: number
  /** What holds of the object, by type. */
  conditions?: DeploymentCondition[]
  /** Pods that are ready. */
  readyReplicas?: number
  /** Counts collisions of names of replica sets. */
  collisionCount?: number
  /** Pods that are ending. */
  terminatingReplicas?: number
}

/** How pods of a deployment are replaced. */
export interface DeploymentStrategy {
  /** All at once (Recreate), or step by step (RollingUpdate). */
  type?: string
  /** Settings of RollingUpdate. */
  rollingUpdate?: RollingUpdateDeployment
}

/** Keeps a number of equal pods running. */
export interface ReplicaSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'ReplicaSet'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ReplicaSetSpec
  /** What was last observed. */
  status?: ReplicaSetStatus
}

/** Something that holds, or does not. */
export interface ReplicaSetCondition {
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

/** A list of objects of the kind ReplicaSet. */
export interface ReplicaSetList {
  apiVersion: 'apps/v1'
  kind: 'ReplicaSetList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ReplicaSet[] | null
}

/** How many pods there should be, and what they look like. */
export interface ReplicaSetSpec {
  /** How many pods there should be. */
  replicas?: number
  /** Labels by which the pods are recognised; fixed. */
  selector: LabelSelector
  /** What the pods look like. */
  template?: PodTemplateSpec
  /** Seconds that a pod has to be ready before it counts as available. */
  minReadySeconds?: number
}

/** How many pods there are. */
export interface ReplicaSetStatus {
  /** Pods that are not ending. */
  replicas: number
  /** Pods that have all labels of the template. */
  fullyLabeledReplicas?: number
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Pods that are ready. */
  readyReplicas?: number
  /** Pods that have been ready for long enough. */
  availableReplicas?: number
  /** What holds of the object, by type. */
  conditions?: ReplicaSetCondition[]
  /** Pods that are ending. */
  terminatingReplicas?: number
}

/** Steps of an update of a daemon set. */
export interface RollingUpdateDaemonSet {
  /** Nodes that may be without a pod, as a number or percentage; 1 by default. */
  maxUnavailable?: number | string
  /** Nodes that may have an old and a new pod; 0 by default. */
  maxSurge?: number | string
}

/** Steps of an update of a deployment. */
export interface RollingUpdateDeployment {
  /** Pods that may be missing, as a number or percentage; 25% by default. */
  maxUnavailable?: number | string
  /** Pods that may be too many, as a number or percentage; 25% by default. */
  maxSurge?: number | string
}

/** Steps of an update of a stateful set. */
export interface RollingUpdateStatefulSetStrategy {
  /** Only pods with this number or a higher one are updated. */
  partition?: number
  /** Pods that may be missing, as a number or percentage; 1 by default. */
  maxUnavailable?: number | string
}

/** Runs pods with stable names, order and storage of their own. */
export interface StatefulSet extends KubeObject {
  apiVersion: 'apps/v1'
  kind: 'StatefulSet'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: StatefulSetSpec
  /** What was last observed. */
  status?: StatefulSetStatus
}

/** Something that holds, or does not. */
export interface StatefulSetCondition {
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

/** A list of objects of the kind StatefulSet. */
export interface StatefulSetList {
  apiVersion: 'apps/v1'
  kind: 'StatefulSetList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: StatefulSet[] | null
}

/** How pods are numbered. */
export interface StatefulSetOrdinals {
  /** Number of the first pod; 0 by default. */
  start?: number
}

/** What becomes of the pods' claims. */
export interface StatefulSetPersistentVolumeClaimRetentionPolicy {
  /** When the set is deleted: Retain or Delete. */
  whenDeleted?: string
  /** When the set is scaled down: Retain or Delete. */
  whenScaled?: string
}

/** How many pods there should be, and what belongs to each. */
export interface StatefulSetSpec {
  /** How many pods there should be. */
  replicas?: number
  /** Labels by which the pods are recognised; fixed. */
  selector: LabelSelector
  /** What the pods look like. */
  template: PodTemplateSpec
  /** Claims that every pod gets for itself. */
  volumeClaimTemplates?: PersistentVolumeClaim[]
  /** Headless service under which the pods have their names. */
  serviceName?: string
  /** Whether pods are started and stopped in order, or all at once. */
  podManagementPolicy?: string
  /** How old pods are replaced. */
  updateStrategy?: StatefulSetUpdateStrategy
  /** How many old revisions are kept for a rollback. */
  revisionHistoryLimit?: number
  /** Seconds that a pod has to be ready before it counts as available. */
  minReadySeconds?: number
  /** What becomes of the pods' claims. */
  persistentVolumeClaimRetentionPolicy?: StatefulSetPersistentVolumeClaimRetentionPolicy
  /** How pods are numbered. */
  ordinals?: StatefulSetOrdinals
}

/** How many pods there are, and how far an update is. */
export interface StatefulSetStatus {
  /** Generation of the spec that the status speaks of. */
  observedGeneration?: number
  /** Pods that were made. */
  replicas: number
  /** Pods that are ready. */
  readyReplicas?: number
  /** Pods of the current revision. */
  currentReplicas?: number
  /** Pods of the update's revision. */
  updatedReplicas?: number
  /** Revision of the pods with low numbers. */
  currentRevision?: string
  /** Revision of the pods with high numbers. */
  updateRevision?: string
  /** Counts collisions of names of revisions. */
  collisionCount?: number
  /** What holds of the object, by type. */
  conditions?: StatefulSetCondition[]
  /** Pods that have been ready for long enough. */
  availableReplicas?: number
}

/** How pods of a stateful set are replaced. */
export interface StatefulSetUpdateStrategy {
  /** By itself, or when somebody deletes them. */
  type?: string
  /** Settings of RollingUpdate. */
  rollingUpdate?: RollingUpdateStatefulSetStrategy
}
