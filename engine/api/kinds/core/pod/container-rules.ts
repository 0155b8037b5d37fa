import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, notFound, notSupported, required } from '../../../validation/field.ts'
import { inRange, isDNS1123Label, isIP, isPort, isPortName } from '../../../validation/names.ts'
import { validateEnv, validateEnvFrom } from './env-rules.ts'
import { validateLifecycle, validateProbe } from './probe-rules.ts'
import { validateResources } from './resource-rules.ts'
import { validateProfile } from './spec-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** What containers may refer to in their pod. */
export interface ContainerContext {
  volumes: Set<string>
  hostNetwork: boolean
  hostUsers: boolean | undefined
  claims: Set<string>
}

const MAX_ID = 2147483647

export function validateContainers(containers: any[] | undefined, at: string, context: ContainerContext): FieldError[] {
  if (!containers?.length) return [required(at)]
  const errors: FieldError[] = []
  const names = new Set<string>()
  containers.forEach((container, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateCommon(container, path, context))
    if (container.name) {
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name))
      names.add(container.name)
    }
    errors.push(...validateLifecycle(container.lifecycle, `${path}.lifecycle`))
    errors.push(...validateProbe(container.livenessProbe, `${path}.livenessProbe`, true))
    errors.push(...validateProbe(container.readinessProbe, `${path}.readinessProbe`, false))
    errors.push(...validateProbe(container.startupProbe, `${path}.startupProbe`, true))
  })
  errors.push(...hostPortConflicts(containers, at))
  return errors
}

export function validateInitContainers(
  inits: any[] | undefined,
  regular: any[] | undefined,
  at: string,
  context: ContainerContext,
): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>((regular ?? []).map(c => c.name).filter(Boolean))
  ;(inits ?? []).forEach((container, i) => {
    const path = `${at}[${i}]`
    const restarts = container.restartPolicy === 'Always'
    errors.push(...validateCommon(container, path, context))
    if (container.restartPolicy && !['Always', 'Never', 'OnFailure'].includes(container.restartPolicy))
      errors.push(notSupported(`${path}.restartPolicy`, container.restartPolicy, ['Always', 'Never', 'OnFailure']))
    if (container.name) {
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name))
      names.add(container.name)
    }
    for (const key of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
      if (container[key] === undefined) continue
      if (!restarts)
        errors.push(forbidden(`${path}.${key}`, 'may not be set for init containers without restartPolicy=Always'))
      else if (key === 'lifecycle') errors.push(...validateLifecycle(container.lifecycle, `${path}.lifecycle`))
      else errors.push(...validateProbe(container[key], `${path}.${key}`, key !== 'readinessProbe'))
    }
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
  const names = new Set<string>(others.map(c => c.name))
  const targets = new Set(names)
  ;(list ?? []).forEach((container, i) => {
    const path = `${at}[${i}]`
    errors.push(...validateCommon(container, path, context))
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name))
    names.add(container.name)
    if (container.targetContainerName && !targets.has(container.targetContainerName))
      errors.push(notFound(`${path}.targetContainerName`, container.targetContainerName))
    for (const key of ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'resizePolicy'])
      if (container[key] !== undefined)
        errors.push(forbidden(`${path}.${key}`, 'cannot be set for an Ephemeral Container'))
    if (Object.keys(container.resources ?? {}).length)
      errors.push(forbidden(`${path}.resources`, 'cannot be set for an Ephemeral Container'))
  })
  return errors
}

