import { semanticEqual } from '../../../equality.ts'
import type { KubeObject } from '../../../object.ts'
import { APPARMOR_PREFIX } from './annotation-rules.ts'
import { containersOf } from './containers.ts'

/** Copies the profiles that a new pod's annotations name into the fields that followed them. Fields that are set win. */
export function copyAppArmorProfiles(object: KubeObject): void {
  const { annotations } = object.metadata
  const { spec } = object
  if (!annotations || !spec || spec.os?.name === 'windows') return
  for (const { container } of containersOf(spec, '')) {
    const annotation = annotations[APPARMOR_PREFIX + container.name]
    const profile = annotation === undefined ? undefined : profileOf(annotation)
    if (!profile || container.securityContext?.appArmorProfile) continue
    // What the pod says already need not be said again.
    if (semanticEqual(profile, spec.securityContext?.appArmorProfile)) continue
    ;(container.securityContext ??= {}).appArmorProfile = profile
  }
}

function profileOf(annotation: string): { type: string; localhostProfile?: string } | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  if (!annotation.startsWith('localhost/')) return undefined
  const localhostProfile = annotation.slice('localhost/'.length)
  // Profiles that the field could not hold stay in the annotation.
  return localhostProfile && localhostProfile === localhostProfile.trim() && localhostProfile.length <= 4095
    ? { type: 'Localhost', localhostProfile }
    : undefined
}
