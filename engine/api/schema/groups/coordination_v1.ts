/** Types of the coordination.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Lease kind
  1 metadata ObjectMeta always
  2 spec LeaseSpec always
LeaseList kind
  1 metadata ListMeta
  2 items! []Lease
LeaseSpec
  1 holderIdentity string ptr
  2 leaseDurationSeconds int32
  3 acquireTime MicroTime
  4 renewTime MicroTime
  5 leaseTransitions int32
  6 strategy string ptr
  7 preferredHolder string ptr
`
