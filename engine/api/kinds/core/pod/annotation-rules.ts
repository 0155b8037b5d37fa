import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid } from '../../../validation/field.ts'
import { validateLocalDescendingPath } from '../../../validation/paths.ts'
import { containersOf } from './containers.ts'
import { validateTolerations } from './scheduling-rules.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

type Annotations = Record<string, string> | undefined

export const MIRROR = 'kubernetes.io/config.mirror'
export const APPARMOR_PREFIX = 'container.apparmor.security.beta.kubernetes.io/'
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod'
export const SECCOMP_PREFIX = 'container.seccomp.security.alpha.kubernetes.io/'
const TOLERATIONS = 'scheduler.alpha.kubernetes.io/tolerations'
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'

/** Rules for the annotations that once stood for fields of pods; `at` is the path of the annotations. */
export function validatePodAnnotations(annotations: Annotations, spec: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!annotations) return errors
  if (annotations[MIRROR] !== undefined && !spec.nodeName)
    errors.push(
      invalid(`${at}[${MIRROR}]`, annotations[MIRROR], 'must set spec.nodeName if mirror pod annotation is set'),
    )
  if (annotations[TOLERATIONS]) errors.push(...validateOldTolerations(annotations[TOLERATIONS], at))
  const cost = annotations[DELETION_COST]
  if (cost !== undefined && !isInt32(cost))
    errors.push(invalid(`${at}[${DELETION_COST}]`, cost, 'must be a 32bit integer'))
  if (annotations[SECCOMP_POD] !== undefined)
    errors.push(...validateOldSeccomp(annotations[SECCOMP_POD], `${at}.${SECCOMP_POD}`))
  for (const [key, value] of Object.entries(annotations))
    if (key.startsWith(SECCOMP_PREFIX)) errors.push(...validateOldSeccomp(value, `${at}.${key}`))
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(APPARMOR_PREFIX)) continue
    const name = key.slice(APPARMOR_PREFIX.length)
    if (!containersOf(spec, '').some(c => c.container.name === name))
      errors.push(invalid(`${at}[${key}]`, name, 'container not found'))
    if (!['', 'runtime/default', 'unconfined'].includes(value) && !value.startsWith('localhost/'))
      errors.push(invalid(`${at}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`))
  }
  return errors
}

/** Annotations that stay as they are for a pod's life. */
export function validatePodAnnotationUpdate(now: Annotations, was: Annotations, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const [key, value] of Object.entries(was ?? {})) {
    if (now?.[key] === value) continue
    if (key.startsWith(APPARMOR_PREFIX))
      errors.push(forbidden(`${at}[${key}]`, 'may not remove or update AppArmor annotations'))
    if (key === MIRROR) errors.push(forbidden(`${at}[${key}]`, 'may not remove or update mirror pod annotation'))
  }
  for (const key of Object.keys(now ?? {})) {
    if (was && key in was) continue
    if (key.startsWith(APPARMOR_PREFIX)) errors.push(forbidden(`${at}[${key}]`, 'may not add AppArmor annotations'))
    if (key === MIRROR) errors.push(forbidden(`${at}[${key}]`, 'may not add mirror pod annotation'))
  }
  return errors
}

/** Where both an annotation and the field that followed it are set, they have to agree. */
export function validateProfilesAgree(annotations: Annotations, spec: any, at: string): FieldError[] {
  if (!annotations) return []
  const errors: FieldError[] = []
  const agree = (key: string, profile: any, path: string, what: 'seccomp' | 'apparmor') => {
    const annotation = annotations[key]
    if (annotation === undefined || !profile) return
    const defaults = what === 'seccomp' ? ['runtime/default', 'docker/default'] : ['runtime/default']
    const text = `${what} type in annotation and field must match`
    if (profile.type === 'Unconfined' && annotation !== 'unconfined') errors.push(forbidden(`${path}.type`, text))
    else if (profile.type === 'RuntimeDefault' && !defaults.includes(annotation))
      errors.push(forbidden(`${path}.type`, text))
    else if (profile.type === 'Localhost') {
      if (!annotation.startsWith('localhost/')) errors.push(forbidden(`${path}.type`, text))
      else if (annotation.slice('localhost/'.length) !== profile.localhostProfile)
        errors.push(forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`))
    }
  }
  agree(SECCOMP_POD, spec.securityContext?.seccompProfile, `${at}.securityContext.seccompProfile`, 'seccomp')
  const containers = containersOf(spec, at)
  for (const { container, path } of containers)
    agree(
      SECCOMP_PREFIX + container.name,
      container.securityContext?.seccompProfile,
      `${path}.securityContext.seccompProfile`,
      'seccomp',
    )
  if (spec.os?.name === 'windows') return errors
  for (const { container, path } of containers)
    agree(
      APPARMOR_PREFIX + container.name,
      container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile,
      `${path}.securityContext.appArmorProfile`,
      'apparmor',
    )
  return errors
}

function validateOldTolerations(text: string, at: string): FieldError[] {
  try {
    const list: unknown = JSON.parse(text)
    if (!Array.isArray(list)) throw new SyntaxError('not a list')
    return validateTolerations(list, `${at}.${TOLERATIONS}`)
  } catch (error) {
    return [invalid(at, TOLERATIONS, error instanceof Error ? error.message : String(error))]
  }
}

function validateOldSeccomp(profile: string, at: string): FieldError[] {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return []
  if (profile.startsWith('localhost/')) return validateLocalDescendingPath(profile.slice('localhost/'.length), at)
  return [invalid(at, profile, 'must be a valid seccomp profile')]
}

function isInt32(text: string): boolean {
  return /^(0|-?[1-9]\d*)$/.test(text) && Number(text) >= -2147483648 && Number(text) <= 2147483647
}
