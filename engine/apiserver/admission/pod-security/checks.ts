/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

/** Why a pod is not as safe as its level asks. */
export interface Violation {
  reason: string
  detail: string
}

export type Check = (spec: any, metadata: any) => Violation | undefined

type Container = any

/** All containers, in the order in which Kubernetes visits them. */
const containersOf = (spec: any): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]

const quoted = (names: readonly string[]): string => names.map(name => JSON.stringify(name)).join(', ')
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()
const plural = (one: string, count: number): string => (count === 1 ? one : `${one}s`)
const named = (what: string, names: readonly string[]): string => `${plural(what, names.length)} ${quoted(names)}`
const isWindows = (spec: any): boolean => spec.os?.name === 'windows'

const namesWhere = (spec: any, isBad: (container: Container) => boolean): string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(container => container.name ?? '')

/** Who set something wrong: the pod, containers, or both. */
function setters(spec: any, isBad: (securityContext: any) => boolean): string {
  const containers = namesWhere(spec, c => isBad(c.securityContext ?? {}))
  const parts = isBad(spec.securityContext ?? {}) ? ['pod'] : []
  if (containers.length) parts.push(named('container', containers))
  return parts.join(' and ')
}

const allContexts = (spec: any): any[] =>
  [spec.securityContext, ...containersOf(spec).map(c => c.securityContext)].filter(Boolean)

const violation = (reason: string, detail: string): Violation | undefined => (detail ? { reason, detail } : undefined)

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/'

export const appArmorProfile: Check = (spec, metadata) => {
  const isBad = (context: any) =>
    !!context.appArmorProfile && !['RuntimeDefault', 'Localhost'].includes(context.appArmorProfile.type)
  const who = setters(spec, isBad)
  const values = sorted(
    allContexts(spec)
      .filter(isBad)
      .map(c => c.appArmorProfile.type ?? ''),
  ).map(value => JSON.stringify(value))
  const annotations = Object.entries<string>(metadata.annotations ?? {})
    .filter(([key, value]) => key.startsWith(APPARMOR) && !/^(|runtime\/default|localhost\/.*)$/s.test(value))
    .map(([key, value]) => JSON.stringify(`${key}=${JSON.stringify(value)}`))
    .sort()
  const all = [...values, ...annotations]
  if (!all.length) return undefined
  const by = [who, annotations.length ? plural('annotation', annotations.length) : ''].filter(Boolean).join(' and ')
  return violation(
    plural('forbidden AppArmor profile', all.length),
    `${by} must not set AppArmor profile type to ${all.join(', ')}`,
  )
}

const DEFAULT_CAPABILITIES =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  )

function addedCapabilities(spec: any, allowed: readonly string[]): string {
  const extra = (container: Container): string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter((name: string) => !allowed.includes(name))
  const names = namesWhere(spec, c => extra(c).length > 0)
  if (!names.length) return ''
  const added = quoted(sorted(containersOf(spec).flatMap(extra)))
  return `${named('container', names)} must not include ${added} in securityContext.capabilities.add`
}

export const capabilitiesBaseline: Check = spec =>
  violation('non-default capabilities', addedCapabilities(spec, DEFAULT_CAPABILITIES))

export const hostNamespaces: Check = spec =>
  violation(
    'host namespaces',
    ['hostNetwork', 'hostPID', 'hostIPC']
      .filter(key => spec[key])
      .map(key => `${key}=true`)
      .join(', '),
  )

export const hostPathVolumes: Check = spec => {
  const names = (spec.volumes ?? []).filter((v: any) => v.hostPath).map((v: any) => v.name)
  return violation('hostPath volumes', names.length ? named('volume', names) : '')
}

export const hostPorts: Check = spec => {
  const portsOf = (container: Container): string[] =>
    (container.ports ?? []).filter((p: any) => p.hostPort).map((p: any) => String(p.hostPort))
  const names = namesWhere(spec, c => portsOf(c).length > 0)
  if (!names.length) return undefined
  const ports = sorted(containersOf(spec).flatMap(portsOf))
  const uses = names.length === 1 ? 'uses' : 'use'
  return violation(
    'hostPort',
    `${named('container', names)} ${uses} ${plural('hostPort', ports.length)} ${ports.join(', ')}`,
  )
}

