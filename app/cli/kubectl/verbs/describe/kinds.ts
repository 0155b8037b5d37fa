import type { KubeObject } from '../../../../../engine/api/object.ts'
import { selectorToString } from '../../../../../engine/api/selector.ts'
import type { Call } from '../../base/verb.ts'
import { listAll } from '../../resources/selection.ts'
import { mapLines, podTemplateLines } from './pod-template.ts'
import { longTime, podLines } from './pod.ts'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- objects of any shape are read

/** The kinds that have a description of their own, by group and kind. */
export const DESCRIBERS: Record<string, (call: Call, object: KubeObject) => string[] | Promise<string[]>> = {
  '/Pod': (_, pod) => podLines(pod),
  'apps/Deployment': deploymentLines,
  '/Service': serviceLines,
  '/Node': nodeLines,
  '/ConfigMap': (_, object) => configMapLines(object),
  '/Secret': (_, object) => secretLines(object),
}

const template = (object: KubeObject) => [
  'Pod Template:',
  ...podTemplateLines(object.spec.template as KubeObject).map(line =>
    line.startsWith('\t') ? `  ${line}` : `  ${line}`,
  ),
]

async function deploymentLines(call: Call, d: KubeObject): Promise<string[]> {
  const [spec, status] = [d.spec as Json, (d.status ?? {}) as Json]
  const rolling = spec.strategy?.rollingUpdate as Json | undefined
  const sets = (
    await listAll(call.cluster(), await call.cluster().discovery.find('replicasets.apps'), d.metadata.namespace, {
      labelSelector: selectorToString(spec.selector as object),
    })
  ).filter(s => s.metadata.ownerReferences?.some(o => o.uid === d.metadata.uid))
  const revision = (s: KubeObject) => s.metadata.annotations?.['deployment.kubernetes.io/revision']
  const fresh = sets.find(s => revision(s) === revision(d))
  const names = (list: KubeObject[]) =>
    list
      .map(s => `${s.metadata.name} (${s.status?.replicas ?? 0}/${s.spec.replicas ?? 0} replicas created)`)
      .join(', ') || '<none>'
  const conditions = (status.conditions ?? []) as Json[]
  return [
    `Name:\t${d.metadata.name}`,
    `Namespace:\t${d.metadata.namespace}`,
    `CreationTimestamp:\t${longTime(d.metadata.creationTimestamp)}`,
    ...mapLines('Labels', d.metadata.labels),
    ...mapLines('Annotations', d.metadata.annotations, ': '),
    `Selector:\t${selectorToString(spec.selector as object)}`,
    `Replicas:\t${spec.replicas} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable`,
    `StrategyType:\t${spec.strategy?.type}`,
    `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`,
    ...(rolling
      ? [`RollingUpdateStrategy:\t${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`]
      : []),
    ...template(d),
    ...(conditions.length
      ? [
          'Conditions:',
          '  Type\tStatus\tReason',
          '  ----\t------\t------',
          ...conditions.map(c => `  ${c.type} \t${c.status}\t${c.reason}`),
        ]
      : []),
    ...(sets.length
      ? [
          `OldReplicaSets:\t${names(sets.filter(s => s !== fresh && (s.spec.replicas ?? 0) >= 0))}`,
          `NewReplicaSet:\t${fresh ? names([fresh]) : '<none>'}`,
        ]
      : []),
  ]
}

async function serviceLines(call: Call, s: KubeObject): Promise<string[]> {
  const spec = s.spec as Json
  const slices = await listAll(
    call.cluster(),
    await call.cluster().discovery.find('endpointslices'),
    s.metadata.namespace,
    { labelSelector: `kubernetes.io/service-name=${s.metadata.name}` },
  )
  const endpoints = (port: Json) => {
    const found = slices.flatMap(slice => {
      const match = ((slice.ports ?? []) as Json[]).find(p => (p.name ?? '') === (port.name ?? ''))
      return match
        ? ((slice.endpoints ?? []) as Json[])
            .filter(e => e.conditions?.ready !== false)
            .flatMap(e =>
              (e.addresses as string[]).map(a => (a.includes(':') ? `[${a}]:${match.port}` : `${a}:${match.port}`)),
            )
        : []
    })
    // Another slice may hold more of them; kubectl counts what it leaves out.
    return found.length > 3 ? `${found.slice(0, 3).join(',')} + ${found.length - 3} more...` : found.join(',')
  }
  const ingress = ((s.status?.loadBalancer?.ingress ?? []) as Json[]).map(
    i => `${i.ip ?? i.hostname}${i.ipMode ? ` (${i.ipMode})` : ''}`,
  )
  return [
    `Name:\t${s.metadata.name}`,
    `Namespace:\t${s.metadata.namespace}`,
    ...mapLines('Labels', s.metadata.labels),
    ...mapLines('Annotations', s.metadata.annotations, ': '),
    `Selector:\t${selectorToString({ matchLabels: (spec.selector ?? {}) as Record<string, string> }) || '<none>'}`,
    `Type:\t${spec.type}`,
    ...(spec.ipFamilyPolicy ? [`IP Family Policy:\t${spec.ipFamilyPolicy}`] : []),
    ...(spec.ipFamilies ? [`IP Families:\t${(spec.ipFamilies as string[]).join(',')}`] : []),
    `IP:\t${spec.clusterIP ?? ''}`,
    `IPs:\t${((spec.clusterIPs ?? []) as string[]).join(',') || '<none>'}`,
    ...(spec.externalName ? [`External Name:\t${spec.externalName}`] : []),
    ...(spec.loadBalancerIP ? [`Desired LoadBalancer IP:\t${spec.loadBalancerIP}`] : []),
    ...(ingress.length ? [`LoadBalancer Ingress:\t${ingress.join(', ')}`] : []),
    ...((spec.ports ?? []) as Json[]).flatMap(port => [
      `Port:\t${port.name || '<unset>'}\t${port.port}/${port.protocol}`,
      `TargetPort:\t${port.targetPort}/${port.protocol}`,
      ...(port.nodePort ? [`NodePort:\t${port.name || '<unset>'}\t${port.nodePort}/${port.protocol}`] : []),
      `Endpoints:\t${endpoints(port)}`,
    ]),
    `Session Affinity:\t${spec.sessionAffinity}`,
    ...(spec.externalTrafficPolicy ? [`External Traffic Policy:\t${spec.externalTrafficPolicy}`] : []),
    ...(spec.internalTrafficPolicy ? [`Internal Traffic Policy:\t${spec.internalTrafficPolicy}`] : []),
  ]
}

