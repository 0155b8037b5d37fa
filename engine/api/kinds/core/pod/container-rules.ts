import type { FieldError } from '../../../strategy.ts'
import {
  duplicate,
  forbidden,
  invalid,
  invalids,
  notFound,
  notSupported,
  required,
  tooMany,
} from '../../../validation/field.ts'
import { isDNS1123Label, isPort, isPortName } from '../../../validation/names.ts'
import { validateEnv, validateEnvFrom } from './env-rules.ts'
import { validateMounts } from './mount-rules.ts'
import { forbidLifecycleAndProbes, validateLifecycleAndProbes } from './probe-rules.ts'
import { validateResources } from './resource-rules.ts'
import { validateSecurityContext } from './security-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What the rules for containers have to know of their pod. */
export interface ContainerContext {
  /** Volumes that mounts may use, by name. */
  volumes: Map<string, any>
  claims: ReadonlySet<string>
  /** Whether the pod shares the users of its host; it does unless it says no. */
  hostUsers: boolean
  restartPolicy: string
  gracePeriodSeconds: number | undefined
  /** The operating system that the pod names, if it does. */
  os: string | undefined
  hasOS: boolean
}

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const RESTART_POLICIES = ['Always', 'Never', 'OnFailure']
const MAX_RESTART_RULES = 20
const MAX_EXIT_CODES = 255
/** What a container that joins a running pod may not say of itself. */
const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
]

export function validateContainers(containers: any[] | undefined, at: string, context: ContainerContext): FieldError[] {
  if (!containers?.length) return [required(at)]
  const errors: FieldError[] = []
  const names = new Set<string>()
  containers.forEach((container, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateCommon(container, path, context))
    if (names.has(container.name ?? '')) errors.push(duplicate(`${path}.name`, container.name ?? ''))
    names.add(container.name ?? '')
    errors.push(...validateLifecycleAndProbes(container, path, context))
    errors.push(...validateRestart(container, path))
  })
  return [...errors, ...hostPortConflicts(containers, at)]
}

export function validateInitContainers(
  inits: any[] | undefined,
  regular: any[] | undefined,
  at: string,
  context: ContainerContext,
): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>((regular ?? []).map(c => c.name ?? ''))
  ;(inits ?? []).forEach((container, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateCommon(container, path, context))
    if (container.restartPolicy === 'Always') {
      if (container.restartPolicyRules?.length)
        errors.push(
          forbidden(
            `${path}.restartPolicyRules`,
            'restartPolicyRules are not allowed for init containers with restart policy Always',
          ),
        )
    } else if (container.restartPolicy !== undefined) errors.push(...validateRestart(container, path))
    if (names.has(container.name ?? '')) errors.push(duplicate(`${path}.name`, container.name ?? ''))
    else if (container.name) names.add(container.name)
    // They run one after the other: each has the ports to itself.
    errors.push(...hostPortConflicts([container], at))
    if (container.restartPolicy === 'Always') errors.push(...validateLifecycleAndProbes(container, path, context))
    else
      errors.push(
        ...forbidLifecycleAndProbes(container, path, 'may not be set for init containers without restartPolicy=Always'),
      )
  })
  return errors
}

/** Containers that join a running pod get neither ports nor probes nor resources. */
export function validateEphemeralContainers(
  list: any[] | undefined,
  others: any[],
  at: string,
  context: ContainerContext,
): FieldError[] {
  const errors: FieldError[] = []
  const targets = new Set<string>(others.map(c => c.name ?? ''))
  const names = new Set(targets)
  ;(list ?? []).forEach((container, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateCommon(container, path, context), ...validateImagePadding(container, path))
    if (names.has(container.name ?? '')) errors.push(duplicate(`${path}.name`, container.name ?? ''))
    names.add(container.name ?? '')
    if (container.targetContainerName && !targets.has(container.targetContainerName))
      errors.push(notFound(`${path}.targetContainerName`, container.targetContainerName))
    for (const key of NOT_FOR_EPHEMERAL) {
      const value = container[key]
      // The empty resources that are always written count as none.
      if (value === null || value === undefined || (key === 'resources' && !Object.keys(value).length)) continue
      errors.push(forbidden(`${path}.${key}`, 'cannot be set for an Ephemeral Container'))
    }
    ;(container.volumeMounts ?? []).forEach((mount: any, j: number) => {
      for (const key of ['subPath', 'subPathExpr'])
        if (mount[key])
          errors.push(forbidden(`${path}.volumeMounts[${j}].${key}`, 'cannot be set for an Ephemeral Container'))
    })
  })
  return errors
}

/** Pods (not templates) must not pad the names of their images. */
export function validateImagePadding(container: any, at: string): FieldError[] {
  const image: string = container.image ?? ''
  return image === image.trim() ? [] : [invalid(`${at}.image`, image, 'must not have leading or trailing whitespace')]
}