export const hostProbes: Check = spec => {
  const hostsOf = (c: Container): string[] =>
    [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle?.postStart, c.lifecycle?.preStop]
      .flatMap(handler => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .filter(Boolean)
  const names = namesWhere(spec, c => hostsOf(c).length > 0)
  if (!names.length) return undefined
  const hosts = sorted(containersOf(spec).flatMap(hostsOf))
  const uses = names.length === 1 ? 'uses' : 'use'
  return violation(
    'probe or lifecycle host',
    `${named('container', names)} ${uses} ${named('probe or lifecycle host', hosts)}`,
  )
}

export const privileged: Check = spec => {
  const names = namesWhere(spec, c => c.securityContext?.privileged === true)
  return violation(
    'privileged',
    names.length ? `${named('container', names)} must not set securityContext.privileged=true` : '',
  )
}

export const procMount: Check = spec => {
  const kindOf = (c: Container): string => c.securityContext?.procMount ?? 'Default'
  const names = namesWhere(spec, c => kindOf(c) !== 'Default')
  if (!names.length) return undefined
  const kinds = sorted(containersOf(spec).map(kindOf)).filter(kind => kind !== 'Default')
  return violation(
    'procMount',
    `${named('container', names)} must not set securityContext.procMount to ${quoted(kinds)}`,
  )
}

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']

export const seLinuxOptions: Check = spec => {
  const badType = (c: any) => !SELINUX_TYPES.includes(c.seLinuxOptions?.type ?? '')
  const user = (c: any) => !!c.seLinuxOptions?.user
  const role = (c: any) => !!c.seLinuxOptions?.role
  const who = setters(spec, c => badType(c) || user(c) || role(c))
  if (!who) return undefined
  const contexts = allContexts(spec)
  const types = sorted(contexts.filter(badType).map(c => c.seLinuxOptions.type))
  const data = [
    types.length ? named('type', types) : '',
    contexts.some(user) ? 'user may not be set' : '',
    contexts.some(role) ? 'role may not be set' : '',
  ].filter(Boolean)
  return violation('seLinuxOptions', `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`)
}

const SAFE_SECCOMP = ['RuntimeDefault', 'Localhost']

function forbiddenSeccomp(spec: any): string {
  const isBad = (context: any) => !!context.seccompProfile && !SAFE_SECCOMP.includes(context.seccompProfile.type)
  const who = setters(spec, isBad)
  if (!who) return ''
  const types = sorted(
    allContexts(spec)
      .filter(isBad)
      .map(c => c.seccompProfile.type ?? ''),
  )
  return `${who} must not set securityContext.seccompProfile.type to ${quoted(types)}`
}

export const seccompBaseline: Check = spec => violation('seccompProfile', forbiddenSeccomp(spec))

const SAFE_SYSCTLS = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_wmem',
]

export const sysctls: Check = spec => {
  const names: string[] = (spec.securityContext?.sysctls ?? []).map((s: any) => s.name)
  return violation('forbidden sysctls', names.filter(name => !SAFE_SYSCTLS.includes(name)).join(', '))
}

export const windowsHostProcess: Check = spec => {
  const who = setters(spec, c => c.windowsOptions?.hostProcess === true)
  return violation('hostProcess', who && `${who} must not set securityContext.windowsOptions.hostProcess=true`)
}

export const allowPrivilegeEscalation: Check = spec => {
  if (isWindows(spec)) return undefined
  const names = namesWhere(spec, c => c.securityContext?.allowPrivilegeEscalation !== false)
  return violation(
    'allowPrivilegeEscalation != false',
    names.length ? `${named('container', names)} must set securityContext.allowPrivilegeEscalation=false` : '',
  )
}

export const capabilitiesRestricted: Check = spec => {
  if (isWindows(spec)) return undefined
  const names = namesWhere(spec, c => !(c.securityContext?.capabilities?.drop ?? []).includes('ALL'))
  const details = [
    names.length ? `${named('container', names)} must set securityContext.capabilities.drop=["ALL"]` : '',
    addedCapabilities(spec, ['NET_BIND_SERVICE']),
  ]
  return violation('unrestricted capabilities', details.filter(Boolean).join('; '))
}

const SAFE_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

export const restrictedVolumes: Check = spec => {
  const typeOf = (volume: any): string => Object.keys(volume).find(key => key !== 'name') ?? 'unknown'
  const bad = (spec.volumes ?? []).filter((volume: any) => !SAFE_VOLUMES.includes(typeOf(volume)))
  if (!bad.length) return undefined
  const names = bad.map((volume: any) => volume.name)
  const types = named('restricted volume type', sorted(bad.map(typeOf)))
  return violation(
    'restricted volume types',
    `${named('volume', names)} ${names.length === 1 ? 'uses' : 'use'} ${types}`,
  )
}

/** Something that every container needs, by itself or from its pod. */
function missing(spec: any, has: (context: any) => boolean, what: string): string {
  if (has(spec.securityContext ?? {})) return ''
  const names = namesWhere(spec, c => !has(c.securityContext ?? {}))
  return names.length ? `pod or ${named('container', names)} must set securityContext.${what}` : ''
}

export const runAsNonRoot: Check = spec => {
  const who = setters(spec, c => c.runAsNonRoot === false)
  const detail = who
    ? `${who} must not set securityContext.runAsNonRoot=false`
    : missing(spec, c => c.runAsNonRoot === true, 'runAsNonRoot=true')
  return violation('runAsNonRoot != true', detail)
}

export const runAsUser: Check = spec => {
  const who = setters(spec, c => c.runAsUser === 0)
  return violation('runAsUser=0', who && `${who} must not set runAsUser=0`)
}

export const seccompRestricted: Check = spec =>
  isWindows(spec)
    ? undefined
    : violation(
        'seccompProfile',
        forbiddenSeccomp(spec) ||
          missing(
            spec,
            c => SAFE_SECCOMP.includes(c.seccompProfile?.type),
            'seccompProfile.type to "RuntimeDefault" or "Localhost"',
          ),
      )

/** The checks of each level, in the order of their names; the ones of restricted come after those of baseline. */
export const CHECKS: Record<string, Check[]> = {
  privileged: [],
  baseline: [
    appArmorProfile,
    capabilitiesBaseline,
    hostNamespaces,
    hostPathVolumes,
    hostPorts,
    hostProbes,
    privileged,
    procMount,
    seLinuxOptions,
    seccompBaseline,
    sysctls,
    windowsHostProcess,
  ],
  restricted: [
    appArmorProfile,
    hostNamespaces,
    hostPorts,
    hostProbes,
    privileged,
    procMount,
    seLinuxOptions,
    sysctls,
    windowsHostProcess,
    allowPrivilegeEscalation,
    capabilitiesRestricted,
    restrictedVolumes,
    runAsNonRoot,
    runAsUser,
    seccompRestricted,
  ],
}
