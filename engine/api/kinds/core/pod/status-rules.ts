import type { KubeObject } from '../../../object.ts'
import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { isDualStack, validateIP } from '../../../validation/ip.ts'
import { inRange, isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized']
const MAX_ID = 2147483647
const STATUS_LISTS = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']

/** What the writers of a pod's status may not do (ValidatePodStatusUpdate). */
export function validatePodStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const [now, was] = [object.status ?? {}, old.status ?? {}]
  const errors: FieldError[] = []
  const observed = (holder: any, path: string) => {
    if (holder.observedGeneration < 0)
      errors.push(invalid(`${path}.observedGeneration`, holder.observedGeneration, 'must be a non-negative integer'))
  }
  ;(now.conditions ?? []).forEach((condition: any, i: number) => {
    const type = condition.type ?? ''
    observed(condition, `status.conditions[${i}]`)
    if (!SYSTEM_CONDITIONS.includes(type))
      errors.push(...invalids(`status.conditions[${i}].Type`, type, isQualifiedName(type)))
  })
  if ((object.spec?.nodeName ?? '') !== (old.spec?.nodeName ?? ''))
    errors.push(forbidden('status.nodeName', 'may not be changed directly'))
  const nominated = now.nominatedNodeName
  if (nominated && nominated !== was.nominatedNodeName)
    errors.push(...invalids('status.nominatedNodeName', nominated, isDNS1123Subdomain(nominated)))
  if (nominated && nominated !== was.nominatedNodeName && old.spec?.nodeName)
    errors.push(forbidden('status.nominatedNodeName', 'may not be set on pods that are already bound to a node'))
  observed(now, 'status')
  if ((now.qosClass ?? '') !== (was.qosClass ?? ''))
    errors.push(invalid('status.qosClass', now.qosClass ?? '', 'field is immutable'))
  errors.push(...validateTransitions(now, was, old.spec ?? {}))
  errors.push(...validateClaimStatuses(now.resourceClaimStatuses, object.spec?.resourceClaims))
  errors.push(...validateExtendedClaim(now.extendedResourceClaimStatus, object.spec ?? {}))
  errors.push(...validateAddresses(now.podIPs, 'status.podIPs'))
  if (now.hostIPs?.length && (now.hostIP ?? '') !== now.hostIPs[0].ip)
    errors.push(invalid('status.hostIPs[0].ip', now.hostIPs[0].ip ?? '', 'must be equal to `hostIP`'))
  errors.push(...validateAddresses(now.hostIPs, 'status.hostIPs'))
  for (const list of STATUS_LISTS)
    (now[list] ?? []).forEach((status: any, i: number) =>
      errors.push(...validateUser(status.user, `status.${list}[${i}].user.linux`, object.spec?.os?.name)),
    )
  errors.push(...validateAllocated(now, object.spec ?? {}))
  return errors
}

/** A container of a pod that is not restarted does not run again once it has ended. */
function validateTransitions(now: any, was: any, spec: any): FieldError[] {
  const mayRunAgain: Record<string, (name: string, exitCode: number) => boolean> = {
    containerStatuses: (name, exitCode) => {
      const container = (spec.containers ?? []).find((c: any) => c.name === name)
      return container !== undefined && isRestarted(container, spec.restartPolicy, exitCode)
    },
    initContainerStatuses: (name, exitCode) =>
      byPolicy(spec.restartPolicy, exitCode) ||
      (spec.initContainers ?? []).find((c: any) => c.name === name)?.restartPolicy === 'Always',
    ephemeralContainerStatuses: () => false,
  }
  return STATUS_LISTS.flatMap(list =>
    (was[list] ?? []).flatMap((before: any, i: number) => {
      const ended = before.state?.terminated
      if (!ended || mayRunAgain[list]!(before.name, ended.exitCode ?? 0)) return []
      const after = (now[list] ?? []).find((s: any) => s.name === before.name)
      return after && !after.state?.terminated
        ? [forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state')]
        : []
    }),
  )
}

/** Rules of a container's own come before its policy, which comes before its pod's. */
function isRestarted(container: any, podPolicy: string, exitCode: number): boolean {
  if (container.restartPolicy === undefined) return byPolicy(podPolicy, exitCode)
  const rule = (container.restartPolicyRules ?? []).find(({ exitCodes }: any) => {
    const listed = (exitCodes?.values ?? []).includes(exitCode)
    return exitCodes?.operator === 'In' ? listed : exitCodes?.operator === 'NotIn' && !listed
  })
  return rule ? true : byPolicy(container.restartPolicy, exitCode)
}

const byPolicy = (policy: string, exitCode: number): boolean =>
  policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)

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

/** The claim that stands for the extended resources of a pod's containers. */
function validateExtendedClaim(status: any, spec: any): FieldError[] {
  if (!status) return []
  const at = 'status.extendedResourceClaimStatus'
  const errors: FieldError[] = []
  const containers = new Map<string, any>(
    [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((c: any) => [c.name, c]),
  )
  const mappings: any[] = status.requestMappings ?? []
  if (!mappings.length) errors.push(required(`${at}.requestMappings`, 'at least one request mapping is required'))
  const seen = new Set<string>()
  mappings.forEach((mapping, i) => {
    const path = `${at}.requestMappings[${i}]`
    const { containerName = '', resourceName = '', requestName = '' } = mapping
    const container = containers.get(containerName)
    if (!container)
      errors.push(
        invalid(
          `${path}.containerName`,
          containerName,
          'must match the name of an entry in spec.initContainers.name or spec.containers.name',
        ),
      )
    else if (!(resourceName in (container.resources?.requests ?? {})))
      errors.push(
        invalid(
          `${path}.resourceName`,
          resourceName,
          'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests',
        ),
      )
    errors.push(...invalids(`${at}.requestName`, requestName, isDNS1123Label(requestName)))
    const key = `${containerName}/${resourceName}`
    if (seen.has(key))
      errors.push(duplicate(`${path}.containerName`, containerName), duplicate(`${path}.resourceName`, resourceName))
    seen.add(key)
  })
  const name = status.resourceClaimName
  if (!name) errors.push(required(`${at}.resourceClaimName`))
  else errors.push(...invalids(`${at}.resourceClaimName`, name, isDNS1123Subdomain(name)))
  return errors
}

function validateAddresses(list: { ip?: string }[] | undefined, at: string): FieldError[] {
  const ips = (list ?? []).map(entry => entry.ip ?? '')
  const errors = ips.flatMap((ip, i) => validateIP(ip, `${at}[${i}]`))
  if (ips.length < 2) return errors
  const shown = ips.map(IP => ({ IP }))
  if (!isDualStack(ips) || ips.length > 2)
    errors.push(invalid(at, shown, 'may specify no more than one IP for each IP family'))
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
