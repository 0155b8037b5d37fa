import {
  SAFE_SECCOMP,
  addedCapabilities,
  forbiddenSeccomp,
  isWindows,
  named,
  namesWhere,
  setters,
  sorted,
  violation,
} from './findings.ts'
import type { Check } from './findings.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- reads open objects */

/** Since 1.25 pods of Windows are spared what Windows does not know. */
const isSpared = (spec: any, minor: number): boolean => isWindows(spec) && minor >= 25

export const allowPrivilegeEscalation: Check = (spec, _metadata, minor) => {
  if (isSpared(spec, minor)) return undefined
  const names = namesWhere(spec, c => c.securityContext?.allowPrivilegeEscalation !== false)
  return violation(
    'allowPrivilegeEscalation != false',
    names.length ? `${named('container', names)} must set securityContext.allowPrivilegeEscalation=false` : '',
  )
}

export const capabilitiesRestricted: Check = (spec, _metadata, minor) => {
  if (isSpared(spec, minor)) return undefined
  const names = namesWhere(spec, c => !(c.securityContext?.capabilities?.drop ?? []).includes('ALL'))
  const details = [
    names.length ? `${named('container', names)} must set securityContext.capabilities.drop=["ALL"]` : '',
    addedCapabilities(spec, ['NET_BIND_SERVICE']),
  ]
  return violation('unrestricted capabilities', details.filter(Boolean).join('; '))
}

const SAFE_VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]

export const restrictedVolumes: Check = spec => {
  const typeOf = (volume: any): string => Object.keys(volume).find(key => key !== 'name') ?? 'unknown'
  const bad = (spec.volumes ?? []).filter((volume: any) => !SAFE_VOLUMES.includes(typeOf(volume)))
  if (!bad.length) return undefined
  const names = bad.map((volume: any) => volume.name)
  const types = named('restricted volume type', sorted(bad.map(typeOf)))
  return violation(
    'restricted volume types',
    `${named('volume', names)} ${names.length === 1 ? 'uses' : 'use'} ${types}`,
  )
}

/** Something that every container needs, by itself or from its pod. */
function missing(spec: any, has: (context: any) => boolean, what: string): string {
  if (has(spec.securityContext ?? {})) return ''
  const names = namesWhere(spec, c => !has(c.securityContext ?? {}))
  return names.length ? `pod or ${named('container', names)} must set securityContext.${what}` : ''
}

export const runAsNonRoot: Check = spec => {
  const who = setters(spec, c => c.runAsNonRoot === false)
  const detail = who
    ? `${who} must not set securityContext.runAsNonRoot=false`
    : missing(spec, c => c.runAsNonRoot === true, 'runAsNonRoot=true')
  return violation('runAsNonRoot != true', detail)
}

export const runAsUser: Check = spec => {
  const who = setters(spec, c => c.runAsUser === 0)
  return violation('runAsUser=0', who && `${who} must not set runAsUser=0`)
}

export const seccompRestricted: Check = (spec, _metadata, minor) =>
  isSpared(spec, minor)
    ? undefined
    : violation(
        'seccompProfile',
        forbiddenSeccomp(spec) ||
          missing(
            spec,
            c => SAFE_SECCOMP.includes(c.seccompProfile?.type),
            'seccompProfile.type to "RuntimeDefault" or "Localhost"',
          ),
      )
