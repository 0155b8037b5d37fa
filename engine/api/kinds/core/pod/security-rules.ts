import type { FieldError } from '../../../strategy.ts'
import { NIL, duplicate, invalid, invalids, notSupported, required, tooLong } from '../../../validation/field.ts'
import { inRange, isDNS1123Subdomain } from '../../../validation/names.ts'
import { validateLocalDescendingPath } from '../../../validation/paths.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_ID = 2147483647
const MAX_APPARMOR_PATH = 4095
const MAX_GMSA_BYTES = 64 * 1024
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const SYSCTL_TEXT =
  'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined']

/** Users, groups and profiles of a whole pod. */
export function validatePodSecurityContext(spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const context = spec.securityContext
  if (context) {
    errors.push(...ids(context, at, ['fsGroup', 'runAsUser', 'runAsGroup']))
    ;(context.supplementalGroups ?? []).forEach((gid: number, i: number) =>
      errors.push(...invalids(`${at}.supplementalGroups[${i}]`, gid, inRange(gid, 0, MAX_ID))),
    )
  }
  // Kept beside the context in the spec, but complained about as part of it.
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(
      invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    )
  if (!context) return errors
  errors.push(...validateSysctls(context.sysctls, spec, `${at}.sysctls`))
  errors.push(...choice(context, at, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch']))
  errors.push(...validateSeccompProfile(context.seccompProfile, `${at}.seccompProfile`))
  errors.push(...validateWindowsOptions(context.windowsOptions, `${at}.windowsOptions`))
  errors.push(...validateAppArmorProfile(context.appArmorProfile, `${at}.appArmorProfile`))
  errors.push(...choice(context, at, 'supplementalGroupsPolicy', ['Merge', 'Strict']))
  errors.push(...choice(context, at, 'seLinuxChangePolicy', ['MountOption', 'Recursive']))
  return errors
}

/** Users, rights and profiles of one container. */
export function validateSecurityContext(context: any, at: string, hostUsers: boolean): FieldError[] {
  const errors: FieldError[] = []
  if (!context) return errors
  errors.push(...ids(context, at, ['runAsUser', 'runAsGroup']))
  errors.push(...choice(context, at, 'procMount', ['Default', 'Unmasked']))
  if (hostUsers && context.procMount === 'Unmasked')
    errors.push(invalid(`${at}.procMount`, context.procMount, '`hostUsers` must be false to use `Unmasked`'))
  errors.push(...validateSeccompProfile(context.seccompProfile, `${at}.seccompProfile`))
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      errors.push(
        invalid(
          at,
          internalContext(context),
          'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
        ),
      )
    for (const capability of context.capabilities?.add ?? [])
      if (capability === 'CAP_SYS_ADMIN')
        errors.push(
          invalid(
            at,
            internalContext(context),
            'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
          ),
        )
  }
  errors.push(...validateWindowsOptions(context.windowsOptions, `${at}.windowsOptions`))
  errors.push(...validateAppArmorProfile(context.appArmorProfile, `${at}.appArmorProfile`))
  return errors
}

/** Filter of system calls. */
export function validateSeccompProfile(profile: any, at: string): FieldError[] {
  if (!profile) return []
  const errors: FieldError[] = []
  if (!profile.type) errors.push(required(`${at}.type`, 'type is required when seccompProfile is set'))
  else if (!PROFILE_TYPES.includes(profile.type)) errors.push(notSupported(`${at}.type`, profile.type, PROFILE_TYPES))
  const path = profile.localhostProfile
  if (profile.type === 'Localhost') {
    if (path === undefined)
      errors.push(required(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost'))
    else errors.push(...validateLocalDescendingPath(path, `${at}.localhostProfile`))
  } else if (path !== undefined)
    errors.push(
      invalid(
        `${at}.localhostProfile`,
        { Type: profile.type ?? '', LocalhostProfile: path },
        'can only be set when seccomp type is Localhost',
      ),
    )
  return errors
}

function validateAppArmorProfile(profile: any, at: string): FieldError[] {
  if (!profile) return []
  const errors: FieldError[] = []
  const path: string | undefined = profile.localhostProfile
  switch (profile.type) {
    case 'Localhost':
      if (path === undefined || path === '')
        errors.push(required(`${at}.localhostProfile`, 'must be set when AppArmor type is Localhost'))
      else if (path !== path.trim())
        errors.push(invalid(`${at}.localhostProfile`, path, 'must not be padded with whitespace'))
      if ((path ?? '').length > MAX_APPARMOR_PATH) errors.push(tooLong(`${at}.localhostProfile`, MAX_APPARMOR_PATH))
      break
    case 'RuntimeDefault':
    case 'Unconfined':
      if (path !== undefined)
        errors.push(invalid(`${at}.localhostProfile`, path, 'can only be set when AppArmor type is Localhost'))
      break
    case undefined:
    case '':
      errors.push(required(`${at}.type`, 'type is required when appArmorProfile is set'))
      break
    default:
      errors.push(notSupported(`${at}.type`, profile.type, PROFILE_TYPES))
  }
  return errors
}

function validateSysctls(sysctls: any[] | undefined, spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(sysctls ?? []).forEach((sysctl, i) => {
    const path = `${at}[${i}].name`
    const name: string = sysctl.name ?? ''
    if (!name) errors.push(required(path))
    else if (name.length > 253 || !SYSCTL.test(name)) errors.push(invalid(path, name, SYSCTL_TEXT))
    else if (seen.has(name)) errors.push(duplicate(path, name))
    // Slashes and dots change places when the first separator is a slash.
    const normal = /^[^./]*\//.test(name) ? name.replace(/[./]/g, c => (c === '.' ? '/' : '.')) : name
    if (spec.hostNetwork && normal.startsWith('net.'))
      errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"))
    else if (spec.hostIPC && (['kernel.sem'].includes(normal) || /^(kernel\.(shm|msg)|fs\.mqueue\.)/.test(normal)))
      errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"))
    seen.add(name)
  })
  return errors
}

function validateWindowsOptions(options: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!options) return errors
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options
  if (specName !== undefined)
    errors.push(...invalids(`${at}.gmsaCredentialSpecName`, specName, isDNS1123Subdomain(specName)))
  if (spec === '')
    errors.push(invalid(`${at}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'))
  else if (spec !== undefined && Buffer.byteLength(spec) > MAX_GMSA_BYTES)
    errors.push(invalid(`${at}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec size must be under 64 KiB'))
  if (user !== undefined)
    for (const text of windowsUserTexts(user)) errors.push(invalid(`${at}.runAsUserName`, user, text))
  return errors
}

/** What is wrong with the name of a Windows user, of the form `domain\user` or `user`. */
function windowsUserTexts(name: string): string[] {
  if (!name) return ['runAsUserName cannot be an empty string']
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const texts: string[] = []
  const user = parts.at(-1)!
  const domain = parts.length === 2 ? parts[0]! : undefined
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?'
  if ((domain ?? '').length >= 256) texts.push("runAsUserName's Domain length must be under 256 characters")
  if (
    domain !== undefined &&
    !/^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/.test(domain) &&
    !new RegExp(`^${label}(?:\\.${label})*$`).test(domain)
  )
    texts.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (!user) texts.push("runAsUserName's User cannot be empty")
  else if (user.length > 104) texts.push("runAsUserName's User length must not be longer than 104 characters")
  if (/^[. ]+$/.test(user)) texts.push("runAsUserName's User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user))
    texts.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`)
  return texts
}

function ids(context: any, at: string, keys: string[]): FieldError[] {
  return keys.flatMap(key =>
    context[key] === undefined ? [] : invalids(`${at}.${key}`, context[key], inRange(context[key], 0, MAX_ID)),
  )
}

function choice(context: any, at: string, key: string, supported: string[]): FieldError[] {
  const value = context[key]
  return value === undefined || supported.includes(value) ? [] : [notSupported(`${at}.${key}`, value ?? NIL, supported)]
}

/** Messages show a context as the internal type marshals: every member, by its Go name. */
function internalContext(c: any): unknown {
  const or = (value: unknown) => value ?? null
  return {
    Capabilities: c.capabilities ? { Add: or(c.capabilities.add), Drop: or(c.capabilities.drop) } : null,
    Privileged: or(c.privileged),
    SELinuxOptions: c.seLinuxOptions
      ? {
          User: c.seLinuxOptions.user ?? '',
          Role: c.seLinuxOptions.role ?? '',
          Type: c.seLinuxOptions.type ?? '',
          Level: c.seLinuxOptions.level ?? '',
        }
      : null,
    WindowsOptions: c.windowsOptions
      ? {
          GMSACredentialSpecName: or(c.windowsOptions.gmsaCredentialSpecName),
          GMSACredentialSpec: or(c.windowsOptions.gmsaCredentialSpec),
          RunAsUserName: or(c.windowsOptions.runAsUserName),
          HostProcess: or(c.windowsOptions.hostProcess),
        }
      : null,
    RunAsUser: or(c.runAsUser),
    RunAsGroup: or(c.runAsGroup),
    RunAsNonRoot: or(c.runAsNonRoot),
    ReadOnlyRootFilesystem: or(c.readOnlyRootFilesystem),
    AllowPrivilegeEscalation: or(c.allowPrivilegeEscalation),
    ProcMount: or(c.procMount),
    SeccompProfile: profile(c.seccompProfile),
    AppArmorProfile: profile(c.appArmorProfile),
  }
}

const profile = (p: any): unknown => (p ? { Type: p.type ?? '', LocalhostProfile: p.localhostProfile ?? null } : null)
