/** Types of the apiregistration.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
APIService kind # A version of a group and the server that serves it.
  - metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  - spec APIServiceSpec always # What is wanted.
  - status APIServiceStatus always # What was last observed.
APIServiceCondition # Something that holds, or does not.
  - lastTransitionTime Time null # When the status last changed.
  - message string # Why it is so, for people.
  - reason string # Why it is so, as one word.
  - status! string # Whether it holds: True, False or Unknown.
  - type! string # Kind of the condition.
APIServiceList kind # A list of objects of the kind APIService.
  - items! []APIService # The objects.
  - metadata ListMeta # Version of the list, and where it continues.
APIServiceSpec # Who serves a version of a group.
  - caBundle bytes list=atomic # Certificates that the server's own is checked with, in PEM.
  - group string # Name of the group.
  - groupPriorityMinimum! int32 # Order of the group among others; more comes first.
  - insecureSkipTLSVerify bool omit # Does not check the server's certificate; not advised.
  - service ServiceReference # Service of the server; absent if it is this one.
  - version string # Name of the version.
  - versionPriority! int32 # Order of the version in its group; more comes first.
APIServiceStatus # State of a server.
  - conditions []APIServiceCondition list=map(type) patch=merge(type) # What holds of the object, by type.
ServiceReference # Names a service to call.
  - name string # Name of the service.
  - namespace string # Namespace of the service.
  - port int32 =443 # Port of the service.
`
