/** Types of the networking.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
HTTPIngressPath # A path and the backend that serves it.
  1 path string # Path that is matched with the request's; starts with a slash.
  2 backend! IngressBackend always # Where matching requests go.
  3 pathType! string ptr enum(Exact,ImplementationSpecific,Prefix) # How the path is matched.
HTTPIngressRuleValue # Paths of a host.
  1 paths! []HTTPIngressPath list=atomic # The paths.
IPAddress kind # An address that is taken by an object.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec! IPAddressSpec always # What is wanted.
IPAddressList kind # A list of objects of the kind IPAddress.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []IPAddress # The objects.
IPAddressSpec # Who has an address.
  1 parentRef! ParentReference # Object that has it.
IPBlock # A range of addresses.
  1 cidr! string # The range, such as 192.168.1.0/24.
  2 except []string list=atomic # Parts of the range that do not count.
Ingress kind # Routes HTTP from outside to services by host and path.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec IngressSpec always # What is wanted.
  3 status IngressStatus always # What was last observed.
IngressBackend # Where requests go: a service, or another object.
  3 resource core/v1.TypedLocalObjectReference # An object of the namespace; not together with a service.
  4 service IngressServiceBackend # A service of the namespace.
IngressClass kind # A class of ingresses and the controller that serves it.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec IngressClassSpec always # What is wanted.
IngressClassList kind # A list of objects of the kind IngressClass.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []IngressClass # The objects.
IngressClassParametersReference # Names an object with settings of an ingress class.
  1 apiGroup string ptr # Group of the kind; empty for core.
  2 kind! string # Kind of the object.
  3 name! string # Name of the object.
  4 scope string ptr enum(Cluster,Namespace) # Whether the object is of the cluster or of a namespace.
  5 namespace string ptr # Namespace of the object; only with scope Namespace.
IngressClassSpec # Who serves a class of ingresses.
  1 controller string # Name of the controller, as a domain and path; fixed.
  2 parameters IngressClassParametersReference # Object with further settings for the controller.
IngressList kind # A list of objects of the kind Ingress.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []Ingress # The objects.
IngressLoadBalancerIngress # A way in through a load balancer.
  1 ip string # Address of the way in.
  2 hostname string # Name of the way in.
  4 ports []IngressPortStatus list=atomic # State of the ports.
IngressLoadBalancerStatus # State of a load balancer.
  1 ingress []IngressLoadBalancerIngress list=atomic # Addresses at which it takes traffic.
IngressPortStatus # State of a port of a load balancer.
  1 port! int32 # Number of the port.
  2 protocol! string values(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  3 error string ptr # What went wrong, as CamelCase or domain/CamelCase.
IngressRule # What happens to requests for a host.
  1 host string # Name of the host; *.domain for one label in front, absent for all.
  2.1 http HTTPIngressRuleValue # Paths of the host.
IngressServiceBackend # A port of a service.
  1 name! string # Name of the service.
  2 port ServiceBackendPort always # Port of the service.
IngressSpec # Which requests go where.
  1 defaultBackend IngressBackend # Where requests go that no rule matches.
  2 tls []IngressTLS list=atomic # Hosts that are served over TLS, and their certificates.
  3 rules []IngressRule list=atomic # What happens to requests, by host and path.
  4 ingressClassName string ptr # Class of the ingress, whose controller serves it.
IngressStatus # State of an ingress.
  1 loadBalancer IngressLoadBalancerStatus always # State of its load balancer.
IngressTLS # Hosts that share a certificate.
  1 hosts []string list=atomic # Names of the hosts in the certificate.
  2 secretName string # Secret with the certificate and key.
NetworkPolicy kind # Says who may talk with a set of pods.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec NetworkPolicySpec always # What is wanted.
NetworkPolicyEgressRule # Traffic that may leave: it must match a port and a peer.
  1 ports []NetworkPolicyPort list=atomic # Ports that may be reached; all if empty.
  2 to []NetworkPolicyPeer list=atomic # Who may be reached; everybody if empty.
NetworkPolicyIngressRule # Traffic that may come in: it must match a port and a peer.
  1 ports []NetworkPolicyPort list=atomic # Ports that may be reached; all if empty.
  2 from []NetworkPolicyPeer list=atomic # Who may come in; everybody if empty.
NetworkPolicyList kind # A list of objects of the kind NetworkPolicy.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []NetworkPolicy # The objects.
NetworkPolicyPeer # Somebody at the other end.
  1 podSelector LabelSelector # Pods by their labels.
  2 namespaceSelector LabelSelector # Namespaces by their labels; with podSelector, pods in them.
  3 ipBlock IPBlock # A range of addresses; alone only.
NetworkPolicyPort # A port, or a range of ports.
  1 protocol string ptr =TCP enum(SCTP,TCP,UDP) # UDP, TCP or SCTP.
  2 port IntOrString # Number or name of the port; all if absent.
  3 endPort int32 # Last number of a range that begins with port.
NetworkPolicySpec # Which pods are meant, and what they may do.
  1 podSelector LabelSelector always # Pods that the policy is for; all of the namespace if empty.
  2 ingress []NetworkPolicyIngressRule list=atomic # Traffic that may come in.
  3 egress []NetworkPolicyEgressRule list=atomic # Traffic that may leave.
  4 policyTypes []string list=atomic values(Egress,Ingress) # Directions that are restricted: Ingress, Egress.
ParentReference # Names the object that has an address.
  1 group string # Group of the object; empty for core.
  2 resource! string # Resource of the object.
  3 namespace string # Namespace of the object.
  4 name! string # Name of the object.
ServiceBackendPort mapType=atomic # A port of a service, by name or number.
  1 name string # Name of the port.
  2 number int32 omit # Number of the port.
ServiceCIDR kind # A range from which services get their addresses.
  1 metadata ObjectMeta always # Name, namespace, labels and the like of the object.
  2 spec ServiceCIDRSpec always # What is wanted.
  3 status ServiceCIDRStatus always # What was last observed.
ServiceCIDRList kind # A list of objects of the kind ServiceCIDR.
  1 metadata ListMeta # Version of the list, and where it continues.
  2 items! []ServiceCIDR # The objects.
ServiceCIDRSpec # Ranges for services.
  1 cidrs []string list=atomic # The ranges, at most one of each family; fixed.
ServiceCIDRStatus # State of a range.
  1 conditions []Condition list=map(type) patch=merge(type) # What holds of the object, by type.
`
