/** Types of the autoscaling group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CrossVersionObjectReference mapType=atomic
  1 kind! string
  2 name! string
  3 apiVersion string
HorizontalPodAutoscaler kind
  1 metadata ObjectMeta always
  2 spec! HorizontalPodAutoscalerSpec always
  3 status HorizontalPodAutoscalerStatus always
HorizontalPodAutoscalerList kind
  1 metadata ListMeta
  2 items! []HorizontalPodAutoscaler
HorizontalPodAutoscalerSpec
  1 scaleTargetRef! CrossVersionObjectReference always
  2 minReplicas int32 =1
  3 maxReplicas! int32
  4 targetCPUUtilizationPercentage int32
HorizontalPodAutoscalerStatus
  1 observedGeneration int64
  2 lastScaleTime Time
  3 currentReplicas! int32
  4 desiredReplicas! int32
  5 currentCPUUtilizationPercentage int32
Scale kind
  1 metadata ObjectMeta always
  2 spec ScaleSpec always
  3 status ScaleStatus always
ScaleSpec
  1 replicas int32 omit
ScaleStatus
  1 replicas! int32
  2 selector string
`
