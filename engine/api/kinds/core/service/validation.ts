import { deepEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import type { FieldError, StrategyContext } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../../validation/field.ts'
import { validateLabels } from '../../../validation/metadata.ts'
import {
  isCIDR,
  isDNS1123Label,
  isDNS1123Subdomain,
  isIP,
  isIPv4,
  isPort,
  isQualifiedName,
  validatePortNumOrName,
} from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

/** Rules for a service, in the order of Kubernetes' ValidateService. */
export function validateService(object: KubeObject): FieldError[] {
  const spec = object.spec ?? {}
  const errors: FieldError[] = []
  const headless = spec.clusterIP === 'None' || spec.clusterIPs?.[0] === 'None'
  if (!spec.ports?.length && !headless && spec.type !== 'ExternalName') errors.push(required('spec.ports'))
  if (spec.type === 'LoadBalancer') {
    ;(spec.ports ?? []).forEach((port: any, i: number) => {
      if (port.port === 10250)
        errors.push(
          invalid(
            `spec.ports[${i}].port`,
            port.port,
            'may not expose port 10250 externally since it is used by kubelet',
          ),
        )
    })
    if (headless)
      errors.push(invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services"))
  } else if (spec.type === 'NodePort' && headless)
    errors.push(invalid('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services"))
  else if (spec.type === 'ExternalName') {
    if (spec.clusterIPs?.length)
      errors.push(invalid('spec.clusterIPs', spec.clusterIPs, 'may not be set for ExternalName services'))
    const name = String(spec.externalName ?? '').replace(/\.$/, '')
    if (!name) errors.push(required('spec.externalName'))
    else errors.push(...isDNS1123Subdomain(name).map(text => invalid('spec.externalName', spec.externalName, text)))
  }
  errors.push(...validatePorts(spec, headless))
  errors.push(...validateLabels(spec.selector, 'spec.selector'))
  if (!['ClientIP', 'None'].includes(spec.sessionAffinity))
    errors.push(
      spec.sessionAffinity
        ? notSupported('spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None'])
        : required('spec.sessionAffinity'),
    )
  if (spec.sessionAffinity === 'ClientIP') {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
    if (seconds !== undefined && (seconds <= 0 || seconds > 86400))
      errors.push(
        invalid(
          'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
          seconds,
          'must be greater than 0 and less than 86400',
        ),
      )
  }
  errors.push(...validateAddresses(spec))
  ;(spec.externalIPs ?? []).forEach((ip: string, i: number) => {
    const texts = isIP(ip)
    errors.push(...texts.map(text => invalid(`spec.externalIPs[${i}]`, ip, text)))
    if (!texts.length && /^(0\.0\.0\.0|127\.|169\.254\.|224\.|::1?$)/.test(ip))
      errors.push(invalid(`spec.externalIPs[${i}]`, ip, 'may not be unspecified, loopback, link-local or multicast'))
  })
  if (!spec.type) errors.push(required('spec.type'))
  else if (!TYPES.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, TYPES))
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer')
    (spec.ports ?? []).forEach((port: any, i: number) => {
      if (port.nodePort)
        errors.push(forbidden(`spec.ports[${i}].nodePort`, `may not be used when \`type\` is '${spec.type}'`))
    })
  const nodePorts = new Set<string>()
  ;(spec.ports ?? []).forEach((port: any, i: number) => {
    if (!port.nodePort) return
    const key = `${port.protocol}/${port.nodePort}`
    if (nodePorts.has(key)) errors.push(duplicate(`spec.ports[${i}].nodePort`, port.nodePort))
    nodePorts.add(key)
  })
  const pairs = new Map<string, number>()
  ;(spec.ports ?? []).forEach((port: any, i: number) => {
    const key = `${port.protocol}/${port.port}`
    if (pairs.has(key))
      errors.push({
        ...duplicate(`spec.ports[${i}]`, ''),
        message: `Duplicate value: ${JSON.stringify({ port: port.port, protocol: port.protocol })}`,
      })
    pairs.set(key, i)
  })
  ;(spec.loadBalancerSourceRanges ?? []).forEach((range: string, i: number) =>
    errors.push(...isCIDR(range.trim()).map(text => invalid(`spec.loadBalancerSourceRanges[${i}]`, range, text))),
  )
  if (spec.loadBalancerSourceRanges?.length && spec.type !== 'LoadBalancer')
    errors.push(forbidden('spec.loadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'"))
  if (spec.allocateLoadBalancerNodePorts !== undefined && spec.type !== 'LoadBalancer')
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'"))
  if (spec.loadBalancerClass !== undefined && spec.type !== 'LoadBalancer')
    errors.push(forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"))
  const external =
    spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.type === 'ClusterIP' && spec.externalIPs?.length)
  if (spec.externalTrafficPolicy && !external)
    errors.push(
      invalid(
        'spec.externalTrafficPolicy',
        spec.externalTrafficPolicy,
        'may only be set for externally-accessible services',
      ),
    )
  else if (external && !['Cluster', 'Local'].includes(spec.externalTrafficPolicy))
    errors.push(
      spec.externalTrafficPolicy
        ? notSupported('spec.externalTrafficPolicy', spec.externalTrafficPolicy, ['Cluster', 'Local'])
        : required('spec.externalTrafficPolicy'),
    )
  if (spec.internalTrafficPolicy !== undefined && !['Cluster', 'Local'].includes(spec.internalTrafficPolicy))
    errors.push(notSupported('spec.internalTrafficPolicy', spec.internalTrafficPolicy, ['Cluster', 'Local']))
  return errors
}

export function validateServiceUpdate(object: KubeObject, old: KubeObject, context: StrategyContext): FieldError[] {
  const errors: FieldError[] = []
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  if (context.subresource === 'status') {
    if (now.type !== 'LoadBalancer' && object.status?.loadBalancer?.ingress?.length)
      errors.push(forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'"))
    ;((object.status?.loadBalancer?.ingress ?? []) as any[]).forEach((entry, i) => {
      if (entry.ip)
        errors.push(...isIP(entry.ip).map(text => invalid(`status.loadBalancer.ingress[${i}].ip`, entry.ip, text)))
    })
    return errors
  }
  if (was.type !== 'ExternalName' && now.type !== 'ExternalName') {
    const [ips, before]: [string[], string[]] = [
      now.clusterIPs ?? (now.clusterIP ? [now.clusterIP] : []),
      was.clusterIPs ?? (was.clusterIP ? [was.clusterIP] : []),
    ]
    if (before[0] && ips[0] !== before[0]) errors.push(invalid('spec.clusterIPs[0]', ips, 'may not change once set'))
    else if (before[1] && ips[1] && ips[1] !== before[1])
      errors.push(invalid('spec.clusterIPs[1]', ips, 'may not change once set'))
    if (was.ipFamilies?.[0] && now.ipFamilies?.[0] && now.ipFamilies[0] !== was.ipFamilies[0])
      errors.push(invalid('spec.ipFamilies[0]', now.ipFamilies[0], 'may not change once set'))
  }
  if (
    was.type === 'LoadBalancer' &&
    now.type === 'LoadBalancer' &&
    !deepEqual(now.loadBalancerClass, was.loadBalancerClass)
  )
    errors.push(invalid('spec.loadBalancerClass', now.loadBalancerClass ?? null, 'may not change once set'))
  return errors
}

function validatePorts(spec: any, headless: boolean): FieldError[] {
  const errors: FieldError[] = []
  const ports: any[] = spec.ports ?? []
  const names = new Set<string>()
  ports.forEach((port, i) => {
    const path = `spec.ports[${i}]`
    if (ports.length > 1 && !port.name) errors.push(required(`${path}.name`))
    else if (port.name) {
      errors.push(...isDNS1123Label(port.name).map(text => invalid(`${path}.name`, port.name, text)))
      if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name))
      names.add(port.name)
    }
    errors.push(...isPort(port.port ?? 0).map(text => invalid(`${path}.port`, port.port ?? 0, text)))
    if (!port.protocol) errors.push(required(`${path}.protocol`))
    else if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol))
      errors.push(notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']))
    errors.push(...validatePortNumOrName(port.targetPort, `${path}.targetPort`))
    if (port.appProtocol)
      errors.push(
        ...isQualifiedName(port.appProtocol).map(text => invalid(`${path}.appProtocol`, port.appProtocol, text)),
      )
    void headless
  })
  return errors
}

function validateAddresses(spec: any): FieldError[] {
  const errors: FieldError[] = []
  if (spec.type === 'ExternalName') return errors
  const ips: string[] = spec.clusterIPs ?? []
  if (spec.clusterIP && ips.length && ips[0] !== spec.clusterIP)
    errors.push(invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`'))
  ips.forEach((ip, i) => {
    if (ip === 'None') {
      if (ips.length > 1) errors.push(invalid(`spec.clusterIPs[${i}]`, ip, "'None' must be the first and only value"))
    } else errors.push(...isIP(ip).map(text => invalid(`spec.clusterIPs[${i}]`, ip, text)))
  })
  if (!ips.length && spec.clusterIP && spec.clusterIP !== 'None')
    errors.push(...isIP(spec.clusterIP).map(text => invalid('spec.clusterIPs[0]', spec.clusterIP, text)))
  const families: string[] = spec.ipFamilies ?? []
  families.forEach((family, i) => {
    if (!['IPv4', 'IPv6'].includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']))
    else if (ips[i] && ips[i] !== 'None' && isIPv4(ips[i]) !== (family === 'IPv4'))
      errors.push(
        invalid(`spec.clusterIPs[${i}]`, ips[i], `expected an ${family} value as indicated by \`ipFamilies[${i}]\``),
      )
  })
  if (spec.ipFamilyPolicy && !['SingleStack', 'PreferDualStack', 'RequireDualStack'].includes(spec.ipFamilyPolicy))
    errors.push(
      notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, ['SingleStack', 'PreferDualStack', 'RequireDualStack']),
    )
  return errors
}