function validateCommon(container: any, at: string, context: ContainerContext): FieldError[] {
  const errors: FieldError[] = []
  if (!container.name) errors.push(required(`${at}.name`))
  else errors.push(...isDNS1123Label(container.name).map(text => invalid(`${at}.name`, container.name, text)))
  if (!container.image) errors.push(required(`${at}.image`))
  if (!['File', 'FallbackToLogsOnError'].includes(container.terminationMessagePolicy)) {
    if (container.terminationMessagePolicy)
      errors.push(
        notSupported(`${at}.terminationMessagePolicy`, container.terminationMessagePolicy, [
          'FallbackToLogsOnError',
          'File',
        ]),
      )
    else errors.push(required(`${at}.terminationMessagePolicy`))
  }
  errors.push(...validatePorts(container.ports, `${at}.ports`, context.hostNetwork))
  errors.push(...validateEnv(container.env, `${at}.env`), ...validateEnvFrom(container.envFrom, `${at}.envFrom`))
  errors.push(...validateMounts(container, at, context.volumes))
  if (!['Always', 'IfNotPresent', 'Never'].includes(container.imagePullPolicy))
    errors.push(
      container.imagePullPolicy
        ? notSupported(`${at}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never'])
        : required(`${at}.imagePullPolicy`),
    )
  errors.push(...validateResources(container.resources, `${at}.resources`, context.claims))
  ;(container.resizePolicy ?? []).forEach((policy: any, i: number) => {
    if (!['cpu', 'memory'].includes(policy.resourceName))
      errors.push(notSupported(`${at}.resizePolicy[${i}].resourceName`, policy.resourceName ?? '', ['cpu', 'memory']))
    if (!['NotRequired', 'RestartContainer'].includes(policy.restartPolicy))
      errors.push(
        notSupported(`${at}.resizePolicy[${i}].restartPolicy`, policy.restartPolicy ?? '', [
          'NotRequired',
          'RestartContainer',
        ]),
      )
  })
  errors.push(...validateSecurity(container.securityContext, `${at}.securityContext`))
  return errors
}

function validatePorts(ports: any[] | undefined, at: string, hostNetwork: boolean): FieldError[] {
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(ports ?? []).forEach((port, i) => {
    const path = `${at}[${i}]`
    if (port.name) {
      const texts = isPortName(port.name)
      if (texts.length) errors.push(...texts.map(text => invalid(`${path}.name`, port.name, text)))
      else if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name))
      else names.add(port.name)
    }
    if (!port.containerPort) errors.push(required(`${path}.containerPort`))
    else
      errors.push(...isPort(port.containerPort).map(text => invalid(`${path}.containerPort`, port.containerPort, text)))
    if (port.hostPort)
      errors.push(...isPort(port.hostPort).map(text => invalid(`${path}.hostPort`, port.hostPort, text)))
    if (hostNetwork && port.hostPort && port.hostPort !== port.containerPort)
      errors.push(invalid(`${path}.hostPort`, port.hostPort, 'must match `containerPort` when `hostNetwork` is true'))
    if (port.hostIP) errors.push(...isIP(port.hostIP).map(text => invalid(`${path}.hostIP`, port.hostIP, text)))
    if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol))
      errors.push(
        port.protocol
          ? notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP'])
          : required(`${path}.protocol`),
      )
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
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (taken.has(key)) errors.push(duplicate(`${at}[${i}].ports[${j}].hostPort`, key))
      taken.add(key)
    }),
  )
  return errors
}

function validateMounts(container: any, at: string, volumes: Set<string>): FieldError[] {
  const errors: FieldError[] = []
  const paths = new Set<string>()
  ;(container.volumeMounts ?? []).forEach((mount: any, i: number) => {
    const path = `${at}.volumeMounts[${i}]`
    if (!mount.name) errors.push(required(`${path}.name`))
    else if (!volumes.has(mount.name)) errors.push(notFound(`${path}.name`, mount.name))
    if (!mount.mountPath) errors.push(required(`${path}.mountPath`))
    if (paths.has(mount.mountPath)) errors.push(invalid(`${path}.mountPath`, mount.mountPath, 'must be unique'))
    paths.add(mount.mountPath)
    if (mount.subPath && mount.subPathExpr)
      errors.push(invalid(`${path}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
    for (const key of ['subPath', 'subPathExpr']) {
      const value: string | undefined = mount[key]
      if (value?.startsWith('/')) errors.push(invalid(`${path}.${key}`, value, 'must be a relative path'))
      else if (value?.split('/').includes('..')) errors.push(invalid(`${path}.${key}`, value, "must not contain '..'"))
    }
    const modes = ['Bidirectional', 'HostToContainer', 'None']
    if (mount.mountPropagation && !modes.includes(mount.mountPropagation))
      errors.push(notSupported(`${path}.mountPropagation`, mount.mountPropagation, modes))
    if (mount.mountPropagation === 'Bidirectional' && !container.securityContext?.privileged)
      errors.push(
        forbidden(
          `${path}.mountPropagation`,
          'Bidirectional mount propagation is available only to privileged containers',
        ),
      )
  })
  ;(container.volumeDevices ?? []).forEach((device: any, i: number) => {
    const path = `${at}.volumeDevices[${i}]`
    if (!device.name) errors.push(required(`${path}.name`))
    else if (!volumes.has(device.name)) errors.push(notFound(`${path}.name`, device.name))
    if (!device.devicePath) errors.push(required(`${path}.devicePath`))
  })
  return errors
}

function validateSecurity(context: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!context) return errors
  for (const key of ['runAsUser', 'runAsGroup'])
    if (context[key] !== undefined)
      errors.push(...inRange(context[key], 0, MAX_ID).map(text => invalid(`${at}.${key}`, context[key], text)))
  if (context.procMount && !['Default', 'Unmasked'].includes(context.procMount))
    errors.push(notSupported(`${at}.procMount`, context.procMount, ['Default', 'Unmasked']))
  errors.push(...validateProfile(context.seccompProfile, `${at}.seccompProfile`))
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      errors.push(
        invalid(
          at,
          goSecurityContext(context),
          'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
        ),
      )
    if ((context.capabilities?.add ?? []).includes('CAP_SYS_ADMIN'))
      errors.push(
        invalid(
          at,
          goSecurityContext(context),
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      )
  }
  return errors
}

/** Messages show the context as the internal type prints. */
function goSecurityContext(c: any): unknown {
  const or = (value: unknown) => value ?? null
  return {
    Capabilities: c.capabilities ? { Add: or(c.capabilities.add), Drop: or(c.capabilities.drop) } : null,
    Privileged: or(c.privileged),
    SELinuxOptions: or(c.seLinuxOptions),
    WindowsOptions: or(c.windowsOptions),
    RunAsUser: or(c.runAsUser),
    RunAsGroup: or(c.runAsGroup),
    RunAsNonRoot: or(c.runAsNonRoot),
    ReadOnlyRootFilesystem: or(c.readOnlyRootFilesystem),
    AllowPrivilegeEscalation: or(c.allowPrivilegeEscalation),
    ProcMount: or(c.procMount),
    SeccompProfile: c.seccompProfile
      ? { Type: c.seccompProfile.type, LocalhostProfile: or(c.seccompProfile.localhostProfile) }
      : null,
    AppArmorProfile: or(c.appArmorProfile),
  }
}
