import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../../validation/field.ts'
import { containersOf } from './containers.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const NOT_ON_WINDOWS = 'cannot be set for a windows pod'
/** Members of a pod's security context (or, marked with a dot, of its spec) that Windows has nothing for. */
const POD_MEMBERS = [
  'appArmorProfile',
  'seLinuxOptions',
  '.hostUsers',
  '.hostPID',
  '.hostIPC',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  '.shareProcessNamespace',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
]
const CONTAINER_MEMBERS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
]

/** What a pod that names its operating system may not ask for. */
export function validateOS(spec: any, at: string): FieldError[] {
  if (!spec.os) return []
  switch (spec.os.name) {
    case undefined:
    case '':
      return [required(`${at}.os.name`)]
    case 'linux':
      return validateLinux(spec, at)
    case 'windows':
      return validateWindows(spec, at)
    default:
      return [notSupported(`${at}.os`, spec.os.name, ['linux', 'windows'])]
  }
}

function validateLinux(spec: any, at: string): FieldError[] {
  const text = 'windows options cannot be set for a linux pod'
  const errors: FieldError[] = []
  if (spec.securityContext?.windowsOptions) errors.push(forbidden(`${at}.securityContext.windowsOptions`, text))
  for (const { container, path } of containersOf(spec, at))
    if (container.securityContext?.windowsOptions)
      errors.push(forbidden(`${path}.securityContext.windowsOptions`, text))
  return errors
}

function validateWindows(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const member of POD_MEMBERS) {
    const ofSpec = member.startsWith('.')
    const key = ofSpec ? member.slice(1) : member
    const value = ofSpec ? spec[key] : spec.securityContext?.[key]
    const set = key === 'hostPID' || key === 'hostIPC' ? value === true : value !== undefined && value !== null
    if (set) errors.push(forbidden(ofSpec ? `${at}.${key}` : `${at}.securityContext.${key}`, NOT_ON_WINDOWS))
  }
  for (const { container, path } of containersOf(spec, at))
    for (const key of CONTAINER_MEMBERS)
      if (container.securityContext?.[key] !== undefined && container.securityContext[key] !== null)
        errors.push(forbidden(`${path}.securityContext.${key}`, NOT_ON_WINDOWS))
  return errors
}

/** Windows' privileged containers: all or none of a pod, and on the host's network. */
export function validateWindowsHostProcess(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const ofPod: boolean | undefined = spec.securityContext?.windowsOptions?.hostProcess
  let all = 0
  let hostProcess = 0
  for (const { container, path } of containersOf(spec, at)) {
    all++
    const own: boolean | undefined = container.securityContext?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && ofPod !== own)
      errors.push(
        invalid(
          `${path}.securityContext.windowsOptions.hostProcess`,
          own,
          `pod hostProcess value must be identical if both are specified, was ${ofPod}`,
        ),
      )
    if (own ?? ofPod) hostProcess++
  }
  if (!hostProcess) return errors
  if (hostProcess !== all)
    errors.push(
      invalid(at, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'),
    )
  if (!spec.hostNetwork)
    errors.push(
      invalid(`${at}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'),
    )
  return errors
}
