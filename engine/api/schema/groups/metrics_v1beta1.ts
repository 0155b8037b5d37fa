/** Types of the group metrics.k8s.io, version v1beta1. The notation is explained in ../parser.ts. */
export const source = `
ContainerMetrics # What one container uses.
  1 name! string # Name of the container.
  2 usage! map<Quantity> # How much of each resource it uses.
NodeMetrics kind # What a node uses.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 timestamp! Time # End of the span of time that was measured.
  - window! string # Length of that span, such as 10.5s.
  4 usage! map<Quantity> # How much of each resource the node uses.
NodeMetricsList kind # A list of objects of the kind NodeMetrics.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []NodeMetrics # The objects.
PodMetrics kind # What a pod uses.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 timestamp! Time # End of the span of time that was measured.
  - window! string # Length of that span, such as 10.5s.
  4 containers! []ContainerMetrics list=atomic # What each of its containers uses.
PodMetricsList kind # A list of objects of the kind PodMetrics.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PodMetrics # The objects.
`
