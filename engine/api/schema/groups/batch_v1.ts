/** Types of the batch group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CronJob kind # Makes jobs by the clock.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! CronJobSpec always # What is wanted.
  3 status CronJobStatus always # What was last observed.
CronJobList kind # A list of objects of the kind CronJob.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []CronJob # The objects.
CronJobSpec # When jobs are made, and what they look like.
  1 schedule! string # When a job is made: minute, hour, day of the month, month, day of the week.
  2 startingDeadlineSeconds int64 # Seconds that a job may start late; later it counts as missed.
  3 concurrencyPolicy string =Allow enum(Allow,Forbid,Replace) # What to do while the previous job still runs.
  4 suspend bool =false # Makes no further jobs; running ones go on.
  5 jobTemplate! JobTemplateSpec always # What the jobs look like.
  6 successfulJobsHistoryLimit int32 =3 # How many successful jobs are kept.
  7 failedJobsHistoryLimit int32 =1 # How many failed jobs are kept.
  8 timeZone string ptr # Time zone of the schedule; the controller's own by default.
CronJobStatus # What a cron job has made.
  1 active []core/v1.ObjectReference list=atomic # Jobs that run.
  4 lastScheduleTime Time # When a job was last due and made.
  5 lastSuccessfulTime Time # When a job last succeeded.
Job kind # Runs pods until enough of them have succeeded.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec JobSpec always # What is wanted.
  3 status JobStatus always # What was last observed.
JobCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastProbeTime Time null # When the condition was last checked.
  4 lastTransitionTime Time null # When the status last changed.
  5 reason string # Why it is so, as one word.
  6 message string # Why it is so, for people.
JobList kind # A list of objects of the kind Job.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Job # The objects.
JobSpec # How often pods have to succeed, and what they look like.
  1 parallelism int32 # How many pods run at a time.
  2 completions int32 # How many pods have to succeed.
  3 activeDeadlineSeconds int64 # Seconds that the job may take before it is ended as failed.
  4 selector LabelSelector # Labels by which the pods are recognised; set by itself.
  5 manualSelector bool ptr # Whether the user takes care of unique labels.
  6 template! core/v1.PodTemplateSpec always # What the pods look like.
  7 backoffLimit int32 # How many failures are borne.
  8 ttlSecondsAfterFinished int32 # Seconds after its end until the job is deleted.
  9 completionMode string ptr enum(Indexed,NonIndexed) # Whether pods are all alike, or each has a number.
  10 suspend bool # Runs no pods while true.
  11 podFailurePolicy PodFailurePolicy # What failures of pods mean for the job.
  12 backoffLimitPerIndex int32 # How many failures are borne for each number.
  13 maxFailedIndexes int32 # How many numbers may fail before the job does.
  14 podReplacementPolicy string ptr enum(Failed,TerminatingOrFailed) # Whether a pod is replaced once it is ending, or only when it has failed.
  15 managedBy string ptr # Controller that looks after the job; the built-in one by default.
  16 successPolicy SuccessPolicy # When the job counts as succeeded.
JobStatus # How far a job is.
  1 conditions []JobCondition list=atomic patch=merge(type) # What holds of the object, by type.
  2 startTime Time # When the controller took it up.
  3 completionTime Time # When it succeeded.
  4 active int32 omit # Pods that have not ended.
  5 succeeded int32 omit # Pods that have succeeded.
  6 failed int32 omit # Pods that have failed.
  7 completedIndexes string # Numbers that have succeeded, such as 1,3-5.
  8 uncountedTerminatedPods UncountedTerminatedPods # Pods that have ended and are not counted yet.
  9 ready int32 # Pods that are ready.
  10 failedIndexes string ptr # Numbers that have failed, such as 1,3-5.
  11 terminating int32 # Pods that are ending.
JobTemplateSpec # What jobs made from a template look like.
  1 metadata ObjectMeta always # Labels and annotations of the jobs.
  2 spec JobSpec always # What the jobs do.
PodFailurePolicy # What failures of pods mean for a job.
  1 rules! []PodFailurePolicyRule list=atomic # Rules in their order; the first that matches counts.
PodFailurePolicyOnExitCodesRequirement # A demand on exit codes.
  1 containerName string ptr # Container that is meant; any by default.
  2 operator! string enum(In,NotIn) # In, or NotIn.
  3 values! []int32 list=set # The exit codes; 0 is not allowed with In.
PodFailurePolicyOnPodConditionsPattern # A condition of a pod.
  1 type! string # Type of the condition.
  2 status string =True # Status that it must have.
PodFailurePolicyRule # What one sort of failure means.
  1 action! string enum(Count,FailIndex,FailJob,Ignore) # What to do: end the job, end the number, count, or ignore.
  2 onExitCodes PodFailurePolicyOnExitCodesRequirement # Exit codes that are meant.
  3 onPodConditions []PodFailurePolicyOnPodConditionsPattern list=atomic # Conditions of which one has to match.
SuccessPolicy # When a job counts as succeeded.
  1 rules! []SuccessPolicyRule list=atomic # Rules of which one is enough.
SuccessPolicyRule # Successes that are enough.
  1 succeededIndexes string ptr # Numbers that have to succeed, such as 0,2-4.
  2 succeededCount int32 # How many of them have to succeed.
UncountedTerminatedPods # Pods that have ended and are not counted yet.
  1 succeeded []string list=set # Identities of pods that succeeded.
  2 failed []string list=set # Identities of pods that failed.
`
