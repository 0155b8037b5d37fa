/** Types of the apiregistration.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
APIService kind # A version of a group and the server that serves it.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec APIServiceSpec always # What is wanted.
  3 status APIServiceStatus always # What was last observed.
APIServiceCondition # Something that holds, or does not.
  3 lastTransitionTime Time null # When the status last changed.
  5 message string # Why it is so, for people.
  4 reason string # Why it is so, as one word.
  2 status! string # Whether it holds: True, False or Unknown.
  1 type! string # Kind of the condition.
APIServiceList kind # A list of objects of the kind APIService.
  2 items! []APIService # The objects.
  1 metadata ListMeta # Version of the list, and where it continues.
APIServiceSpec # Who serves a version of a group.
  5 caBundle bytes list=atomic # Certificates that the server's own is checked with, in PEM.
  2 group string # Name of the group.
  7 groupPriorityMinimum! int32 # Order of the group among others; more comes first.
  4 insecureSkipTLSVerify bool omit # Does not check the server's certificate; not advised.
  1 service ServiceReference # Service of the server; absent if it is this one.
  3 version string # Name of the version.
  8 versionPriority! int32 # Order of the version in its group; more comes first.
APIServiceStatus # State of a server.
  1 conditions []APIServiceCondition list=map(type) patch=merge(type) # What holds of the object, by type.
ServiceReference # Names a service to call.
  2 name string # Name of the service.
  1 namespace string # Namespace of the service.
  3 port int32 =443 # Port of the service.
`
