import { parseQuantity } from '../../../../base/quantity.ts'
import type { KubeObject } from '../../../object.ts'
import { ipWarnings } from '../../../validation/ip.ts'
import { isDNS1123Label } from '../../../validation/names.ts'
import { deprecatedNodeLabel, nodeSelectorWarnings, nodeTermWarnings } from '../node-labels.ts'
import { claimSpecWarnings } from '../volume/claim-spec.ts'
import { APPARMOR_PREFIX, SECCOMP_POD, SECCOMP_PREFIX } from './annotation-rules.ts'
import { containersOf } from './containers.ts'
import { overlaps } from './overlaps.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads what clients sent */

const ANNOTATIONS: Record<string, string> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
}
const VOLUMES: Record<string, string> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}
const USE_SECCOMP = 'non-functional in v1.27+; use the "seccompProfile" field instead'
const USE_APPARMOR = 'deprecated since v1.30; use the "appArmorProfile" field instead'
const NO_SELECTOR = 'a null labelSelector results in matching no pod'

/** Remarks on a pod that is created; an update, which can change so little, has none. */
export function podWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  if (old) return []
  const texts = isDNS1123Label(object.metadata.name ?? '')
  return [
    ...(texts.length
      ? [
          `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${texts.join(' ')}]`,
        ]
      : []),
    ...podTemplateRemarks(object.spec, object.metadata, ''),
  ]
}

/** Remarks on a template. */
export function templateWarnings(template: any, at: string): string[] {
  return podTemplateRemarks(template?.spec, template?.metadata, `${at}.`)
}

