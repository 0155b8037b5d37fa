/** Types of the policy group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Eviction kind
  1 metadata ObjectMeta always
  2 deleteOptions DeleteOptions
PodDisruptionBudget kind # Limits how many pods may be evicted at a time.
  1 metadata ObjectMeta always
  2 spec PodDisruptionBudgetSpec always
  3 status PodDisruptionBudgetStatus always
PodDisruptionBudgetList kind
  1 metadata ListMeta
  2 items! []PodDisruptionBudget
PodDisruptionBudgetSpec
  1 minAvailable IntOrString
  2 selector LabelSelector patch=replace
  3 maxUnavailable IntOrString
  4 unhealthyPodEvictionPolicy string ptr enum(AlwaysAllow,IfHealthyBudget)
PodDisruptionBudgetStatus
  1 observedGeneration int64 omit
  2 disruptedPods map<Time>
  3 disruptionsAllowed int32 zero
  4 currentHealthy int32 zero
  5 desiredHealthy int32 zero
  6 expectedPods int32 zero
  7 conditions []Condition list=map(type) patch=merge(type)
`
