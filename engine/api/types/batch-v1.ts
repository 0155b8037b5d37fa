// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { ObjectReference, PodTemplateSpec } from './core-v1.ts'
import type { LabelSelector } from './meta-v1.ts'

/** Makes jobs by the clock. */
export interface CronJob extends KubeObject {
  apiVersion: 'batch/v1'
  kind: 'CronJob'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: CronJobSpec
  /** What was last observed. */
  status?: CronJobStatus
}

/** A list of objects of the kind CronJob. */
export interface CronJobList {
  apiVersion: 'batch/v1'
  kind: 'CronJobList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: CronJob[] | null
}

/** When jobs are made, and what they look like. */
export interface CronJobSpec {
  /** When a job is made: minute, hour, day of the month, month, day of the week. */
  schedule: string
  /** Seconds that a job may start late; later it counts as missed. */
  startingDeadlineSeconds?: number
  /** What to do while the previous job still runs. */
  concurrencyPolicy?: string
  /** Makes no further jobs; running ones go on. */
  suspend?: boolean
  /** What the jobs look like. */
  jobTemplate: JobTemplateSpec
  /** How many successful jobs are kept. */
  successfulJobsHistoryLimit?: number
  /** How many failed jobs are kept. */
  failedJobsHistoryLimit?: number
  /** Time zone of the schedule; the controller's own by default. */
  timeZone?: string
}

/** What a cron job has made. */
export interface CronJobStatus {
  /** Jobs that run. */
  active?: ObjectReference[]
  /** When a job was last due and made. */
  lastScheduleTime?: string
  /** When a job last succeeded. */
  lastSuccessfulTime?: string
}

/** Runs pods until enough of them have succeeded. */
export interface Job extends KubeObject {
  apiVersion: 'batch/v1'
  kind: 'Job'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: JobSpec
  /** What was last observed. */
  status?: JobStatus
}

/** Something that holds, or does not. */
export interface JobCondition {
  /** Kind of the condition. */
  type: string
  /** Whether it holds: True, False or Unknown. */
  status: string
  /** When the condition was last checked. */
  lastProbeTime?: string | null
  /** When the status last changed. */
  lastTransitionTime?: string | null
  /** Why it is so, as one word. */
  reason?: string
  /** Why it is so, for people. */
  message?: string
}

/** A list of objects of the kind Job. */
export interface JobList {
  apiVersion: 'batch/v1'
  kind: 'JobList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Job[] | null
}

/** How often pods have to succeed, and what they look like. */
export interface JobSpec {
  /** How many pods run at a time. */
  parallelism?: number
  /** How many pods have to succeed. */
  completions?: number
  /** Seconds that the job may take before it is ended as failed. */
  activeDeadlineSeconds?: number
  /** Labels by which the pods are recognised; set by itself. */
  selector?: LabelSelector
  /** Whether the user takes care of unique labels. */
  manualSelector?: boolean
  /** What the pods look like. */
  template: PodTemplateSpec
  /** How many failures are borne. */
  backoffLimit?: number
  /** Seconds after its end until the job is deleted. */
  ttlSecondsAfterFinished?: number
  /** Whether pods are all alike, or each has a number. */
  completionMode?: string
  /** Runs no pods while true. */
  suspend?: boolean
  /** What failures of pods mean for the job. */
  podFailurePolicy?: PodFailurePolicy
  /** How many failures are borne for each number. */
  backoffLimitPerIndex?: number
  /** How many numbers may fail before the job does. */
  maxFailedIndexes?: number
  /** Whether a pod is replaced once it is ending, or only when it has failed. */
  podReplacementPolicy?: string
  /** Controller that looks after the job; the built-in one by default. */
  managedBy?: string
  /** When the job counts as succeeded. */
  successPolicy?: SuccessPolicy
}

/** How far a job is. */
export interface JobStatus {
  /** What holds of the object, by type. */
  conditions?: JobCondition[]
  /** When the controller took it up. */
  startTime?: string
  /** When it succeeded. */
  completionTime?: string
  /** Pods that have not ended. */
  active?: number
  /** Pods that have succeeded. */
  succeeded?: number
  /** Pods that have failed. */
  failed?: number
  /** Numbers that have succeeded, such as 1,3-5. */
  completedIndexes?: string
  /** Pods that have ended and are not counted yet. */
  uncountedTerminatedPods?: UncountedTerminatedPods
  /** Pods that are ready. */
  ready?: number
  /** Numbers that have failed, such as 1,3-5. */
  failedIndexes?: string
  /** Pods that are ending. */
  terminating?: number
}

/** What jobs made from a template look like. */
export interface JobTemplateSpec {
  /** Labels and annotations of the jobs. */
  metadata: ObjectMeta
  /** What the jobs do. */
  spec?: JobSpec
}

/** What failures of pods mean for a job. */
export interface PodFailurePolicy {
  /** Rules in their order; the first that matches counts. */
  rules: PodFailurePolicyRule[] | null
}

/** A demand on exit codes. */
export interface PodFailurePolicyOnExitCodesRequirement {
  /** Container that is meant; any by default. */
  containerName?: string
  /** In, or NotIn. */
  operator: string
  /** The exit codes; 0 is not allowed with In. */
  values: number[] | null
}

/** A condition of a pod. */
export interface PodFailurePolicyOnPodConditionsPattern {
  /** Type of the condition. */
  type: string
  /** Status that it must have. */
  status?: string
}

/** What one sort of failure means. */
export interface PodFailurePolicyRule {
  /** What to do: end the job, end the number, count, or ignore. */
  action: string
  /** Exit codes that are meant. */
  onExitCodes?: PodFailurePolicyOnExitCodesRequirement
  /** Conditions of which one has to match. */
  onPodConditions?: PodFailurePolicyOnPodConditionsPattern[]
}

/** When a job counts as succeeded. */
export interface SuccessPolicy {
  /** Rules of which one is enough. */
  rules: SuccessPolicyRule[] | null
}

/** Successes that are enough. */
export interface SuccessPolicyRule {
  /** Numbers that have to succeed, such as 0,2-4. */
  succeededIndexes?: string
  /** How many of them have to succeed. */
  succeededCount?: number
}

/** Pods that have ended and are not counted yet. */
export interface UncountedTerminatedPods {
  /** Identities of pods that succeeded. */
  succeeded?: string[]
  /** Identities of pods that failed. */
  failed?: string[]
}
