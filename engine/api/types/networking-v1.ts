// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.

import type { KubeObject, ListMeta, ObjectMeta } from '../object.ts'
import type { TypedLocalObjectReference } from './core-v1.ts'
import type { Condition, LabelSelector } from './meta-v1.ts'

export interface HTTPIngressPath {
  path?: string
  backend: IngressBackend
  pathType: string
}

export interface HTTPIngressRuleValue {
  paths: HTTPIngressPath[] | null
}

export interface IPAddress extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IPAddress'
  metadata: ObjectMeta
  spec: IPAddressSpec
}

export interface IPAddressList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IPAddressList'
  metadata: ListMeta
  items: IPAddress[] | null
}

export interface IPAddressSpec {
  parentRef: ParentReference
}

export interface IPBlock {
  cidr: string
  except?: string[]
}

/** Routes HTTP from outside to services by host and path. */
export interface Ingress extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'Ingress'
  metadata: ObjectMeta
  spec?: IngressSpec
  status?: IngressStatus
}

export interface IngressBackend {
  resource?: TypedLocalObjectReference
  service?: IngressServiceBackend
}

export interface IngressClass extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressClass'
  metadata: ObjectMeta
  spec?: IngressClassSpec
}

export interface IngressClassList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressClassList'
  metadata: ListMeta
  items: IngressClass[] | null
}

export interface IngressClassParametersReference {
  apiGroup?: string
  kind: string
  name: string
  scope?: string
  namespace?: string
}

export interface IngressClassSpec {
  controller?: string
  parameters?: IngressClassParametersReference
}

export interface IngressList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'IngressList'
  metadata: ListMeta
  items: Ingress[] | null
}

export interface IngressLoadBalancerIngress {
  ip?: string
  hostname?: string
  ports?: IngressPortStatus[]
}

export interface IngressLoadBalancerStatus {
  ingress?: IngressLoadBalancerIngress[]
}

export interface IngressPortStatus {
  port: number
  protocol: string
  error?: string
}

export interface IngressRule {
  host?: string
  http?: HTTPIngressRuleValue
}

export interface IngressServiceBackend {
  name: string
  port?: ServiceBackendPort
}

export interface IngressSpec {
  defaultBackend?: IngressBackend
  tls?: IngressTLS[]
  rules?: IngressRule[]
  ingressClassName?: string
}

export interface IngressStatus {
  loadBalancer?: IngressLoadBalancerStatus
}

export interface IngressTLS {
  hosts?: string[]
  secretName?: string
}

/** Says who may talk with a set of pods. */
export interface NetworkPolicy extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'NetworkPolicy'
  metadata: ObjectMeta
  spec?: NetworkPolicySpec
}

export interface NetworkPolicyEgressRule {
  ports?: NetworkPolicyPort[]
  to?: NetworkPolicyPeer[]
}

export interface NetworkPolicyIngressRule {
  ports?: NetworkPolicyPort[]
  from?: NetworkPolicyPeer[]
}

export interface NetworkPolicyList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'NetworkPolicyList'
  metadata: ListMeta
  items: NetworkPolicy[] | null
}

export interface NetworkPolicyPeer {
  podSelector?: LabelSelector
  namespaceSelector?: LabelSelector
  ipBlock?: IPBlock
}

export interface NetworkPolicyPort {
  protocol?: string
  port?: number | string
  endPort?: number
}

export interface NetworkPolicySpec {
  podSelector?: LabelSelector
  ingress?: NetworkPolicyIngressRule[]
  egress?: NetworkPolicyEgressRule[]
  policyTypes?: string[]
}

export interface ParentReference {
  group?: string
  resource: string
  namespace?: string
  name: string
}

export interface ServiceBackendPort {
  name?: string
  number?: number
}

export interface ServiceCIDR extends KubeObject {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'ServiceCIDR'
  metadata: ObjectMeta
  spec?: ServiceCIDRSpec
  status?: ServiceCIDRStatus
}

export interface ServiceCIDRList {
  apiVersion: 'networking.k8s.io/v1'
  kind: 'ServiceCIDRList'
  metadata: ListMeta
  items: ServiceCIDR[] | null
}

export interface ServiceCIDRSpec {
  cidrs?: string[]
}

export interface ServiceCIDRStatus {
  conditions?: Condition[]
}
