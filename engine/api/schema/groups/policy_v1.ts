/** Types of the policy group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Eviction kind # Asks a pod to go, if the budgets allow it.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 deleteOptions DeleteOptions # How to delete the pod.
PodDisruptionBudget kind # Limits how many pods may be evicted at a time.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec PodDisruptionBudgetSpec always # What is wanted.
  3 status PodDisruptionBudgetStatus always # What was last observed.
PodDisruptionBudgetList kind # A list of objects of the kind PodDisruptionBudget.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PodDisruptionBudget # The objects.
PodDisruptionBudgetSpec # How many pods must stay.
  1 minAvailable IntOrString # Pods that must stay, as a number or percentage.
  2 selector LabelSelector patch=replace # Pods that are meant.
  3 maxUnavailable IntOrString # Pods that may be missing, as a number or percentage; not with minAvailable.
  4 unhealthyPodEvictionPolicy string ptr enum(AlwaysAllow,IfHealthyBudget) # When pods that are not ready may be evicted.
PodDisruptionBudgetStatus # How many pods may go.
  1 observedGeneration int64 omit # Generation of the spec that the status speaks of.
  2 disruptedPods map<Time> # Pods that are about to be evicted, and since when.
  3 disruptionsAllowed int32 zero # Pods that may be evicted now.
  4 currentHealthy int32 zero # Pods that are healthy.
  5 desiredHealthy int32 zero # Pods that must stay healthy.
  6 expectedPods int32 zero # Pods that are counted.
  7 conditions []Condition list=map(type) patch=merge(type) # What holds of the object, by type.
`
