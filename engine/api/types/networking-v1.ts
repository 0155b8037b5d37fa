// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { TypedLocalObjectReference } from './core-v1.ts'
import type { Condition, LabelSelector } from './meta-v1.ts'

/** A path and the backend that serves it. */
export interface HTTPIngressPath {
  /** Path that is matched with the request's; starts with a slash. */
  path?: string
  /** Where matching requests go. */
  backend: IngressBackend
  /** How the path is matched. */
  pathType: string
}

/** Paths of a host. */
export interface HTTPIngressRuleValue {
  /** The paths. */
  paths: HTTPIngressPath[] | null
}

/** An address that is taken by an object. */
export interface IPAddress extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IPAddress'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec: IPAddressSpec
}

/** A list of objects of the kind IPAddress. */
export interface IPAddressList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IPAddressList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: IPAddress[] | null
}

/** Who has an address. */
export interface IPAddressSpec {
  /** Object that has it. */
  parentRef: ParentReference
}

/** A range of addresses. */
export interface IPBlock {
  /** The range, such as 192.168.1.0/24. */
  cidr: string
  /** Parts of the range that do not count. */
  except?: string[]
}

/** Routes HTTP from outside to services by host and path. */
export interface Ingress extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'Ingress'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: IngressSpec
  /** What was last observed. */
  status?: IngressStatus
}

/** Where requests go: a service, or another object. */
export interface IngressBackend {
  /** An object of the namespace; not together with a service. */
  resource?: TypedLocalObjectReference
  /** A service of the namespace. */
  service?: IngressServiceBackend
}

/** A class of ingresses and the controller that serves it. */
export interface IngressClass extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressClass'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: IngressClassSpec
}

/** A list of objects of the kind IngressClass. */
export interface IngressClassList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressClassList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: IngressClass[] | null
}

/** Names an object with settings of an ingress class. */
export interface IngressClassParametersReference {
  /** Group of the kind; empty for core. */
  apiGroup?: string
  /** Kind of the object. */
  kind: string
  /** Name of the object. */
  name: string
  /** Whether the object is of the cluster or of a namespace. */
  scope?: string
  /** Namespace of the object; only with scope Namespace. */
  namespace?: string
}

/** Who serves a class of ingresses. */
export interface IngressClassSpec {
  /** Name of the controller, as a domain and path; fixed. */
  controller?: string
  /** Object with further settings for the controller. */
  parameters?: IngressClassParametersReference
}

/** A list of objects of the kind Ingress. */
export interface IngressList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: Ingress[] | null
}

/** A way in through a load balancer. */
export interface IngressLoadBalancerIngress {
  /** Address of the way in. */
  ip?: string
  /** Name of the way in. */
  hostname?: string
  /** State of the ports. */
  ports?: IngressPortStatus[]
}

/** State of a load balancer. */
export interface IngressLoadBalancerStatus {
  /** Addresses at which it takes traffic. */
  ingress?: IngressLoadBalancerIngress[]
}

/** State of a port of a load balancer. */
export interface IngressPortStatus {
  /** Number of the port. */
  port: number
  /** UDP, TCP or SCTP. */
  protocol: string
  /** What went wrong, as CamelCase or domain/CamelCase. */
  error?: string
}

/** What happens to requests for a host. */
export interface IngressRule {
  /** Name of the host; *.domain for one label in front, absent for all. */
  host?: string
  /** Paths of the host. */
  http?: HTTPIngressRuleValue
}

/** A port of a service. */
export interface IngressServiceBackend {
  /** Name of the service. */
  name: string
  /** Port of the service. */
  port?: ServiceBackendPort
}

/** Which requests go where. */
export interface IngressSpec {
  /** Where requests go that no rule matches. */
  defaultBackend?: IngressBackend
  /** Hosts that are served over TLS, and their certificates. */
  tls?: IngressTLS[]
  /** What happens to requests, by host and path. */
  rules?: IngressRule[]
  /** Class of the ingress, whose controller serves it. */
  ingressClassName?: string
}

/** State of an ingress. */
export interface IngressStatus {
  /** State of its load balancer. */
  loadBalancer?: IngressLoadBalancerStatus
}

/** Hosts that share a certificate. */
export interface IngressTLS {
  /** Names of the hosts in the certificate. */
  hosts?: string[]
  /** Secret with the certificate and key. */
  secretName?: string
}

/** Says who may talk with a set of pods. */
export interface NetworkPolicy extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'NetworkPolicy'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: NetworkPolicySpec
}

/** Traffic that may leave: it must match a port and a peer. */
export interface NetworkPolicyEgressRule {
  /** Ports that may be reached; all if empty. */
  ports?: NetworkPolicyPort[]
  /** Who may be reached; everybody if empty. */
  to?: NetworkPolicyPeer[]
}

/** Traffic that may come in: it must match a port and a peer. */
export interface NetworkPolicyIngressRule {
  /** Ports that may be reached; all if empty. */
  ports?: NetworkPolicyPort[]
  /** Who may come in; everybody if empty. */
  from?: NetworkPolicyPeer[]
}

/** A list of objects of the kind NetworkPolicy. */
export interface NetworkPolicyList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'NetworkPolicyList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: NetworkPolicy[] | null
}

/** Somebody at the other end. */
export interface NetworkPolicyPeer {
  /** Pods by their labels. */
  podSelector?: LabelSelector
  /** Namespaces by their labels; with podSelector, pods in them. */
  namespaceSelector?: LabelSelector
  /** A range of addresses; alone only. */
  ipBlock?: IPBlock
}

/** A port, or a range of ports. */
export interface NetworkPolicyPort {
  /** UDP, TCP or SCTP. */
  protocol?: string
  /** Number or name of the port; all if absent. */
  port?: number | string
  /** Last number of a range that begins with port. */
  endPort?: number
}

/** Which pods are meant, and what they may do. */
export interface NetworkPolicySpec {
  /** Pods that the policy is for; all of the namespace if empty. */
  podSelector?: LabelSelector
  /** Traffic that may come in. */
  ingress?: NetworkPolicyIngressRule[]
  /** Traffic that may leave. */
  egress?: NetworkPolicyEgressRule[]
  /** Directions that are restricted: Ingress, Egress. */
  policyTypes?: string[]
}

/** Names the object that has an address. */
export interface ParentReference {
  /** Group of the object; empty for core. */
  group?: string
  /** Resource of the object. */
  resource: string
  /** Namespace of the object. */
  namespace?: string
  /** Name of the object. */
  name: string
}

/** A port of a service, by name or number. */
export interface ServiceBackendPort {
  /** Name of the port. */
  name?: string
  /** Number of the port. */
  number?: number
}

/** A range from which services get their addresses. */
export interface ServiceCIDR extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'ServiceCIDR'
  /** Name, namespace, labels and the like of the object. */
  metadata: ObjectMeta
  /** What is wanted. */
  spec?: ServiceCIDRSpec
  /** What was last observed. */
  status?: ServiceCIDRStatus
}

/** A list of objects of the kind ServiceCIDR. */
export interface ServiceCIDRList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'ServiceCIDRList'
  /** Version of the list, and where it continues. */
  metadata: ListMeta
  /** The objects. */
  items: ServiceCIDR[] | null
}

/** Ranges for services. */
export interface ServiceCIDRSpec {
  /** The ranges, at most one of each family; fixed. */
  cidrs?: string[]
}

/** State of a range. */
export interface ServiceCIDRStatus {
  /** What holds of the object, by type. */
  conditions?: Condition[]
}
