/** Types of the coordination.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Lease kind # Something that one holder has for a while, such as leadership or a heartbeat.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec LeaseSpec always # What is wanted.
LeaseList kind # A list of objects of the kind Lease.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Lease # The objects.
LeaseSpec # Who has a lease, and until when.
  1 holderIdentity string ptr # Who has it.
  2 leaseDurationSeconds int32 # Seconds after renewTime that others have to wait.
  3 acquireTime MicroTime # When the holder got it.
  4 renewTime MicroTime # When the holder last renewed it.
  5 leaseTransitions int32 # How often it has changed hands.
  6 strategy string ptr # How a holder is elected by the coordinator.
  7 preferredHolder string ptr # Who should have it instead.
`
