/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

/** Why a pod is not as safe as its level asks. */
export interface Violation {
  reason: string
  detail: string
}

/** `minor` is the version of Kubernetes, 1.minor, whose standards count. */
export type Check = (spec: any, metadata: any, minor: number) => Violation | undefined

export type Container = any

/** All containers, in the order in which Kubernetes visits them. */
export const containersOf = (spec: any): Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]

export const quoted = (names: readonly string[]): string => names.map(name => JSON.stringify(name)).join(', ')
export const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort()
export const plural = (one: string, count: number): string => (count === 1 ? one : `${one}s`)
export const named = (what: string, names: readonly string[]): string =>
  `${plural(what, names.length)} ${quoted(names)}`
export const isWindows = (spec: any): boolean => spec.os?.name === 'windows'

export const namesWhere = (spec: any, isBad: (container: Container) => boolean): string[] =>
  containersOf(spec)
    .filter(isBad)
    .map(container => container.name ?? '')

/** Who set something wrong: the pod, containers, or both. */
export function setters(spec: any, isBad: (securityContext: any) => boolean): string {
  const containers = namesWhere(spec, c => isBad(c.securityContext ?? {}))
  const parts = isBad(spec.securityContext ?? {}) ? ['pod'] : []
  if (containers.length) parts.push(named('container', containers))
  return parts.join(' and ')
}

export const allContexts = (spec: any): any[] =>
  [spec.securityContext, ...containersOf(spec).map(c => c.securityContext)].filter(Boolean)

export const violation = (reason: string, detail: string): Violation | undefined =>
  detail ? { reason, detail } : undefined

/** Capabilities that containers add beyond the allowed ones. */
export function addedCapabilities(spec: any, allowed: readonly string[]): string {
  const extra = (container: Container): string[] =>
    (container.securityContext?.capabilities?.add ?? []).filter((name: string) => !allowed.includes(name))
  const names = namesWhere(spec, c => extra(c).length > 0)
  if (!names.length) return ''
  const added = quoted(sorted(containersOf(spec).flatMap(extra)))
  return `${named('container', names)} must not include ${added} in securityContext.capabilities.add`
}

export const SAFE_SECCOMP = ['RuntimeDefault', 'Localhost']

export function forbiddenSeccomp(spec: any): string {
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
