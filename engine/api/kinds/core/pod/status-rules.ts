import type { KubeObject } from '../../../object.ts'
import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported } from '../../../validation/field.ts'
import { isDualStack, validateIP } from '../../../validation/ip.ts'
import { inRange, isDNS1123Subdomain, isQualifiedName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized']
const MAX_ID = 2147483647
const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']

/** What the writers of a pod's status may not do (ValidatePodStatusUpdate). */
export function validatePodStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, was] = [object.status ?? {}, old.status ?? {}]
  const errors: FieldError[] = []
  ;(now.conditions ?? []).forEach((condition: any, i: number) => {
    const type = condition.type ?? ''
    // The path is Kubernetes' own.
    if (!SYSTEM_CONDITIONS.includes(type))
      errors.push(...invalids(`metadata.conditions[${i}].Type`, type, isQualifiedName(type)))
  })
  if ((object.spec?.nodeName ?? '') !== (old.spec?.nodeName ?? ''))
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  const nominated = now.nominatedNodeName
  if (nominated && nominated !== was.nominatedNodeName)
    errors.push(...invalids('status.nominatedNodeName', nominated, isDNS1123Subdomain(nominated)))
  if ((now.qosClass ?? '') !== (was.qosClass ?? ''))
    errors.push(invalid('status.qosClass', now.qosClass ?? '', 'field is immutable'))
  errors.push(...validateTransitions(now, was, old.spec ?? {}))
  errors.push(...validateClaimStatuses(now.resourceClaimStatuses, object.spec?.resourceClaims))
  errors.push(...validateAddresses(now.podIPs, 'status.podIPs'))
  if (now.hostIPs?.length && (now.hostIP ?? '') !== now.hostIPs[0].ip)
    errors.push(invalid('status.hostIPs[0].ip', now.hostIPs[0].ip ?? '', 'must be equal to `hostIP`'))
  errors.push(...validateAddresses(now.hostIPs, 'status.hostIPs'))
  for (const list of STATUS_LISTS)
    (now[list] ?? []).forEach((status: any, i: number) =>
      errors.push(...validateUser(status.user, `status.${list}[${i}].linux`, object.spec?.os?.name)),
    )
  errors.push(...validateAllocated(now, object.spec ?? {}))
  return errors
}

/** A container of a pod that is not restarted does not run again once it has ended. */
function validateTransitions(now: any, was: any, spec: any): FieldError[] {
  const errors: FieldError[] = []
  for (const list of STATUS_LISTS) {
    // Ephemeral containers are never restarted.
    const policy = list === 'ephemeralContainerStatuses' ? 'Never' : spec.restartPolicy
    if (policy === 'Always') continue
    const containers: any[] = spec[list === 'initContainerStatuses' ? 'initContainers' : 'containers'] ?? []
    ;(was[list] ?? []).forEach((before: any, i: number) => {
      const ended = before.state?.terminated
      if (!ended || (ended.exitCode && policy === 'OnFailure')) return
      const container = containers.find(c => c.name === before.name)
      // A policy or rules of the container's own may start it again.
      if (container?.restartPolicy !== undefined || container?.restartPolicyRules?.length) return
      const after = (now[list] ?? []).find((s: any) => s.name === before.name)
      if (after && !after.state?.terminated)
        errors.push(forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'))
    })
  }
  return errors
}

function validateClaimStatuses(statuses: any[] | undefined, claims: any[] | undefined): FieldError[] {
  const seen = new Set<string>()
  return (statuses ?? []).flatMap((status, i) => {
    const path = `status.resourceClaimStatuses[${i}].name`
    const errors: FieldError[] = []
    if (!(claims ?? []).some(c => c.name === status.name))
      errors.push(invalid(path, status.name ?? '', 'must match the name of an entry in `spec.resourceClaims`'))
    if (seen.has(status.name)) errors.push(duplicate(path, status.name))
    seen.add(status.name)
    if (status.resourceClaimName !== undefined)
      errors.push(...invalids(path, status.resourceClaimName, isDNS1123Subdomain(status.resourceClaimName)))
    return errors
  })
}

function validateAddresses(list: { ip?: string }[] | undefined, at: string): FieldError[] {
  const ips = (list ?? []).map(entry => entry.ip ?? '')
  const errors = ips.flatMap((ip, i) => validateIP(ip, `${at}[${i}]`))
  if (ips.length < 2) return errors
  const shown = ips.map(IP => ({ IP }))
  if (!isDualStack(ips) || ips.length > 2)
    errors.push(invalid(at, shown, 'may specify no more than one IP for each IP family'))
  ips.forEach((ip, i) => {
    if (ips.indexOf(ip) < i) errors.push(duplicate(`${at}[${i}]`, { IP: ip }))
  })
  return errors
}

function validateUser(user: any, at: string, os: string | undefined): FieldError[] {
  if (!user?.linux) return []
  if (os === 'windows') return [forbidden(at, 'cannot be set for a windows pod')]
  const id = (value: number, path: string) => invalids(path, value, inRange(value, 0, MAX_ID))
  return [
    ...id(user.linux.uid ?? 0, `${at}.uid`),
    ...id(user.linux.gid ?? 0, `${at}.gid`),
    ...(user.linux.supplementalGroups ?? []).flatMap((gid: number, i: number) =>
      id(gid, `${at}.supplementalGroups[${i}]`),
    ),
  ]
}

/** The health of devices that containers got. */
function validateAllocated(status: any, spec: any): FieldError[] {
  const errors: FieldError[] = []
  for (const [list, containers] of [
    ['containerStatuses', spec.containers],
    ['initContainerStatuses', spec.initContainers],
  ] as const)
    (status[list] ?? []).forEach((entry: any, i: number) =>
      (entry.allocatedResourcesStatus ?? []).forEach((allocated: any, j: number) => {
        const path = `status.${list}[${i}].allocatedResourcesStatus[${j}]`
        const container = (containers ?? []).find((c: any) => c.name === entry.name)
        if (container) errors.push(...validateAllocatedName(allocated.name ?? '', container, `${path}.name`))
        const seen = new Set<string>()
        ;(allocated.resources ?? []).forEach((resource: any, k: number) => {
          const health = ['Healthy', 'Unhealthy', 'Unknown']
          if (!health.includes(resource.health))
            errors.push(notSupported(`${path}.resources[${k}].health`, resource.health ?? '', health))
          if (seen.has(resource.resourceID))
            errors.push(duplicate(`${path}.resources[${k}].resourceID`, resource.resourceID))
          seen.add(resource.resourceID)
        })
      }),
    )
  ;(status.ephemeralContainerStatuses ?? []).forEach((entry: any, i: number) => {
    if (entry.allocatedResourcesStatus?.length)
      errors.push(
        forbidden(
          `status.ephemeralContainerStatuses[${i}].allocatedResourcesStatus`,
          'must not be specified in container status',
        ),
      )
  })
  return errors
}

function validateAllocatedName(name: string, container: any, at: string): FieldError[] {
  if (name.startsWith('claim:')) {
    const known = (container.resources?.claims ?? []).some(
      (c: any) => name === `claim:${c.name}${c.request ? `/${c.request}` : ''}`,
    )
    return known
      ? []
      : [
          invalid(
            at,
            name,
            "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
          ),
        ]
  }
  return name in (container.resources?.requests ?? {})
    ? []
    : [invalid(at, name, "must match one of the container's resource requests")]
}