async function nodeLines(call: Call, node: KubeObject): Promise<string[]> {
  const [spec, status] = [node.spec as Json, (node.status ?? {}) as Json]
  const roles = Object.keys(node.metadata.labels ?? {})
    .filter(key => key.startsWith('node-role.kubernetes.io/'))
    .map(key => key.slice(24))
  const pods = await listAll(call.cluster(), await call.cluster().discovery.find('pods'), undefined, {
    fieldSelector: `spec.nodeName=${node.metadata.name}`,
  })
  const live = pods.filter(pod => !['Succeeded', 'Failed'].includes(pod.status?.phase as string))
  const taints = ((spec.taints ?? []) as Json[]).map(t => `${t.key}${t.value ? `=${t.value}` : ''}:${t.effect}`)
  const info = (status.nodeInfo ?? {}) as Json
  const amounts = (title: string, map: Json | undefined) => [
    `${title}:`,
    ...Object.keys(map ?? {})
      .sort()
      .map(key => `  ${key}:\t${map![key]}`),
  ]
  return [
    `Name:\t${node.metadata.name}`,
    `Roles:\t${roles.sort().join(',') || '<none>'}`,
    ...mapLines('Labels', node.metadata.labels),
    ...mapLines('Annotations', node.metadata.annotations, ': '),
    `CreationTimestamp:\t${longTime(node.metadata.creationTimestamp)}`,
    ...(taints.length ? taints.map((taint, i) => `${i ? '' : 'Taints:'}\t${taint}`) : ['Taints:\t<none>']),
    `Unschedulable:\t${Boolean(spec.unschedulable)}`,
    'Conditions:',
    '  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
    '  ----\t------\t-----------------\t------------------\t------\t-------',
    ...((status.conditions ?? []) as Json[]).map(
      c =>
        `  ${c.type} \t${c.status} \t${longTime(c.lastHeartbeatTime as string)} \t${longTime(c.lastTransitionTime as string)} \t${c.reason} \t${c.message}`,
    ),
    'Addresses:',
    ...((status.addresses ?? []) as Json[]).map(a => `  ${a.type}:\t${a.address}`),
    ...amounts('Capacity', status.capacity as Json),
    ...amounts('Allocatable', status.allocatable as Json),
    'System Info:',
    ...(
      [
        ['Machine ID', 'machineID'],
        ['System UUID', 'systemUUID'],
        ['Boot ID', 'bootID'],
        ['Kernel Version', 'kernelVersion'],
        ['OS Image', 'osImage'],
        ['Operating System', 'operatingSystem'],
        ['Architecture', 'architecture'],
        ['Container Runtime Version', 'containerRuntimeVersion'],
        ['Kubelet Version', 'kubeletVersion'],
        ['Kube-Proxy Version', 'kubeProxyVersion'],
      ] as const
    ).map(([title, key]) => `  ${title}:\t${info[key] ?? ''}`),
    ...(spec.podCIDR
      ? [`PodCIDR:\t${spec.podCIDR}`, `PodCIDRs:\t${((spec.podCIDRs ?? []) as string[]).join(',')}`]
      : []),
    ...(spec.providerID ? [`ProviderID:\t${spec.providerID}`] : []),
    `Non-terminated Pods:\t(${live.length} in total)`,
    '  Namespace\tName',
    '  ---------\t----',
    ...live.map(pod => `  ${pod.metadata.namespace}\t${pod.metadata.name}`),
  ]
}

function configMapLines(object: KubeObject): string[] {
  const data = (object.data ?? {}) as Record<string, string>
  const binary = (object.binaryData ?? {}) as Record<string, string>
  return [
    ...head(object),
    '',
    'Data',
    '====',
    ...Object.keys(data)
      .sort()
      .flatMap(key => [`${key}:`, '----', ...data[key]!.split('\n'), '']),
    '',
    'BinaryData',
    '====',
    ...Object.keys(binary)
      .sort()
      .flatMap(key => [`${key}: ${Buffer.from(binary[key]!, 'base64').length} bytes`]),
    '',
  ]
}

function secretLines(object: KubeObject): string[] {
  const data = (object.data ?? {}) as Record<string, string>
  return [
    ...head(object),
    '',
    `Type:\t${object.type}`,
    '',
    'Data',
    '====',
    ...Object.keys(data)
      .sort()
      .map(key => `${key}:\t${Buffer.from(data[key]!, 'base64').length} bytes`),
  ]
}

function head(object: KubeObject): string[] {
  return [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace}`,
    ...mapLines('Labels', object.metadata.labels),
    ...mapLines('Annotations', object.metadata.annotations, '='),
  ]
}
