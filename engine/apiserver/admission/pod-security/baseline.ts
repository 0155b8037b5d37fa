import {
  addedCapabilities,
  allContexts,
  containersOf,
  forbiddenSeccomp,
  named,
  namesWhere,
  plural,
  quoted,
  setters,
  sorted,
  violation,
} from './findings.ts'
import type { Check, Container } from './findings.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

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

const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t']
/** Joined the others in 1.31. */
const ENGINE_TYPE = 'container_engine_t'

export const seLinuxOptions: Check = (spec, _metadata, minor) => {
  const types = minor >= 31 ? [...SELINUX_TYPES, ENGINE_TYPE] : SELINUX_TYPES
  const badType = (c: any) => !types.includes(c.seLinuxOptions?.type ?? '')
  const user = (c: any) => !!c.seLinuxOptions?.user
  const role = (c: any) => !!c.seLinuxOptions?.role
  const who = setters(spec, c => badType(c) || user(c) || role(c))
  if (!who) return undefined
  const contexts = allContexts(spec)
  const bad = sorted(contexts.filter(badType).map(c => c.seLinuxOptions.type))
  const data = [
    bad.length ? named('type', bad) : '',
    contexts.some(user) ? 'user may not be set' : '',
    contexts.some(role) ? 'role may not be set' : '',
  ].filter(Boolean)
  return violation('seLinuxOptions', `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`)
}

export const seccompBaseline: Check = spec => violation('seccompProfile', forbiddenSeccomp(spec))

/** Settings that are a pod's own, with the version since which they count as safe. */
const SAFE_SYSCTLS: Record<string, number> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.tcp_wmem': 32,
}

export const sysctls: Check = (spec, _metadata, minor) => {
  const names: string[] = (spec.securityContext?.sysctls ?? []).map((s: any) => s.name)
  const isSafe = (name: string) => Object.hasOwn(SAFE_SYSCTLS, name) && minor >= SAFE_SYSCTLS[name]!
  return violation('forbidden sysctls', names.filter(name => !isSafe(name)).join(', '))
}

export const windowsHostProcess: Check = spec => {
  const who = setters(spec, c => c.windowsOptions?.hostProcess === true)
  return violation('hostProcess', who && `${who} must not set securityContext.windowsOptions.hostProcess=true`)
}
