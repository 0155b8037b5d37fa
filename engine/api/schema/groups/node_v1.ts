/** Types of the node.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Overhead
  1 podFixed map<Quantity>
RuntimeClass kind
  1 metadata ObjectMeta always
  2 handler! string
  3 overhead Overhead
  4 scheduling Scheduling
RuntimeClassList kind
  1 metadata ListMeta
  2 items! []RuntimeClass
Scheduling
  1 nodeSelector map<string> mapType=atomic
  2 tolerations []core/v1.Toleration list=atomic
`
