/** Types of the scheduling.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
PriorityClass kind # A name for how important pods are.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 value int32 zero # The number; more is more important.
  3 globalDefault bool omit # Whether pods without a class get this one.
  4 description string # When the class should be used, for people.
  5 preemptionPolicy string ptr =PreemptLowerPriority enum(Never,PreemptLowerPriority) # Whether pods of the class may push out less important ones.
PriorityClassList kind # A list of objects of the kind PriorityClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []PriorityClass # The objects.
`
