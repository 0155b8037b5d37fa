import { deepEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import { ageColumn, column, nameColumn, selectorText, wide } from '../../columns.ts'
import { defineKind, subresource } from '../../define.ts'
import { validateService, validateServiceUpdate } from './validation.ts'
import { serviceWarnings } from './warnings.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

export const strategy = defineKind({
  group: '',
  kind: 'Service',
  resource: 'services',
  namespaced: true,
  updateRulesFirst: true,
  shortNames: ['svc'],
  categories: ['all'],
  hasStatus: true,
  allowCreateOnUpdate: true,
  subresources: [subresource('proxy', 'ServiceProxyOptions', ['create', 'delete', 'get', 'patch', 'update'])],
  columns: [
    nameColumn,
    column('Type', 'string', 'How the service is reached.', o => o.spec?.type ?? ''),
    column(
      'Cluster-IP',
      'string',
      'Address inside of the cluster.',
      o => o.spec?.clusterIPs?.[0] || o.spec?.clusterIP || '<none>',
    ),
    column('External-IP', 'string', 'Addresses for the world outside.', externalText),
    column('Port(s)', 'string', 'Ports and protocols.', o => portText(o.spec?.ports)),
    ageColumn,
    wide('Selector', 'string', 'Labels of the pods behind it.', o => selectorText(o.spec?.selector)),
  ],
  setDefaults: defaultService,
  prepareForCreate: object => normalizeClusterIPs(object.spec ?? {}, undefined),
  prepareForUpdate(object, old, context) {
    if (context.subresource === 'status') return
    normalizeClusterIPs(object.spec ?? {}, old.spec ?? {})
    dropTypeDependent(object, old)
  },
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: (object, _old, context) => (context.subresource ? [] : serviceWarnings(object)),
  selectableFields: o => ({ 'spec.clusterIP': o.spec?.clusterIP ?? '', 'spec.type': o.spec?.type ?? '' }),
})

/** Types of services that have addresses inside of the cluster. */
const INTERNAL = ['ClusterIP', 'NodePort', 'LoadBalancer']

function defaultService(object: KubeObject): void {
  const spec = object.spec
  if (!spec) return
  for (const port of spec.ports ?? [])
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
  const external =
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0)
  if (external) spec.externalTrafficPolicy ??= 'Cluster'
  if (INTERNAL.includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true
    for (const entry of object.status?.loadBalancer?.ingress ?? []) if (entry.ip) entry.ipMode ??= 'VIP'
  }
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  else if (spec.sessionAffinity === 'ClientIP') {
    const client = ((spec.sessionAffinityConfig ??= {}).clientIP ??= {})
    client.timeoutSeconds ??= 10800
  }
}

/** Who gives but one of clusterIP and clusterIPs means the other as well; on an update the one that changed counts. */
function normalizeClusterIPs(now: any, was: any): void {
  if (!was) {
    if (now.clusterIP && !now.clusterIPs?.length) now.clusterIPs = [now.clusterIP]
    return
  }
  const same = deepEqual(now.clusterIPs ?? [], was.clusterIPs ?? [])
  if ((now.clusterIP ?? '') === (was.clusterIP ?? '')) {
    if (was.clusterIPs?.length && !now.clusterIPs?.length) now.clusterIPs = was.clusterIPs
  } else if (!now.clusterIP) {
    if (same) delete now.clusterIPs
  } else if (same) now.clusterIPs = [now.clusterIP]
}

/** When the type changes, what only the old type needed goes, unless the writer asked for it anew (dropTypeDependentFields). */
function dropTypeDependent(object: KubeObject, old: KubeObject): void {
  const [now, was] = [object.spec ?? {}, old.spec ?? {}]
  const needsIP = (t: string) => t !== 'ExternalName'
  const needsPort = (t: string) => t === 'NodePort' || t === 'LoadBalancer'
  if (needsIP(was.type) && !needsIP(now.type)) {
    if (now.clusterIP === was.clusterIP && deepEqual(now.clusterIPs, was.clusterIPs))
      for (const key of ['clusterIP', 'clusterIPs']) delete now[key]
    for (const key of ['ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'])
      if (deepEqual(now[key], was[key])) delete now[key]
  } else if (needsIP(was.type) && needsIP(now.type)) {
    // An update that says nothing keeps the address.
    if (!now.clusterIP && !now.clusterIPs?.length && was.clusterIP) {
      now.clusterIP = was.clusterIP
      if (was.clusterIPs) now.clusterIPs = was.clusterIPs
    }
  }
  if (needsPort(was.type) && !needsPort(now.type)) {
    const before = new Set((was.ports ?? []).map((p: any) => p.nodePort))
    for (const port of now.ports ?? []) if (before.has(port.nodePort)) delete port.nodePort
  } else if (needsPort(was.type) && needsPort(now.type)) {
    const known = new Map<string, number>(
      (was.ports ?? []).filter((p: any) => p.nodePort).map((p: any) => [`${p.protocol}/${p.port}`, p.nodePort]),
    )
    for (const port of now.ports ?? []) {
      const kept = known.get(`${port.protocol}/${port.port}`)
      if (!port.nodePort && kept) port.nodePort = kept
    }
  }
  const needsHealth = (s: any) => s.type === 'LoadBalancer' && s.externalTrafficPolicy === 'Local'
  if (needsHealth(was) && !needsHealth(now) && now.healthCheckNodePort === was.healthCheckNodePort)
    delete now.healthCheckNodePort
  if (was.type === 'LoadBalancer' && now.type !== 'LoadBalancer') {
    for (const key of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'])
      if (deepEqual(now[key], was[key])) delete now[key]
    object.status = { ...object.status, loadBalancer: {} }
  }
  const external = (s: any) => needsPort(s.type) || (s.externalIPs ?? []).length > 0
  if (external(was) && !external(now) && now.externalTrafficPolicy === was.externalTrafficPolicy)
    delete now.externalTrafficPolicy
  if (was.type === 'ExternalName' && now.type !== 'ExternalName' && now.externalName === was.externalName)
    delete now.externalName
}

function externalText(o: KubeObject): string {
  const spec = o.spec ?? {}
  const ips: string[] = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? ''
    case 'LoadBalancer': {
      const given = ((o.status?.loadBalancer?.ingress ?? []) as { ip?: string; hostname?: string }[])
        .map(i => i.ip || i.hostname || '')
        .filter(Boolean)
      const all = [...given, ...ips]
      return all.length ? [...new Set(all)].join(',') : '<pending>'
    }
    default:
      return ips.length ? ips.join(',') : '<none>'
  }
}

function portText(ports: { port: number; nodePort?: number; protocol?: string }[] | undefined): string {
  return ports?.length
    ? ports.map(p => (p.nodePort ? `${p.port}:${p.nodePort}/${p.protocol}` : `${p.port}/${p.protocol}`)).join(',')
    : '<none>'
}
