/** Types of the discovery.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Endpoint
  1 addresses! []string list=set
  2 conditions EndpointConditions always
  3 hostname string ptr
  4 targetRef core/v1.ObjectReference
  5 deprecatedTopology map<string>
  6 nodeName string ptr
  7 zone string ptr
  8 hints EndpointHints
EndpointConditions
  1 ready bool
  2 serving bool
  3 terminating bool
EndpointHints
  1 forZones []ForZone list=atomic
  2 forNodes []ForNode list=atomic
EndpointPort mapType=atomic
  1 name string ptr =""
  2 protocol string ptr =TCP
  3 port int32
  4 appProtocol string ptr
EndpointSlice kind
  1 metadata ObjectMeta always
  2 endpoints []Endpoint list=atomic nullList
  3 ports []EndpointPort list=atomic nullList
  4 addressType! string enum(FQDN,IPv4,IPv6)
EndpointSliceList kind
  1 metadata ListMeta
  2 items! []EndpointSlice
ForNode
  1 name! string
ForZone
  1 name! string
`
