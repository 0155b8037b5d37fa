import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../../validation/field.ts'
import { validateLabelSelector } from '../../../validation/metadata.ts'
import {
  inRange,
  isDNS1123Label,
  isDNS1123Subdomain,
  isIP,
  isLabelValue,
  isQualifiedName,
  oneOf,
} from '../../../validation/names.ts'
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container-rules.ts'
import { validateResources } from './resource-rules.ts'
import { validateVolumes } from './volume-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_ID = 2147483647
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

/** Rules for the spec of a pod, in the order in which Kubernetes complains (ValidatePodSpec). */
export function validatePodSpec(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const volumes = validateVolumes(spec.volumes, `${at}.volumes`, errors)
  const context = {
    volumes,
    hostNetwork: spec.hostNetwork === true,
    hostUsers: spec.hostUsers,
    claims: new Set<string>((spec.resourceClaims ?? []).map((c: any) => c.name)),
  }
  errors.push(...validateContainers(spec.containers, `${at}.containers`, context))
  errors.push(...validateInitContainers(spec.initContainers, spec.containers, `${at}.initContainers`, context))
  errors.push(
    ...validateEphemeralContainers(
      spec.ephemeralContainers,
      [...(spec.containers ?? []), ...(spec.initContainers ?? [])],
      `${at}.ephemeralContainers`,
      context,
    ),
  )
  errors.push(
    ...oneOf(spec.restartPolicy, `${at}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...oneOf(spec.dnsPolicy, `${at}.dnsPolicy`, DNS_POLICIES),
  )
  if (spec.resources) errors.push(...validateResources(spec.resources, `${at}.resources`))
  for (const [key, value] of Object.entries<string>(spec.nodeSelector ?? {})) {
    errors.push(...isQualifiedName(key).map(text => invalid(`${at}.nodeSelector`, key, text)))
    errors.push(...isLabelValue(value).map(text => invalid(`${at}.nodeSelector`, value, text)))
  }
  errors.push(...validatePodSecurity(spec, `${at}.securityContext`))
  ;(spec.imagePullSecrets ?? []).forEach((ref: any, i: number) => {
    if (!ref.name) errors.push(required(`${at}.imagePullSecrets[${i}].name`))
  })
  errors.push(...validateAffinity(spec.affinity, `${at}.affinity`))
  errors.push(...validateDNS(spec, `${at}.dnsConfig`))
  ;(spec.readinessGates ?? []).forEach((gate: any, i: number) =>
    errors.push(
      ...isQualifiedName(gate.conditionType ?? '').map(text =>
        invalid(`${at}.readinessGates[${i}].conditionType`, gate.conditionType ?? '', text),
      ),
    ),
  )
  const gates = new Set<string>()
  ;(spec.schedulingGates ?? []).forEach((gate: any, i: number) => {
    errors.push(
      ...isQualifiedName(gate.name ?? '').map(text => invalid(`${at}.schedulingGates[${i}]`, gate.name ?? '', text)),
    )
    if (gates.has(gate.name)) errors.push(duplicate(`${at}.schedulingGates[${i}]`, gate.name))
    gates.add(gate.name)
  })
  errors.push(...validateSpread(spec.topologySpreadConstraints, `${at}.topologySpreadConstraints`))
  if (spec.serviceAccountName)
    errors.push(
      ...isDNS1123Subdomain(spec.serviceAccountName).map(text =>
        invalid(`${at}.serviceAccountName`, spec.serviceAccountName, text),
      ),
    )
  if (spec.nodeName)
    errors.push(...isDNS1123Subdomain(spec.nodeName).map(text => invalid(`${at}.nodeName`, spec.nodeName, text)))
  if (spec.activeDeadlineSeconds !== undefined)
    errors.push(
      ...inRange(spec.activeDeadlineSeconds, 1, MAX_ID).map(text =>
        invalid(`${at}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, text),
      ),
    )
  if (spec.hostname)
    errors.push(...isDNS1123Label(spec.hostname).map(text => invalid(`${at}.hostname`, spec.hostname, text)))
  if (spec.subdomain)
    errors.push(...isDNS1123Label(spec.subdomain).map(text => invalid(`${at}.subdomain`, spec.subdomain, text)))
  errors.push(...validateTolerations(spec.tolerations, `${at}.tolerations`))
  ;(spec.hostAliases ?? []).forEach((alias: any, i: number) => {
    errors.push(...isIP(alias.ip ?? '').map(text => invalid(`${at}.hostAliases[${i}].ip`, alias.ip ?? '', text)))
    ;(alias.hostnames ?? []).forEach((name: string, j: number) =>
      errors.push(
        ...isDNS1123Subdomain(name).map(text => invalid(`${at}.hostAliases[${i}].hostnames[${j}]`, name, text)),
      ),
    )
  })
  if (spec.priorityClassName)
    errors.push(
      ...isDNS1123Subdomain(spec.priorityClassName).map(text =>
        invalid(`${at}.priorityClassName`, spec.priorityClassName, text),
      ),
    )
  if (spec.runtimeClassName)
    errors.push(
      ...isDNS1123Subdomain(spec.runtimeClassName).map(text =>
        invalid(`${at}.runtimeClassName`, spec.runtimeClassName, text),
      ),
    )
  if (spec.preemptionPolicy !== undefined && !['Never', 'PreemptLowerPriority'].includes(spec.preemptionPolicy))
    errors.push(notSupported(`${at}.preemptionPolicy`, spec.preemptionPolicy, ['Never', 'PreemptLowerPriority']))
  if (spec.os && !['linux', 'windows'].includes(spec.os.name))
    errors.push(
      spec.os.name
        ? notSupported(`${at}.os`, spec.os.name, ['linux', 'windows'])
        : required(`${at}.os.name`, 'cannot be empty'),
    )
  for (const list of ['containers', 'initContainers'])
    (spec[list] ?? []).forEach((c: any, i: number) => {
      if (c.image && c.image !== c.image.trim())
        errors.push(invalid(`${at}.${list}[${i}].image`, c.image, 'must not have leading or trailing whitespace'))
    })
  return errors
}