function validateCommon(container: any, at: string, context: ContainerContext): FieldError[] {
  const errors: FieldError[] = []
  if (!container.name) errors.push(required(`${at}.name`))
  else errors.push(...invalids(`${at}.name`, container.name, isDNS1123Label(container.name)))
  if (!container.image) errors.push(required(`${at}.image`))
  const policy = container.terminationMessagePolicy
  if (!policy) errors.push(required(`${at}.terminationMessagePolicy`))
  else if (policy !== 'File' && policy !== 'FallbackToLogsOnError')
    errors.push(notSupported(`${at}.terminationMessagePolicy`, policy, ['File', 'FallbackToLogsOnError']))
  errors.push(...validatePorts(container.ports, `${at}.ports`))
  errors.push(...validateEnv(container.env, `${at}.env`))
  errors.push(...validateEnvFrom(container.envFrom, `${at}.envFrom`))
  errors.push(...validateMounts(container, at, context.volumes))
  if (!container.imagePullPolicy) errors.push(required(`${at}.imagePullPolicy`))
  else if (!PULL_POLICIES.includes(container.imagePullPolicy))
    errors.push(notSupported(`${at}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES))
  errors.push(...validateResources(container.resources, `${at}.resources`, context.claims))
  errors.push(...validateResizePolicy(container.resizePolicy, `${at}.resizePolicy`, context.restartPolicy))
  errors.push(...validateSecurityContext(container.securityContext, `${at}.securityContext`, context.hostUsers))
  return errors
}

function validateResizePolicy(list: any[] | undefined, at: string, restartPolicy: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(list ?? []).forEach((policy, i) => {
    const name: string = policy.resourceName ?? ''
    if (seen.has(name)) errors.push(duplicate(`${at}[${i}]`, name))
    seen.add(name)
    if (!name) errors.push(required(at))
    else if (name !== 'cpu' && name !== 'memory') errors.push(notSupported(at, name, ['cpu', 'memory']))
    const restart: string = policy.restartPolicy ?? ''
    if (!restart) errors.push(required(at))
    else if (restart !== 'NotRequired' && restart !== 'RestartContainer')
      errors.push(notSupported(at, restart, ['NotRequired', 'RestartContainer']))
    if (restartPolicy === 'Never' && restart !== 'NotRequired')
      errors.push(invalid(at, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
  })
  return errors
}

/** A container's own restart policy, and the rules that exit codes lead to. */
function validateRestart(container: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const rules: any[] = container.restartPolicyRules ?? []
  if (container.restartPolicy === undefined) {
    if (rules.length)
      errors.push(required(`${at}.restartPolicy`, 'must specify restartPolicy when restart rules are used'))
  } else if (!RESTART_POLICIES.includes(container.restartPolicy))
    errors.push(notSupported(`${at}.restartPolicy`, container.restartPolicy, RESTART_POLICIES))
  if (rules.length > MAX_RESTART_RULES)
    errors.push(tooMany(`${at}.restartPolicyRules`, rules.length, MAX_RESTART_RULES))
  rules.forEach((rule, i) => {
    const path = `${at}.restartPolicyRules[${i}]`
    const actions = ['Restart', 'RestartAllContainers']
    if (!actions.includes(rule.action)) errors.push(notSupported(`${path}.action`, rule.action ?? '', actions))
    if (!rule.exitCodes) return void errors.push(required(`${path}.exitCodes`, 'must be specified'))
    const { operator, values } = rule.exitCodes
    if (operator !== 'In' && operator !== 'NotIn')
      errors.push(notSupported(`${path}.exitCodes.operator`, operator ?? '', ['In', 'NotIn']))
    if ((values ?? []).length > MAX_EXIT_CODES)
      errors.push(tooMany(`${path}.exitCodes.values`, values.length, MAX_EXIT_CODES))
  })
  return errors
}

function validatePorts(ports: any[] | undefined, at: string): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(ports ?? []).forEach((port, i) => {
    const path = `${at}[${i}]`
    if (port.name) {
      const texts = isPortName(port.name)
      if (texts.length) errors.push(...invalids(`${path}.name`, port.name, texts))
      else if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name))
      else names.add(port.name)
    }
    if (!port.containerPort) errors.push(required(`${path}.containerPort`))
    else errors.push(...invalids(`${path}.containerPort`, port.containerPort, isPort(port.containerPort)))
    if (port.hostPort) errors.push(...invalids(`${path}.hostPort`, port.hostPort, isPort(port.hostPort)))
    if (!port.protocol) errors.push(required(`${path}.protocol`))
    else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS))
  })
  return errors
}

/** Two containers of a pod cannot have the same port of the host. */
function hostPortConflicts(containers: any[], at: string): FieldError[] {
  const errors: FieldError[] = []
  const taken = new Set<string>()
  containers.forEach((container, i) =>
    (container.ports ?? []).forEach((port: any, j: number) => {
      if (!port.hostPort) return
      const key = `${port.protocol ?? ''}/${port.hostIP ?? ''}/${port.hostPort}`
      if (taken.has(key)) errors.push(duplicate(`${at}[${i}].ports[${j}].hostPort`, key))
      taken.add(key)
    }),
  )
  return errors
}
