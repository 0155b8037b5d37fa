/** Types of the autoscaling group, version v2. The notation is explained in ../parser.ts. */
export const source = `
ContainerResourceMetricSource
  1 name! string
  2 target! MetricTarget
  3 container! string
ContainerResourceMetricStatus
  1 name! string
  2 current! MetricValueStatus
  3 container! string
CrossVersionObjectReference
  1 kind! string
  2 name! string
  3 apiVersion string
ExternalMetricSource
  1 metric! MetricIdentifier
  2 target! MetricTarget
ExternalMetricStatus
  1 metric! MetricIdentifier
  2 current! MetricValueStatus
HPAScalingPolicy
  1 type! string
  2 value! int32
  3 periodSeconds! int32
HPAScalingRules
  1 selectPolicy string ptr enum(Disabled,Max,Min)
  2 policies []HPAScalingPolicy list=atomic
  3 stabilizationWindowSeconds int32
  4 tolerance Quantity
HorizontalPodAutoscaler kind # Adjusts the number of pods to their load.
  1 metadata ObjectMeta always
  2 spec! HorizontalPodAutoscalerSpec always
  3 status HorizontalPodAutoscalerStatus always
HorizontalPodAutoscalerBehavior
  1 scaleUp HPAScalingRules
  2 scaleDown HPAScalingRules
HorizontalPodAutoscalerCondition
  1 type! string
  2 status! string
  3 lastTransitionTime Time null
  4 reason string
  5 message string
HorizontalPodAutoscalerList kind
  1 metadata ListMeta
  2 items! []HorizontalPodAutoscaler
HorizontalPodAutoscalerSpec
  1 scaleTargetRef! CrossVersionObjectReference always
  2 minReplicas int32 =1
  3 maxReplicas! int32
  4 metrics []MetricSpec list=atomic
  5 behavior HorizontalPodAutoscalerBehavior
HorizontalPodAutoscalerStatus
  1 observedGeneration int64
  2 lastScaleTime Time
  3 currentReplicas int32 omit
  4 desiredReplicas! int32
  5 currentMetrics []MetricStatus list=atomic nullList
  6 conditions []HorizontalPodAutoscalerCondition list=map(type) patch=merge(type)
MetricIdentifier
  1 name! string
  2 selector LabelSelector
MetricSpec
  1 type! string enum(ContainerResource,External,Object,Pods,Resource)
  2 object ObjectMetricSource
  3 pods PodsMetricSource
  4 resource ResourceMetricSource
  5 external ExternalMetricSource
  7 containerResource ContainerResourceMetricSource
MetricStatus
  1 type! string
  2 object ObjectMetricStatus
  3 pods PodsMetricStatus
  4 resource ResourceMetricStatus
  5 external ExternalMetricStatus
  7 containerResource ContainerResourceMetricStatus
MetricTarget
  1 type! string enum(AverageValue,Utilization,Value)
  2 value Quantity
  3 averageValue Quantity
  4 averageUtilization int32
MetricValueStatus
  1 value Quantity
  2 averageValue Quantity
  3 averageUtilization int32
ObjectMetricSource
  1 describedObject! CrossVersionObjectReference
  2 target! MetricTarget
  3 metric! MetricIdentifier
ObjectMetricStatus
  1 metric! MetricIdentifier
  2 current! MetricValueStatus
  3 describedObject! CrossVersionObjectReference
PodsMetricSource
  1 metric! MetricIdentifier
  2 target! MetricTarget
PodsMetricStatus
  1 metric! MetricIdentifier
  2 current! MetricValueStatus
ResourceMetricSource
  1 name! string
  2 target! MetricTarget
ResourceMetricStatus
  1 name! string
  2 current! MetricValueStatus
`
