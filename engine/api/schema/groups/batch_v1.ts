/** Types of the batch group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CronJob kind # Makes jobs by the clock.
  1 metadata ObjectMeta always
  2 spec! CronJobSpec always
  3 status CronJobStatus always
CronJobList kind
  1 metadata ListMeta
  2 items! []CronJob
CronJobSpec
  1 schedule! string # When a job is made: minute, hour, day of the month, month, day of the week.
  2 startingDeadlineSeconds int64
  3 concurrencyPolicy string =Allow enum(Allow,Forbid,Replace)
  4 suspend bool =false
  5 jobTemplate! JobTemplateSpec always
  6 successfulJobsHistoryLimit int32 =3
  7 failedJobsHistoryLimit int32 =1
  8 timeZone string ptr
CronJobStatus
  1 active []core/v1.ObjectReference list=atomic
  4 lastScheduleTime Time
  5 lastSuccessfulTime Time
Job kind # Runs pods until enough of them have succeeded.
  1 metadata ObjectMeta always
  2 spec JobSpec always
  3 status JobStatus always
JobCondition
  1 type! string
  2 status! string
  3 lastProbeTime Time null
  4 lastTransitionTime Time null
  5 reason string
  6 message string
JobList kind
  1 metadata ListMeta
  2 items! []Job
JobSpec
  1 parallelism int32 # How many pods run at a time.
  2 completions int32 # How many pods have to succeed.
  3 activeDeadlineSeconds int64
  4 selector LabelSelector
  5 manualSelector bool ptr
  6 template! core/v1.PodTemplateSpec always
  7 backoffLimit int32 # How many failures are borne.
  8 ttlSecondsAfterFinished int32
  9 completionMode string =NonIndexed ptr enum(Indexed,NonIndexed)
  10 suspend bool =false
  11 podFailurePolicy PodFailurePolicy
  12 backoffLimitPerIndex int32
  13 maxFailedIndexes int32
  14 podReplacementPolicy string ptr enum(Failed,TerminatingOrFailed)
  15 managedBy string ptr
  16 successPolicy SuccessPolicy
JobStatus
  1 conditions []JobCondition list=atomic patch=merge(type)
  2 startTime Time
  3 completionTime Time
  4 active int32 omit
  5 succeeded int32 omit
  6 failed int32 omit
  7 completedIndexes string
  8 uncountedTerminatedPods UncountedTerminatedPods
  9 ready int32
  10 failedIndexes string ptr
  11 terminating int32
JobTemplateSpec
  1 metadata ObjectMeta always
  2 spec JobSpec always
PodFailurePolicy
  1 rules! []PodFailurePolicyRule list=atomic
PodFailurePolicyOnExitCodesRequirement
  1 containerName string ptr
  2 operator! string enum(In,NotIn)
  3 values! []int32 list=set
PodFailurePolicyOnPodConditionsPattern
  1 type! string
  2 status string =True
PodFailurePolicyRule
  1 action! string enum(Count,FailIndex,FailJob,Ignore)
  2 onExitCodes PodFailurePolicyOnExitCodesRequirement
  3 onPodConditions []PodFailurePolicyOnPodConditionsPattern list=atomic
SuccessPolicy
  1 rules! []SuccessPolicyRule list=atomic
SuccessPolicyRule
  1 succeededIndexes string ptr
  2 succeededCount int32
UncountedTerminatedPods
  1 succeeded []string list=set
  2 failed []string list=set
`
