/** Types of the scheduling.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
PriorityClass kind
  1 metadata ObjectMeta always
  2 value int32 zero
  3 globalDefault bool omit
  4 description string
  5 preemptionPolicy string ptr =PreemptLowerPriority enum(Never,PreemptLowerPriority)
PriorityClassList kind
  1 metadata ListMeta
  2 items! []PriorityClass
`