/** Everything there is to remark, in Kubernetes' order (warningsForPodSpecAndMeta); `prefix` ends in a dot or is empty. */
function podTemplateRemarks(spec: any, metadata: any, prefix: string): string[] {
  if (!spec) return []
  const at = `${prefix}spec`
  const annotations: Record<string, string> = metadata?.annotations ?? {}
  const noted = (key: string) => `${prefix}metadata.annotations[${key}]`
  return [
    ...nodeChoice(spec, at),
    ...Object.keys(ANNOTATIONS)
      .filter(key => key in annotations)
      .map(key => `${noted(key)}: ${ANNOTATIONS[key]}`),
    ...volumes(spec, at),
    ...overlaps(spec.volumes),
    ...lists(spec, at),
    ...Object.entries<string>(spec.overhead ?? {})
      .filter(([key]) => key === 'memory' || key === 'ephemeral-storage')
      .flatMap(([key, value]) => fractional(value, `${at}.overhead[${key}]`)),
    ...(SECCOMP_POD in annotations && !spec.securityContext?.seccompProfile
      ? [`${noted(SECCOMP_POD)}: ${USE_SECCOMP}`]
      : []),
    ...containersOf(spec, at).flatMap(({ container, path }) => [
      ...profiles(container, spec, annotations, noted),
      ...resources(container, path),
      ...environment(container, path),
    ]),
    ...ports(spec, at),
    ...portNames(spec, at),
    ...(spec.terminationGracePeriodSeconds < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinity(spec.affinity, `${at}.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip: string, i: number) =>
      ipWarnings(ip, `${at}.dnsConfig.nameservers[${i}]`),
    ),
    ...(spec.hostAliases ?? []).flatMap((alias: any, i: number) =>
      ipWarnings(alias.ip ?? '', `${at}.hostAliases[${i}].ip`),
    ),
  ]
}

function nodeChoice(spec: any, at: string): string[] {
  const node = spec.affinity?.nodeAffinity
  const key = 'DuringSchedulingIgnoredDuringExecution'
  const path = `${at}.affinity.nodeAffinity`
  return [
    ...nodeSelectorWarnings(spec.nodeSelector, `${at}.nodeSelector`),
    ...(node?.[`required${key}`]?.nodeSelectorTerms ?? []).flatMap((term: any, i: number) =>
      nodeTermWarnings(term, `${path}.required${key}.nodeSelectorTerms[${i}]`, false),
    ),
    ...(node?.[`preferred${key}`] ?? []).flatMap((term: any, i: number) =>
      nodeTermWarnings(term.preference, `${path}.preferred${key}[${i}].preference`, true),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap((c: any, i: number) => {
      const text = deprecatedNodeLabel(c.topologyKey)
      return [
        ...(text ? [`${at}.topologySpreadConstraints[${i}].topologyKey: ${c.topologyKey} is ${text}`] : []),
        ...(c.labelSelector ? [] : [`${at}.topologySpreadConstraints[${i}].labelSelector: ${NO_SELECTOR}`]),
      ]
    }),
  ]
}

function volumes(spec: any, at: string): string[] {
  return (spec.volumes ?? []).flatMap((volume: any, i: number) => [
    ...Object.keys(VOLUMES)
      .filter(key => volume[key])
      .map(key => `${at}.volumes[${i}].${key === 'storageos' ? 'storageOS' : key}: ${VOLUMES[key]}`),
    ...claimSpecWarnings(
      volume.ephemeral?.volumeClaimTemplate?.spec,
      `${at}.volumes[${i}].ephemeral.volumeClaimTemplate.spec`,
    ),
  ])
}

function lists(spec: any, at: string): string[] {
  const warnings: string[] = []
  const ips = new Set<string>()
  ;(spec.hostAliases ?? []).forEach((alias: any, i: number) => {
    if (ips.has(alias.ip)) warnings.push(`${at}.hostAliases[${i}].ip: duplicate ip ${JSON.stringify(alias.ip)}`)
    ips.add(alias.ip)
  })
  const names = new Set<string>()
  const secrets: any[] = spec.imagePullSecrets ?? []
  secrets.forEach(({ name = '' }, i) => {
    if (names.has(name)) warnings.push(`${at}.imagePullSecrets[${i}].name: duplicate name ${JSON.stringify(name)}`)
    names.add(name)
  })
  secrets.forEach(({ name = '' }, i) => {
    if (!name) warnings.push(`${at}.imagePullSecrets[${i}].name: invalid empty name ""`)
  })
  return warnings
}

function profiles(
  container: any,
  spec: any,
  annotations: Record<string, string>,
  noted: (key: string) => string,
): string[] {
  const warnings: string[] = []
  const seccomp = SECCOMP_PREFIX + container.name
  if (seccomp in annotations && !container.securityContext?.seccompProfile)
    warnings.push(`${noted(seccomp)}: ${USE_SECCOMP}`)
  const apparmor = APPARMOR_PREFIX + container.name
  const hasField = spec.securityContext?.appArmorProfile || container.securityContext?.appArmorProfile
  if (apparmor in annotations && !hasField) warnings.push(`${noted(apparmor)}: ${USE_APPARMOR}`)
  return warnings
}

function resources(container: any, at: string): string[] {
  return ['memory', 'ephemeral-storage'].flatMap(key =>
    ['limits', 'requests'].flatMap(which => {
      const value = container.resources?.[which]?.[key]
      return value === undefined ? [] : fractional(value, `${at}.resources.${which}[${key}]`)
    }),
  )
}

function fractional(value: string, at: string): string[] {
  const quantity = parseQuantity(value)
  return quantity.milliValue() % 1000
    ? [`${at}: fractional byte value ${JSON.stringify(quantity.toString())} is invalid, must be an integer`]
    : []
}

/** A variable that is given twice, unless the second builds on the first. */
function environment(container: any, at: string): string[] {
  const seen = new Set<string>()
  return (container.env ?? []).flatMap((variable: any, i: number) => {
    const name: string = variable.name ?? ''
    const first = !seen.has(name)
    seen.add(name)
    if (first) return []
    const reference = `$(${name})`
    const value: string = variable.value ?? ''
    const builds = !variable.valueFrom && value !== reference && value.includes(reference)
    return builds
      ? []
      : [`${at}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`]
  })
}

function ports(spec: any, at: string): string[] {
  const warnings: string[] = []
  const known = new Map<string, { port: any; path: string }[]>()
  for (const { container, path } of containersOf(spec, at))
    for (const [i, port] of ((container.ports ?? []) as any[]).entries()) {
      const here = `${path}.ports[${i}]`
      const [ip, hostPort] = [port.hostIP ?? '', port.hostPort ?? 0]
      if (ip && !hostPort)
        warnings.push(
          `${here}: hostIP set without hostPort: {Name:${port.name ?? ''} HostPort:0 ContainerPort:${port.containerPort ?? 0} Protocol:${port.protocol ?? ''} HostIP:${ip}}`,
        )
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`
      const others = known.get(key) ?? []
      for (const other of others) {
        const [otherIP, otherPort] = [other.port.hostIP ?? '', other.port.hostPort ?? 0]
        if (ip === otherIP && hostPort === otherPort)
          warnings.push(`${here}: duplicate port definition with ${other.path}`)
        else if (!hostPort || !otherPort) warnings.push(`${here}: overlapping port definition with ${other.path}`)
        else if (hostPort === otherPort && (ip === '') !== (otherIP === ''))
          warnings.push(`${here}: dangerously ambiguous port definition with ${other.path}`)
      }
      known.set(key, [...others, { port, path: here }])
    }
  return warnings
}

/** A name that stands for ports of several containers, of which but the first will be found. */
function portNames(spec: any, at: string): string[] {
  const known = new Map<string, string>()
  return containersOf(spec, at).flatMap(({ container, path }) =>
    (container.ports ?? []).flatMap((port: any, i: number) => {
      if (!port.name) return []
      const first = known.get(port.name)
      if (first)
        return [
          `${path}.ports[${i}]: duplicate port name ${JSON.stringify(port.name)} with ${first}, services and probes that select ports by name will use ${first}`,
        ]
      known.set(port.name, `${path}.ports[${i}]`)
      return []
    }),
  )
}

function podAffinity(affinity: any, at: string): string[] {
  const key = 'DuringSchedulingIgnoredDuringExecution'
  return ['podAffinity', 'podAntiAffinity'].flatMap(kind => [
    ...(affinity?.[kind]?.[`required${key}`] ?? []).flatMap((term: any, i: number) =>
      term.labelSelector ? [] : [`${at}.${kind}.required${key}[${i}].labelSelector: ${NO_SELECTOR}`],
    ),
    ...(affinity?.[kind]?.[`preferred${key}`] ?? []).flatMap((term: any, i: number) =>
      term.podAffinityTerm?.labelSelector
        ? []
        : [`${at}.${kind}.preferred${key}[${i}].podAffinityTerm.labelSelector: ${NO_SELECTOR}`],
    ),
  ])
}
