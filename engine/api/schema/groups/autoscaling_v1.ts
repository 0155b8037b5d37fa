/** Types of the autoscaling group, version v1. The notation is explained in ../parser.ts. */
export const source = `
CrossVersionObjectReference mapType=atomic # Names an object that can be scaled.
  1 kind! string # Kind of the object.
  2 name! string # Name of the object.
  3 apiVersion string # API version of the object.
HorizontalPodAutoscaler kind # Adjusts the number of pods to their use of the processor.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! HorizontalPodAutoscalerSpec always # What is wanted.
  3 status HorizontalPodAutoscalerStatus always # What was last observed.
HorizontalPodAutoscalerList kind # A list of objects of the kind HorizontalPodAutoscaler.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []HorizontalPodAutoscaler # The objects.
HorizontalPodAutoscalerSpec # What is scaled, and within which bounds.
  1 scaleTargetRef! CrossVersionObjectReference always # Object that is scaled.
  2 minReplicas int32 =1 # Fewest pods.
  3 maxReplicas! int32 # Most pods.
  4 targetCPUUtilizationPercentage int32 # Use of the processor to aim for, in percent of the requests.
HorizontalPodAutoscalerStatus # What the autoscaler sees.
  1 observedGeneration int64 # Generation of the spec that the status speaks of.
  2 lastScaleTime Time # When it last changed the number of pods.
  3 currentReplicas! int32 # Pods there are.
  4 desiredReplicas! int32 # Pods there should be.
  5 currentCPUUtilizationPercentage int32 # Use of the processor, in percent of the requests.
Scale kind # The number of pods of an object that can be scaled.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ScaleSpec always # What is wanted.
  3 status ScaleStatus always # What was last observed.
ScaleSpec # How many pods there should be.
  1 replicas int32 omit # How many pods there should be.
ScaleStatus # How many pods there are.
  1 replicas! int32 # How many pods there are.
  2 selector string # Labels by which the pods are recognised, as text.
`