/** Tolerations of taints. */
export function validateTolerations(tolerations: any[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  ;(tolerations ?? []).forEach((t, i) => {
    const path = `${at}[${i}]`
    const operator = t.operator ?? 'Equal'
    if (t.key) errors.push(...isQualifiedName(t.key).map(text => invalid(`${path}.key`, t.key, text)))
    else if (operator !== 'Exists')
      errors.push(
        invalid(
          `${path}.operator`,
          t.operator ?? '',
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      )
    if (t.tolerationSeconds !== undefined && t.effect !== 'NoExecute')
      errors.push(
        invalid(`${path}.effect`, t.effect ?? '', "effect must be 'NoExecute' when `tolerationSeconds` is set"),
      )
    if (operator === 'Equal')
      errors.push(...isLabelValue(t.value ?? '').map(text => invalid(`${path}.operator`, t.value, text)))
    else if (operator === 'Exists') {
      if (t.value) errors.push(invalid(`${path}.operator`, t, "value must be empty when `operator` is 'Exists'"))
    } else if (operator !== 'Gt' && operator !== 'Lt')
      errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']))
    if (t.effect && !['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(t.effect))
      errors.push(notSupported(`${path}.effect`, t.effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute']))
  })
  return errors
}

function validatePodSecurity(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const context = spec.securityContext
  if (!context) return errors
  const id = (key: string) => {
    if (context[key] !== undefined)
      errors.push(...inRange(context[key], 0, MAX_ID).map(text => invalid(`${at}.${key}`, context[key], text)))
  }
  id('fsGroup')
  id('runAsUser')
  id('runAsGroup')
  ;(context.supplementalGroups ?? []).forEach((gid: number, i: number) =>
    errors.push(...inRange(gid, 0, MAX_ID).map(text => invalid(`${at}.supplementalGroups[${i}]`, gid, text))),
  )
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(
      invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    )
  const seen = new Set<string>()
  ;(context.sysctls ?? []).forEach((sysctl: any, i: number) => {
    const path = `${at}.sysctls[${i}].name`
    if (!sysctl.name) errors.push(required(path))
    else if (sysctl.name.length > 253 || !SYSCTL.test(sysctl.name))
      errors.push(
        invalid(
          path,
          sysctl.name,
          'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        ),
      )
    else if (seen.has(sysctl.name)) errors.push(duplicate(path, sysctl.name))
    seen.add(sysctl.name)
  })
  if (context.fsGroupChangePolicy && !['Always', 'OnRootMismatch'].includes(context.fsGroupChangePolicy))
    errors.push(notSupported(`${at}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']))
  errors.push(...validateProfile(context.seccompProfile, `${at}.seccompProfile`))
  return errors
}

/** Seccomp profiles. */
export function validateProfile(profile: any, at: string): FieldError[] {
  if (!profile) return []
  if (!profile.type) return [required(`${at}.type`, 'type is required when seccompProfile is set')]
  if (!['Localhost', 'RuntimeDefault', 'Unconfined'].includes(profile.type))
    return [notSupported(`${at}.type`, profile.type, ['Localhost', 'RuntimeDefault', 'Unconfined'])]
  if (profile.type === 'Localhost' && !profile.localhostProfile)
    return [required(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost')]
  if (profile.type !== 'Localhost' && profile.localhostProfile)
    return [
      invalid(`${at}.localhostProfile`, profile.localhostProfile, 'can only be set when seccomp type is Localhost'),
    ]
  return []
}

function validateDNS(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const config = spec.dnsConfig
  if (spec.dnsPolicy === 'None') {
    if (!config) errors.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'))
    else if (!config.nameservers?.length)
      errors.push(required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
  }
  if (!config) return errors
  if ((config.nameservers ?? []).length > 3)
    errors.push(invalid(`${at}.nameservers`, config.nameservers, 'must not have more than 3 nameservers'))
  ;(config.nameservers ?? []).forEach((ip: string, i: number) =>
    errors.push(...isIP(ip).map(text => invalid(`${at}.nameservers[${i}]`, ip, text))),
  )
  if ((config.searches ?? []).length > 32)
    errors.push(invalid(`${at}.searches`, config.searches, 'must not have more than 32 search paths'))
  ;(config.searches ?? []).forEach((name: string, i: number) =>
    errors.push(
      ...isDNS1123Subdomain(name.replace(/\.$/, '')).map(text => invalid(`${at}.searches[${i}]`, name, text)),
    ),
  )
  ;(config.options ?? []).forEach((option: any, i: number) => {
    if (!option.name) errors.push(required(`${at}.options[${i}]`, 'must not be empty'))
  })
  return errors
}

function validateAffinity(affinity: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!affinity) return errors
  const node = affinity.nodeAffinity
  const requiredTerms = node?.requiredDuringSchedulingIgnoredDuringExecution
  if (requiredTerms) {
    const path = `${at}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution`
    if (!requiredTerms.nodeSelectorTerms?.length)
      errors.push(required(`${path}.nodeSelectorTerms`, 'must have at least one node selector term'))
    ;(requiredTerms.nodeSelectorTerms ?? []).forEach((term: any, i: number) =>
      errors.push(...validateNodeTerm(term, `${path}.nodeSelectorTerms[${i}]`)),
    )
  }
  ;(node?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: any, i: number) => {
    const path = `${at}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}]`
    if (!(term.weight >= 1 && term.weight <= 100))
      errors.push(invalid(`${path}.weight`, term.weight ?? 0, 'must be in the range 1-100'))
    errors.push(...validateNodeTerm(term.preference ?? {}, `${path}.preference`))
  })
  for (const key of ['podAffinity', 'podAntiAffinity']) {
    ;(affinity[key]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: any, i: number) =>
      errors.push(...validatePodTerm(term, `${at}.${key}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`)),
    )
    ;(affinity[key]?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term: any, i: number) => {
      const path = `${at}.${key}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`
      if (!(term.weight >= 1 && term.weight <= 100))
        errors.push(invalid(`${path}.weight`, term.weight ?? 0, 'must be in the range 1-100'))
      errors.push(...validatePodTerm(term.podAffinityTerm ?? {}, `${path}.podAffinityTerm`))
    })
  }
  return errors
}

function validateNodeTerm(term: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  ;(term.matchExpressions ?? []).forEach((e: any, i: number) => {
    const path = `${at}.matchExpressions[${i}]`
    if (e.operator === 'In' || e.operator === 'NotIn') {
      if (!e.values?.length)
        errors.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    } else if (e.operator === 'Exists' || e.operator === 'DoesNotExist') {
      if (e.values?.length)
        errors.push(forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
    } else if (e.operator === 'Gt' || e.operator === 'Lt') {
      if (e.values?.length !== 1)
        errors.push(required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
    } else errors.push(invalid(`${path}.operator`, e.operator ?? '', 'not a valid selector operator'))
    errors.push(...isQualifiedName(e.key ?? '').map(text => invalid(`${path}.key`, e.key ?? '', text)))
  })
  ;(term.matchFields ?? []).forEach((e: any, i: number) => {
    const path = `${at}.matchFields[${i}]`
    if (e.key !== 'metadata.name') errors.push(invalid(`${path}.key`, e.key ?? '', 'not a valid field selector key'))
    if (e.values?.length !== 1)
      errors.push(
        required(`${path}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
      )
  })
  return errors
}

function validatePodTerm(term: any, at: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${at}.labelSelector`)
  errors.push(...validateLabelSelector(term.namespaceSelector, `${at}.namespaceSelector`))
  ;(term.namespaces ?? []).forEach((name: string) =>
    errors.push(...isDNS1123Label(name).map(text => invalid(`${at}.namespace`, name, text))),
  )
  if (!term.topologyKey) errors.push(required(`${at}.topologyKey`, 'can not be empty'))
  else
    errors.push(...isQualifiedName(term.topologyKey).map(text => invalid(`${at}.topologyKey`, term.topologyKey, text)))
  return errors
}

function validateSpread(constraints: any[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(constraints ?? []).forEach((c, i) => {
    const path = `${at}[${i}]`
    if (!(c.maxSkew > 0)) errors.push(invalid(`${path}.maxSkew`, c.maxSkew ?? 0, 'must be greater than zero'))
    if (!c.topologyKey) errors.push(required(`${path}.topologyKey`, 'can not be empty'))
    if (!['DoNotSchedule', 'ScheduleAnyway'].includes(c.whenUnsatisfiable))
      errors.push(
        notSupported(`${path}.whenUnsatisfiable`, c.whenUnsatisfiable ?? '', ['DoNotSchedule', 'ScheduleAnyway']),
      )
    const pair = `{${c.topologyKey}, ${c.whenUnsatisfiable}}`
    if (seen.has(pair)) errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, pair))
    seen.add(pair)
    if (c.minDomains !== undefined) {
      if (c.minDomains <= 0) errors.push(invalid(`${path}.minDomains`, c.minDomains, 'must be greater than zero'))
      if (c.whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          invalid(
            `${path}.minDomains`,
            c.minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${c.whenUnsatisfiable}`,
          ),
        )
    }
    for (const key of ['nodeAffinityPolicy', 'nodeTaintsPolicy'])
      if (c[key] && !['Honor', 'Ignore'].includes(c[key]))
        errors.push(notSupported(`${path}.${key}`, c[key], ['Honor', 'Ignore']))
    errors.push(...validateLabelSelector(c.labelSelector, `${path}.labelSelector`))
  })
  return errors
}
