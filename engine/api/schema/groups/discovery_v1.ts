/** Types of the discovery.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
Endpoint # A backend of a service.
  1 addresses! []string list=set # Addresses of the backend; the first is used.
  2 conditions EndpointConditions always # Whether it serves.
  3 hostname string ptr # Host name of the backend, for its DNS record.
  4 targetRef core/v1.ObjectReference # Object behind the addresses, mostly a pod.
  5 deprecatedTopology map<string> # Topology of old clients; deprecated.
  6 nodeName string ptr # Node on which the backend runs.
  7 zone string ptr # Zone in which the backend runs.
  8 hints EndpointHints # Who should use it.
EndpointConditions # Whether a backend serves.
  1 ready bool # Whether it takes traffic; absent means yes.
  2 serving bool # Whether it passes its checks, even while it is ending.
  3 terminating bool # Whether it is ending.
EndpointHints # Who should use a backend.
  1 forZones []ForZone list=atomic # Zones whose clients should use it.
  2 forNodes []ForNode list=atomic # Nodes whose clients should use it.
EndpointPort mapType=atomic # A port of backends.
  1 name string ptr ="" # Name of the port, as in the service.
  2 protocol string ptr =TCP values(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  3 port int32 # Number of the port.
  4 appProtocol string ptr # Protocol of the application, for proxies.
EndpointSlice kind # A part of the backends of a service.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 endpoints []Endpoint list=atomic nullList # The backends; at most 1000.
  3 ports []EndpointPort list=atomic nullList # Ports that each of them serves.
  4 addressType! string enum(FQDN,IPv4,IPv6) # Type of the addresses; fixed.
EndpointSliceList kind # A list of objects of the kind EndpointSlice.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []EndpointSlice # The objects.
ForNode # A node whose clients should use a backend.
  1 name! string # Name of the node.
ForZone # A zone whose clients should use a backend.
  1 name! string # Name of the zone.
`
