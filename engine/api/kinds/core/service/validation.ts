import type { KubeObject } from '../../../object.ts'
import type { FieldError, StrategyContext } from '../../../strategy.ts'
import { NIL, duplicate, forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { parseIP, validateCIDR, validateIP, validateNonSpecialIP } from '../../../validation/ip.ts'
import { validateLabels } from '../../../validation/metadata.ts'
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isPort,
  isQualifiedName,
  validatePortNumOrName,
} from '../../../validation/names.ts'
import { isHeadless, validateAddressUpdate, validateClusterIPs } from './address-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
const MAX_AFFINITY_SECONDS = 86400
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges'
export const OLD_HINTS = 'service.kubernetes.io/topology-aware-hints'
export const TOPOLOGY_MODE = 'service.kubernetes.io/topology-mode'
const ONLY_LOAD_BALANCERS = "may only be used when `type` is 'LoadBalancer'"

const isExternal = (spec: any): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length)
const needsHealthCheck = (spec: any): boolean => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'

/** Rules for a service, in the order of Kubernetes' ValidateService. */
export function validateService(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors: FieldError[] = []
  const { [TOPOLOGY_MODE]: mode, [OLD_HINTS]: hints } = object.metadata.annotations ?? {}
  if (mode !== undefined && hints !== undefined && mode !== hints)
    errors.push(
      invalid(
        `metadata.annotations[${TOPOLOGY_MODE}]`,
        mode,
        `must match annotations[${OLD_HINTS}] when both are specified`,
      ),
    )
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  errors.push(...validateOfType(spec), ...validatePorts(spec.ports ?? []))
  errors.push(...validateLabels(spec.selector, 'spec.selector'))
  errors.push(...validateSessionAffinity(spec), ...validateClusterIPs(spec))
  ;(spec.externalIPs ?? []).forEach((ip: string, i: number) => {
    const at = `spec.externalIPs[${i}]`
    const found = validateIP(ip, at)
    errors.push(...(found.length ? found : validateNonSpecialIP(ip, at)))
  })
  if (!spec.type) errors.push(required('spec.type'))
  else if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES))
  errors.push(...validateNodePorts(spec))
  errors.push(...validateLoadBalancer(object, spec))
  return [...errors, ...validateTraffic(spec)]
}

function validateOfType(spec: any): FieldError[] {
  const errors: FieldError[] = []
  if ((spec.type === 'LoadBalancer' || spec.type === 'NodePort') && isHeadless(spec))
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`))
  if (spec.type !== 'ExternalName') return errors
  const unwanted = (key: string, set: unknown) => {
    if (set) errors.push(forbidden(`spec.${key}`, 'may not be set for ExternalName services'))
  }
  unwanted('clusterIPs', spec.clusterIPs?.length)
  unwanted('ipFamilies', spec.ipFamilies?.length)
  unwanted('ipFamilyPolicy', spec.ipFamilyPolicy !== undefined)
  const name = String(spec.externalName ?? '').replace(/\.$/, '')
  if (!name) errors.push(required('spec.externalName'))
  else errors.push(...invalids('spec.externalName', name, isDNS1123Subdomain(name)))
  return errors
}

function validatePorts(ports: any[]): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ports.forEach((port, i) => {
    const path = `spec.ports[${i}]`
    if (ports.length > 1 && !port.name) errors.push(required(`${path}.name`))
    else if (port.name) {
      errors.push(...invalids(`${path}.name`, port.name, isDNS1123Label(port.name)))
      if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name))
      names.add(port.name)
    }
    errors.push(...invalids(`${path}.port`, port.port ?? 0, isPort(port.port ?? 0)))
    if (!port.protocol) errors.push(required(`${path}.protocol`))
    else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS))
    errors.push(...validatePortNumOrName(port.targetPort, `${path}.targetPort`))
    if (port.appProtocol !== undefined)
      errors.push(...invalids(`${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol)))
  })
  return errors
}

function validateSessionAffinity(spec: any): FieldError[] {
  const errors: FieldError[] = []
  const affinity = spec.sessionAffinity
  const at = 'spec.sessionAffinityConfig'
  if (!affinity) errors.push(required('spec.sessionAffinity'))
  else if (!['ClientIP', 'None'].includes(affinity))
    errors.push(notSupported('spec.sessionAffinity', affinity, ['ClientIP', 'None']))
  const config = spec.sessionAffinityConfig
  if (affinity === 'None' && config) errors.push(forbidden(at, 'must not be set when session affinity is None'))
  if (affinity !== 'ClientIP') return errors
  const missing = 'when session affinity type is ClientIP'
  const seconds = config?.clientIP?.timeoutSeconds
  if (!config) errors.push(required(at, missing))
  else if (!config.clientIP) errors.push(required(`${at}.clientIP`, missing))
  else if (seconds === undefined) errors.push(required(`${at}.clientIP.timeoutSeconds`, missing))
  else if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS)
    errors.push(
      invalid(`${at}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`),
    )
  return errors
}

