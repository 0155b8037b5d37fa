// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { ObjectReference, PodTemplateSpec } from './core-v1.ts'
import type { LabelSelector } from './meta-v1.ts'

/** Makes jobs by the clock. */
export interface CronJob extends KubeObject {
  apiVersion: 'batch/v1'
  kind: 'CronJob'
  metadata: ObjectMeta
  spec: CronJobSpec
  status?: CronJobStatus
}

export interface CronJobList {
  apiVersion: 'batch/v1'
  kind: 'CronJobList'
  metadata: ListMeta
  items: CronJob[] | null
}

export interface CronJobSpec {
  /** When a job is made: minute, hour, day of the month, month, day of the week. */
  schedule: string
  startingDeadlineSeconds?: number
  concurrencyPolicy?: string
  suspend?: boolean
  jobTemplate: JobTemplateSpec
  successfulJobsHistoryLimit?: number
  failedJobsHistoryLimit?: number
  timeZone?: string
}

export interface CronJobStatus {
  active?: ObjectReference[]
  lastScheduleTime?: string
  lastSuccessfulTime?: string
}

/** Runs pods until enough of them have succeeded. */
export interface Job extends KubeObject {
  apiVersion: 'batch/v1'
  kind: 'Job'
  metadata: ObjectMeta
  spec?: JobSpec
  status?: JobStatus
}

export interface JobCondition {
  type: string
  status: string
  lastProbeTime?: string | null
  lastTransitionTime?: string | null
  reason?: string
  message?: string
}

export interface JobList {
  apiVersion: 'batch/v1'
  kind: 'JobList'
  metadata: ListMeta
  items: Job[] | null
}

export interface JobSpec {
  /** How many pods run at a time. */
  parallelism?: number
  /** How many pods have to succeed. */
  completions?: number
  activeDeadlineSeconds?: number
  selector?: LabelSelector
  manualSelector?: boolean
  template: PodTemplateSpec
  /** How many failures are borne. */
  backoffLimit?: number
  ttlSecondsAfterFinished?: number
  completionMode?: string
  suspend?: boolean
  podFailurePolicy?: PodFailurePolicy
  backoffLimitPerIndex?: number
  maxFailedIndexes?: number
  podReplacementPolicy?: string
  managedBy?: string
  successPolicy?: SuccessPolicy
}

export interface JobStatus {
  conditions?: JobCondition[]
  startTime?: string
  completionTime?: string
  active?: number
  succeeded?: number
  failed?: number
  completedIndexes?: string
  uncountedTerminatedPods?: UncountedTerminatedPods
  ready?: number
  failedIndexes?: string
  terminating?: number
}

export interface JobTemplateSpec {
  metadata: ObjectMeta
  spec?: JobSpec
}

export interface PodFailurePolicy {
  rules: PodFailurePolicyRule[] | null
}

export interface PodFailurePolicyOnExitCodesRequirement {
  containerName?: string
  operator: string
  values: number[] | null
}

export interface PodFailurePolicyOnPodConditionsPattern {
  type: string
  status?: string
}

export interface PodFailurePolicyRule {
  action: string
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[]
}

export interface SuccessPolicy {
  rules: SuccessPolicyRule[] | null
}

export interface SuccessPolicyRule {
  succeededIndexes?: string
  succeededCount?: number
}

export interface UncountedTerminatedPods {
  succeeded?: string[]
  failed?: string[]
}
