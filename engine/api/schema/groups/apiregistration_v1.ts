/** Types of the apiregistration.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
APIService kind
  - metadata ObjectMeta always
  - spec APIServiceSpec always
  - status APIServiceStatus always
APIServiceCondition
  - lastTransitionTime Time null
  - message string
  - reason string
  - status! string
  - type! string
APIServiceList kind
  - items! []APIService
  - metadata ListMeta
APIServiceSpec
  - caBundle bytes list=atomic
  - group string
  - groupPriorityMinimum! int32
  - insecureSkipTLSVerify bool omit
  - service ServiceReference
  - version string
  - versionPriority! int32
APIServiceStatus
  - conditions []APIServiceCondition list=map(type) patch=merge(type)
ServiceReference
  - name string
  - namespace string
  - port int32 =443
`
