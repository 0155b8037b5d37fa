/** Types of the networking.k8s.io group, version v1. The notation is explained in ../parser.ts. */
export const source = `
HTTPIngressPath
  1 path string
  2 backend! IngressBackend always
  3 pathType! string ptr enum(Exact,ImplementationSpecific,Prefix)
HTTPIngressRuleValue
  1 paths! []HTTPIngressPath list=atomic
IPAddress kind
  1 metadata ObjectMeta always
  2 spec! IPAddressSpec always
IPAddressList kind
  1 metadata ListMeta
  2 items! []IPAddress
IPAddressSpec
  1 parentRef! ParentReference
IPBlock
  1 cidr! string
  2 except []string list=atomic
Ingress kind # Routes HTTP from outside to services by host and path.
  1 metadata ObjectMeta always
  2 spec IngressSpec always
  3 status IngressStatus always
IngressBackend
  3 resource core/v1.TypedLocalObjectReference
  4 service IngressServiceBackend
IngressClass kind
  1 metadata ObjectMeta always
  2 spec IngressClassSpec always
IngressClassList kind
  1 metadata ListMeta
  2 items! []IngressClass
IngressClassParametersReference
  1 apiGroup string ptr
  2 kind! string
  3 name! string
  4 scope string ptr enum(Cluster,Namespace)
  5 namespace string ptr
IngressClassSpec
  1 controller string
  2 parameters IngressClassParametersReference
IngressList kind
  1 metadata ListMeta
  2 items! []Ingress
IngressLoadBalancerIngress
  1 ip string
  2 hostname string
  4 ports []IngressPortStatus list=atomic
IngressLoadBalancerStatus
  1 ingress []IngressLoadBalancerIngress list=atomic
IngressPortStatus
  1 port! int32
  2 protocol! string
  3 error string ptr
IngressRule
  1 host string
  2.1 http HTTPIngressRuleValue
IngressServiceBackend
  1 name! string
  2 port ServiceBackendPort always
IngressSpec
  1 defaultBackend IngressBackend
  2 tls []IngressTLS list=atomic
  3 rules []IngressRule list=atomic
  4 ingressClassName string ptr
IngressStatus
  1 loadBalancer IngressLoadBalancerStatus always
IngressTLS
  1 hosts []string list=atomic
  2 secretName string
NetworkPolicy kind # Says who may talk with a set of pods.
  1 metadata ObjectMeta always
  2 spec NetworkPolicySpec always
NetworkPolicyEgressRule
  1 ports []NetworkPolicyPort list=atomic
  2 to []NetworkPolicyPeer list=atomic
NetworkPolicyIngressRule
  1 ports []NetworkPolicyPort list=atomic
  2 from []NetworkPolicyPeer list=atomic
NetworkPolicyList kind
  1 metadata ListMeta
  2 items! []NetworkPolicy
NetworkPolicyPeer
  1 podSelector LabelSelector
  2 namespaceSelector LabelSelector
  3 ipBlock IPBlock
NetworkPolicyPort
  1 protocol string ptr =TCP enum(SCTP,TCP,UDP)
  2 port IntOrString
  3 endPort int32
NetworkPolicySpec
  1 podSelector LabelSelector always
  2 ingress []NetworkPolicyIngressRule list=atomic
  3 egress []NetworkPolicyEgressRule list=atomic
  4 policyTypes []string list=atomic
ParentReference
  1 group string
  2 resource! string
  3 namespace string
  4 name! string
ServiceBackendPort mapType=atomic
  1 name string
  2 number int32 omit
ServiceCIDR kind
  1 metadata ObjectMeta always
  2 spec ServiceCIDRSpec always
  3 status ServiceCIDRStatus always
ServiceCIDRList kind
  1 metadata ListMeta
  2 items! []ServiceCIDR
ServiceCIDRSpec
  1 cidrs []string list=atomic
ServiceCIDRStatus
  1 conditions []Condition list=map(type) patch=merge(type)
`
