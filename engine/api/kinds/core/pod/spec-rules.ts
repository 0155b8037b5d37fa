import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported, required, tooLong } from '../../../validation/field.ts'
import { validateIP } from '../../../validation/ip.ts'
import { validateLabels } from '../../../validation/metadata.ts'
import {
  inRange,
  isDNS1123Label,
  isDNS1123Subdomain,
  isDNS1123SubdomainWithUnderscore,
  isQualifiedName,
} from '../../../validation/names.ts'
import { validateVolumes } from '../volume/volumes.ts'
import { containersOf } from './containers.ts'
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container-rules.ts'
import { validateVariableFiles } from './env-rules.ts'
import { validateOS, validateWindowsHostProcess } from './os-rules.ts'
import { validatePodResources, validateResources } from './resource-rules.ts'
import { validateAffinity, validateSpread, validateTolerations } from './scheduling-rules.ts'
import { validatePodSecurityContext } from './security-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

export interface PodSpecOptions {
  /** True for pods, false for templates: some rules wait for the pod. */
  isPod: boolean
  /** Name of the pod, if it has one yet. */
  podName?: string
  /** Whether the pod stands for one that a kubelet runs from a file. */
  isMirror?: boolean
}

const MAX_INT32 = 2147483647
const MAX_HOSTNAME_OVERRIDE = 64