function validateNodePorts(spec: any): FieldError[] {
  const errors: FieldError[] = []
  const ports: any[] = spec.ports ?? []
  if (spec.type === 'ClusterIP')
    ports.forEach((port, i) => {
      if (port.nodePort)
        errors.push(forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
    })
  const nodePorts = new Set<string>()
  ports.forEach((port, i) => {
    if (!port.nodePort) return
    const key = `${port.protocol}/${port.nodePort}`
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, port.nodePort))
    nodePorts.add(key)
  })
  const pairs = new Set<string>()
  ports.forEach((port, i) => {
    const key = `${port.protocol}/${port.port}`
    if (pairs.has(key))
      errors.push(
        duplicate(`spec.ports[${i}]`, {
          Name: '',
          Protocol: port.protocol ?? '',
          AppProtocol: null,
          Port: port.port ?? 0,
          TargetPort: 0,
          NodePort: 0,
        }),
      )
    pairs.add(key)
  })
  return errors
}

function validateLoadBalancer(object: KubeObject, spec: any): FieldError[] {
  const errors: FieldError[] = []
  const balanced = spec.type === 'LoadBalancer'
  const noted = object.metadata.annotations?.[SOURCE_RANGES]
  if (spec.loadBalancerSourceRanges?.length) {
    const at = 'spec.LoadBalancerSourceRanges'
    if (!balanced) errors.push(forbidden(at, ONLY_LOAD_BALANCERS))
    spec.loadBalancerSourceRanges.forEach((range: string, i: number) =>
      errors.push(...validateCIDR(range.trim(), `${at}[${i}]`)),
    )
  } else if (noted !== undefined) {
    const at = `metadata.annotations[${SOURCE_RANGES}]`
    if (!balanced) errors.push(forbidden(at, ONLY_LOAD_BALANCERS))
    if (noted.trim()) for (const range of noted.split(',')) errors.push(...validateCIDR(range.trim(), at))
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && !balanced)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCERS))
  if (spec.allocateLoadBalancerNodePorts === undefined && balanced)
    errors.push(required('allocateLoadBalancerNodePorts'))
  const loadBalancerClass = spec.loadBalancerClass
  if (loadBalancerClass === undefined) return errors
  if (!balanced) errors.push(forbidden('spec.loadBalancerClass', ONLY_LOAD_BALANCERS))
  else errors.push(...invalids('spec.loadBalancerClass', loadBalancerClass, isQualifiedName(loadBalancerClass)))
  return errors
}

function validateTraffic(spec: any): FieldError[] {
  const errors: FieldError[] = []
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, healthCheckNodePort: health } = spec
  const policies = ['Cluster', 'Local']
  const at = 'spec.externalTrafficPolicy'
  if (!isExternal(spec)) {
    if (external) errors.push(invalid(at, external, 'may only be set for externally-accessible services'))
  } else if (!external) errors.push(required(at))
  else if (!policies.includes(external)) errors.push(notSupported(at, external, policies))
  if (!needsHealthCheck(spec)) {
    if (health)
      errors.push(
        invalid(
          'spec.healthCheckNodePort',
          health,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      )
  } else if (!health) errors.push(required('spec.healthCheckNodePort'))
  else errors.push(...invalids('spec.healthCheckNodePort', health, isPort(health)))
  if (internal === undefined && ['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type))
    errors.push(required('spec.internalTrafficPolicy'))
  if (internal !== undefined && !policies.includes(internal))
    errors.push(notSupported('spec.internalTrafficPolicy', internal, policies))
  const distribution = spec.trafficDistribution
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution))
    errors.push(notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS))
  return errors
}

/** What of a service may change, and what the writers of its status may say. */
export function validateServiceUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  if (context.subresource === 'status') return validateStatus(object)
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const errors = validateAddressUpdate(now, was)
  if (
    was.type === 'LoadBalancer' &&
    now.type === 'LoadBalancer' &&
    (now.loadBalancerClass ?? null) !== (was.loadBalancerClass ?? null)
  )
    errors.push(invalid('spec.loadBalancerClass', now.loadBalancerClass ?? NIL, 'may not change once set'))
  if (needsHealthCheck(was) && needsHealthCheck(now) && now.healthCheckNodePort !== was.healthCheckNodePort)
    errors.push(forbidden('spec.healthCheckNodePort', 'field is immutable'))
  return errors
}

function validateStatus(object: KubeObject): FieldError[] {
  const list: any[] = object.status?.loadBalancer?.ingress ?? []
  if (object.spec?.type !== 'LoadBalancer')
    return list.length
      ? [forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'")]
      : []
  return list.flatMap((entry, i) => {
    const at = `status.loadBalancer.ingress[${i}]`
    const errors: FieldError[] = []
    if (entry.ip) errors.push(...validateIP(entry.ip, `${at}.ip`))
    if (entry.ipMode === undefined) {
      if (entry.ip) errors.push(required(`${at}.ipMode`, 'must be specified when `ip` is set'))
    } else if (!entry.ip) errors.push(forbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'))
    else if (!['Proxy', 'VIP'].includes(entry.ipMode))
      errors.push(notSupported(`${at}.ipMode`, entry.ipMode, ['Proxy', 'VIP']))
    return [...errors, ...validateStatusHostname(entry.hostname, `${at}.hostname`)]
  })
}

/** A name under which a load balancer can be reached. */
export function validateStatusHostname(hostname: string | undefined, at: string): FieldError[] {
  if (!hostname) return []
  const errors = invalids(at, hostname, isDNS1123Subdomain(hostname))
  if (parseIP(hostname)) errors.push(invalid(at, hostname, 'must be a DNS name, not an IP address'))
  return errors
}
