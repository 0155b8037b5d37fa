/** Types of the node.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Overhead # What running a pod costs beside its containers.
  1 podFixed map<Quantity> # Resources that every pod costs.
RuntimeClass kind # A way to run pods.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 handler! string # Name of the handler of the node's runtime; fixed.
  3 overhead Overhead # What running a pod costs beside its containers.
  4 scheduling Scheduling # Nodes that can run such pods.
RuntimeClassList kind # A list of objects of the kind RuntimeClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []RuntimeClass # The objects.
Scheduling # Nodes that can run pods of a runtime class.
  1 nodeSelector map<string> mapType=atomic # Labels that a node must have.
  2 tolerations []core/v1.Toleration list=atomic # Taints that the pods bear.
`