/** Rules for the spec of a pod, in the order in which Kubernetes complains (ValidatePodSpec). */
export function validatePodSpec(spec: any, at: string, options: PodSpecOptions): FieldError[] {
  const errors: FieldError[] = []
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(required(`${at}.terminationGracePeriodSeconds`))
  const volumes = validateVolumes(spec.volumes, `${at}.volumes`, errors, options)
  const claims = new Set<string>((spec.resourceClaims ?? []).map((c: any) => c.name ?? '').filter(Boolean))
  const context = {
    volumes,
    claims,
    hostUsers: spec.hostUsers !== false,
    restartPolicy: spec.restartPolicy ?? '',
    os: spec.os?.name as string | undefined,
    hasOS: Boolean(spec.os),
    gracePeriodSeconds: spec.terminationGracePeriodSeconds,
  }
  const regularAndInit = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  errors.push(
    ...validateResourceClaims(spec.resourceClaims, `${at}.resourceClaims`, options.isMirror ?? false),
    ...validateContainers(spec.containers, `${at}.containers`, context),
    ...validateInitContainers(spec.initContainers, spec.containers, `${at}.initContainers`, context),
    ...validateEphemeralContainers(spec.ephemeralContainers, regularAndInit, `${at}.ephemeralContainers`, context),
    ...validatePodResources(spec, `${at}.resources`, claims),
    ...validateHostNetworkPorts(spec, at, options.isPod),
    ...choice(spec.restartPolicy, `${at}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...choice(spec.dnsPolicy, `${at}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateLabels(spec.nodeSelector, `${at}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${at}.securityContext`),
    ...validateAffinity(spec.affinity, `${at}.affinity`),
    ...validateDNSConfig(spec.dnsConfig, spec.dnsPolicy, `${at}.dnsConfig`),
    ...validateGates(spec, at),
    ...validateSpread(spec.topologySpreadConstraints, `${at}.topologySpreadConstraints`),
    ...validateWindowsHostProcess(spec, at),
    ...validateHostUsers(spec, at),
    ...validateHostnameOverride(spec, at),
    ...validateNames(spec, at),
    ...validateTolerations(spec.tolerations, `${at}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${at}.hostAliases`),
  )
  if (spec.priorityClassName)
    errors.push(
      ...invalids(`${at}.priorityClassName`, spec.priorityClassName, isDNS1123Subdomain(spec.priorityClassName)),
    )
  if (spec.runtimeClassName !== undefined)
    errors.push(...invalids(`${at}.runtimeClassName`, spec.runtimeClassName, isDNS1123Subdomain(spec.runtimeClassName)))
  if (spec.preemptionPolicy !== undefined)
    errors.push(...choice(spec.preemptionPolicy, `${at}.preemptionPolicy`, ['PreemptLowerPriority', 'Never']))
  if (spec.overhead) errors.push(...validateOverhead(spec.overhead, `${at}.overhead`))
  return [...errors, ...validateOS(spec, at), ...validateVariableFiles(spec, at)]
}

/** What running a pod costs beside its containers; complaints name it as limits. */
export function validateOverhead(overhead: Record<string, string>, at: string): FieldError[] {
  return validateResources({ limits: overhead }, at, new Set())
}

function validateNames(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const name = (key: string, rule: (value: string) => string[]) => {
    if (spec[key]) errors.push(...invalids(`${at}.${key}`, spec[key], rule(spec[key])))
  }
  name('serviceAccountName', isDNS1123Subdomain)
  name('nodeName', isDNS1123Subdomain)
  const deadline = spec.activeDeadlineSeconds
  if (deadline !== undefined)
    errors.push(...invalids(`${at}.activeDeadlineSeconds`, deadline, inRange(deadline, 1, MAX_INT32)))
  name('hostname', isDNS1123Label)
  name('subdomain', isDNS1123Label)
  return errors
}

/** A host name that replaces the one made of hostname and subdomain. */
function validateHostnameOverride(spec: any, at: string): FieldError[] {
  const name = spec.hostnameOverride
  if (name === undefined) return []
  const errors: FieldError[] = []
  const path = `${at}.hostnameOverride`
  if (spec.setHostnameAsFQDN) errors.push(forbidden(path, 'may not be specified when setHostnameAsFQDN is true'))
  if (spec.hostNetwork) errors.push(forbidden(path, 'may not be specified when hostNetwork is true'))
  if (name.length > MAX_HOSTNAME_OVERRIDE) errors.push(tooLong(path, MAX_HOSTNAME_OVERRIDE))
  return [...errors, ...invalids(path, name, isDNS1123Subdomain(name))]
}

function validateResourceClaims(claims: any[] | undefined, at: string, isMirror: boolean): FieldError[] {
  const seen = new Set<string>()
  return (claims ?? []).flatMap((claim, i) => {
    if (isMirror) return [forbidden('', 'static pods do not support resource claims')]
    const path = `${at}[${i}]`
    const errors: FieldError[] = []
    if (!claim.name) errors.push(required(`${path}.name`))
    else if (seen.has(claim.name)) errors.push(duplicate(`${path}.name`, claim.name))
    else errors.push(...invalids(`${path}.name`, claim.name, isDNS1123Label(claim.name)))
    seen.add(claim.name)
    const { resourceClaimName: name, resourceClaimTemplateName: template } = claim
    const shown = {
      Name: claim.name ?? '',
      ResourceClaimName: name ?? null,
      ResourceClaimTemplateName: template ?? null,
    }
    if (name !== undefined && template !== undefined)
      errors.push(
        invalid(path, shown, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'),
      )
    if (name === undefined && template === undefined)
      errors.push(invalid(path, shown, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    if (name !== undefined) errors.push(...invalids(`${path}.resourceClaimName`, name, isDNS1123Subdomain(name)))
    if (template !== undefined)
      errors.push(...invalids(`${path}.resourceClaimTemplateName`, template, isDNS1123Subdomain(template)))
    return errors
  })
}

/** On the host's network a port is the host's. A template may leave the host's port open until the pod is made. */
function validateHostNetworkPorts(spec: any, at: string, isPod: boolean): FieldError[] {
  if (!spec.hostNetwork) return []
  return (spec.containers ?? []).flatMap((container: any, i: number) =>
    (container.ports ?? []).flatMap((port: any, j: number) => {
      const hostPort = port.hostPort ?? 0
      if ((!isPod && hostPort === 0) || hostPort === (port.containerPort ?? 0)) return []
      return [
        invalid(
          `${at}.containers[${i}].ports[${j}].hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        ),
      ]
    }),
  )
}

function validateHostUsers(spec: any, at: string): FieldError[] {
  if (spec.hostUsers !== false) return []
  const text = 'when `hostUsers` is false'
  const errors: FieldError[] = []
  if (spec.hostNetwork) errors.push(forbidden(`${at}.hostNetwork`, text))
  if (spec.hostPID) errors.push(forbidden(`${at}.HostPID`, text))
  if (spec.hostIPC) errors.push(forbidden(`${at}.HostIPC`, text))
  for (const { container, path } of containersOf(spec, at))
    if (container.volumeDevices?.length) errors.push(forbidden(`${path}.volumeDevices`, text))
  return errors
}

function validateGates(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  ;(spec.readinessGates ?? []).forEach((gate: any, i: number) => {
    const type = gate.conditionType ?? ''
    errors.push(...invalids(`${at}.readinessGates[${i}].conditionType`, type, isQualifiedName(type)))
  })
  const seen = new Set<string>()
  ;(spec.schedulingGates ?? []).forEach((gate: any, i: number) => {
    const name = gate.name ?? ''
    errors.push(...invalids(`${at}.schedulingGates[${i}]`, name, isQualifiedName(name)))
    if (seen.has(name)) errors.push(duplicate(`${at}.schedulingGates[${i}]`, name))
    seen.add(name)
  })
  return errors
}

function validateDNSConfig(config: any, policy: string | undefined, at: string): FieldError[] {
  if (policy === 'None') {
    if (!config) return [required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')]
    if (!config.nameservers?.length)
      return [required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None')]
  }
  if (!config) return []
  const errors: FieldError[] = []
  const [servers, searches]: [string[], string[]] = [config.nameservers ?? [], config.searches ?? []]
  if (servers.length > 3) errors.push(invalid(`${at}.nameservers`, servers, 'must not have more than 3 nameservers'))
  servers.forEach((ip, i) => errors.push(...validateIP(ip, `${at}.nameservers[${i}]`)))
  if (searches.length > 32) errors.push(invalid(`${at}.searches`, searches, 'must not have more than 32 search paths'))
  if (searches.join(' ').length > 2048)
    errors.push(
      invalid(
        `${at}.searches`,
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    )
  searches.forEach((search, i) => {
    if (search === '.') return
    const name = search.replace(/\.$/, '')
    errors.push(...invalids(`${at}.searches[${i}]`, name, isDNS1123SubdomainWithUnderscore(name)))
  })
  ;(config.options ?? []).forEach((option: any, i: number) => {
    if (!option.name) errors.push(required(`${at}.options[${i}]`, 'must not be empty'))
  })
  return errors
}

function validateHostAliases(aliases: any[] | undefined, at: string): FieldError[] {
  return (aliases ?? []).flatMap((alias, i) => [
    ...validateIP(alias.ip ?? '', `${at}[${i}].ip`),
    ...(alias.hostnames ?? []).flatMap((name: string, j: number) =>
      invalids(`${at}[${i}].hostnames[${j}]`, name, isDNS1123Subdomain(name)),
    ),
  ])
}

function choice(value: string | undefined, at: string, supported: string[]): FieldError[] {
  if (!value) return [required(at)]
  return supported.includes(value) ? [] : [notSupported(at, value, supported)]
}
