import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, expand } from '../pods/environment.ts'
import type { Mount } from '../runtime/contract.ts'
import { inside } from './inside.ts'
import { MountedVolumes, MountError } from './mounted.ts'

/** What a container's mounts are resolved with. */
export interface MountContext {
  /** Variables for subPathExpr. */
  env?: Record<string, string>
  /** For the texts of errors. */
  containerName?: string
}

/**
 * The mounts of one container: mountPath → place on this machine.
 * @throws MountError for a volume that is not there, MissingVolume for one that only this container waits for, ConfigError
 *   for a path in it that cannot be had
 */
export function containerMounts(
  mounts:
    { name?: string; mountPath?: string; subPath?: string; subPathExpr?: string; readOnly?: boolean }[] | undefined,
  paths: ReadonlyMap<string, string>,
  { env = {}, containerName = '' }: MountContext = {},
): Mount[] {
  return (mounts ?? []).map(({ name, mountPath, subPath, subPathExpr, readOnly }) => {
    const missing = paths instanceof MountedVolumes ? paths.missing.get(name!) : undefined
    if (missing) throw missing
    const base = paths.get(name!)
    // By what the volume is, not by what lies in it: a pod may write the same names into folders of its own.
    const payload = paths instanceof MountedVolumes && paths.payload.has(name!)
    if (base === undefined) throw new MountError(`volume "${name}" is not mounted`)
    const within = subPathExpr ? expandStrictly(subPathExpr, env) : subPath
    let hostPath = base
    if (within) {
      if (within.startsWith('/')) throw new ConfigError(`error SubPath \`${within}\` must not be an absolute path`)
      if (within.split('/').includes('..'))
        throw new ConfigError(`unable to provision SubPath \`${within}\`: must not contain '..'`)
      try {
        // Links in the kubelet's own folders are its own, and turn when the object changes.
        hostPath = payload ? join(base, within) : inside(base, within, false)
        if (!existsSync(hostPath)) mkdirSync(hostPath, { recursive: true })
      } catch {
        throw new ConfigError(`failed to prepare subPath for volumeMount "${name}" of container "${containerName}"`)
      }
    }
    if (paths instanceof MountedVolumes && paths.readOnlyHere.has(name!) && !readOnly)
      throw new ConfigError(
        `volumeMount "${name}" of container "${containerName}" must set readOnly: true: the lab allows it to be read only`,
      )
    const fixed = payload || (paths instanceof MountedVolumes && paths.readOnly.has(name!))
    return { containerPath: mountPath!.replace(/(.)\/$/, '$1'), hostPath, readOnly: !!readOnly || fixed }
  })
}

/** @throws ConfigError for a variable that is not there: a folder of another name would be found by nobody */
function expandStrictly(text: string, env: Record<string, string>): string {
  const unknown = [...text.matchAll(/\$(\$|\(([^)]*)\))/g)].find(m => m[2] !== undefined && !(m[2] in env))
  if (unknown) throw new ConfigError(`missing value for "${unknown[2]}"`)
  return expand(text, env)
}
