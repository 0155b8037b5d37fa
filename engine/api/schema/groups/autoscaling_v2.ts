/** Types of the autoscaling group, version v2. The notation is explained in ../parser.ts. */
export const source = `
ContainerResourceMetricSource # Use of a resource by one container of all pods.
  1 name! string # Name of the resource.
  2 target! MetricTarget # Value to aim for.
  3 container! string # Name of the container.
ContainerResourceMetricStatus # Use of a resource by one container of all pods.
  1 name! string # Name of the resource.
  2 current! MetricValueStatus # Value now.
  3 container! string # Name of the container.
CrossVersionObjectReference # Names an object that can be scaled.
  1 kind! string # Kind of the object.
  2 name! string # Name of the object.
  3 apiVersion string # API version of the object.
ExternalMetricSource # A figure from outside of the cluster.
  1 metric! MetricIdentifier # Which figure.
  2 target! MetricTarget # Value to aim for.
ExternalMetricStatus # A figure from outside of the cluster.
  1 metric! MetricIdentifier # Which figure.
  2 current! MetricValueStatus # Value now.
HPAScalingPolicy # How much may change in a span of time.
  1 type! string # Whether value counts Pods, or is a Percent.
  2 value! int32 # How much may change.
  3 periodSeconds! int32 # Span of time in seconds; at most 1800.
HPAScalingRules # How fast one direction may go.
  1 selectPolicy string ptr enum(Disabled,Max,Min) # Which policy counts if there are several; Disabled stops this direction.
  2 policies []HPAScalingPolicy list=atomic # Policies; at least one.
  3 stabilizationWindowSeconds int32 # Seconds of past advice that are looked at, against flapping.
  4 tolerance Quantity # How far from the target nothing is done.
HorizontalPodAutoscaler kind # Adjusts the number of pods to their load.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! HorizontalPodAutoscalerSpec always # What is wanted.
  3 status HorizontalPodAutoscalerStatus always # What was last observed.
HorizontalPodAutoscalerBehavior # How fast the number of pods may change.
  1 scaleUp HPAScalingRules # How fast it may grow.
  2 scaleDown HPAScalingRules # How fast it may shrink.
HorizontalPodAutoscalerCondition # Something that holds, or does not.
  1 type! string # Kind of the condition.
  2 status! string # Whether it holds: True, False or Unknown.
  3 lastTransitionTime Time null # When the status last changed.
  4 reason string # Why it is so, as one word.
  5 message string # Why it is so, for people.
HorizontalPodAutoscalerList kind # A list of objects of the kind HorizontalPodAutoscaler.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []HorizontalPodAutoscaler # The objects.
HorizontalPodAutoscalerSpec # What is scaled, by which figures, and within which bounds.
  1 scaleTargetRef! CrossVersionObjectReference always # Object that is scaled.
  2 minReplicas int32 =1 # Fewest pods.
  3 maxReplicas! int32 # Most pods.
  4 metrics []MetricSpec list=atomic # Figures that decide; the one that asks for most pods wins.
  5 behavior HorizontalPodAutoscalerBehavior # How fast the number of pods may change.
HorizontalPodAutoscalerStatus # What the autoscaler sees.
  1 observedGeneration int64 # Generation of the spec that the status speaks of.
  2 lastScaleTime Time # When it last changed the number of pods.
  3 currentReplicas int32 omit # Pods there are.
  4 desiredReplicas! int32 # Pods there should be.
  5 currentMetrics []MetricStatus list=atomic nullList # The figures now.
  6 conditions []HorizontalPodAutoscalerCondition list=map(type) patch=merge(type) # What holds of the object, by type.
MetricIdentifier # Names a figure.
  1 name! string # Name of the figure.
  2 selector LabelSelector # Labels of the series that are meant.
MetricSpec # A figure and the value to aim for: the field that type names.
  1 type! string enum(ContainerResource,External,Object,Pods,Resource) # Which field is set.
  2 object ObjectMetricSource # A figure of one object.
  3 pods PodsMetricSource # A figure of each pod, averaged.
  4 resource ResourceMetricSource # Use of a resource by all pods.
  5 external ExternalMetricSource # A figure from outside of the cluster.
  7 containerResource ContainerResourceMetricSource # Use of a resource by one container of all pods.
MetricStatus # A figure and its value now.
  1 type! string # Which field is set.
  2 object ObjectMetricStatus # A figure of one object.
  3 pods PodsMetricStatus # A figure of each pod, averaged.
  4 resource ResourceMetricStatus # Use of a resource by all pods.
  5 external ExternalMetricStatus # A figure from outside of the cluster.
  7 containerResource ContainerResourceMetricStatus # Use of a resource by one container of all pods.
MetricTarget # A value to aim for.
  1 type! string enum(AverageValue,Utilization,Value) # How the value is meant: Utilization, Value or AverageValue.
  2 value Quantity # Value in total.
  3 averageValue Quantity # Value for each pod.
  4 averageUtilization int32 # Percent of the requests.
MetricValueStatus # A value now.
  1 value Quantity # Value in total.
  2 averageValue Quantity # Value for each pod.
  3 averageUtilization int32 # Percent of the requests.
ObjectMetricSource # A figure of one object.
  1 describedObject! CrossVersionObjectReference # The object.
  2 target! MetricTarget # Value to aim for.
  3 metric! MetricIdentifier # Which figure.
ObjectMetricStatus # A figure of one object.
  1 metric! MetricIdentifier # Which figure.
  2 current! MetricValueStatus # Value now.
  3 describedObject! CrossVersionObjectReference # The object.
PodsMetricSource # A figure of each pod, averaged.
  1 metric! MetricIdentifier # Which figure.
  2 target! MetricTarget # Value to aim for.
PodsMetricStatus # A figure of each pod, averaged.
  1 metric! MetricIdentifier # Which figure.
  2 current! MetricValueStatus # Value now.
ResourceMetricSource # Use of a resource by all pods.
  1 name! string # Name of the resource.
  2 target! MetricTarget # Value to aim for.
ResourceMetricStatus # Use of a resource by all pods.
  1 name! string # Name of the resource.
  2 current! MetricValueStatus # Value now.
`
