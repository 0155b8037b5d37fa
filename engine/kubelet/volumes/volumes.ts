import { join, resolve } from 'node:path'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import type { ConfigMap, Pod, Secret, Volume } from '../../api/types.ts'
import { ConfigError, expand, fieldValue, resourceValue, type ValueSources } from '../pods/environment.ts'
import type { Mount } from '../runtime/contract.ts'
import { isPayloadFolder, writePayload } from './atomic-writer.ts'
import { emptyDir, removeFromMemory } from './empty-dir.ts'
import { hostPath } from './host-path.ts'
import { inside } from './inside.ts'
import { safePath, selectItems, type Payload } from './payload.ts'

export interface VolumeDependencies {
  /** Folder of the pod on this machine. */
  podDir: string
  sources: ValueSources
  /** A token of the pod's service account, bound to the pod. */
  token(audience: string | undefined, expirationSeconds: number): Promise<string>
  /** The node's own file system, for hostPath; absent: a folder beside those of the pods. */
  hostRoot?: string
  /** Folders of the user's machine that the lab allows hostPath to reach. */
  allowedHostPaths?: string[]
  /** Where the system keeps files in memory, if anywhere. */
  memoryFolder?: string
  /** Folder with the files of an image. @throws Error if it cannot be had */
  image?(reference: string, pullPolicy: string | undefined): Promise<string>
}

/** A volume that cannot be had (yet): FailedMount, and another try. */
export class MountError extends Error {}

const DEFAULT_MODE = 0o644
const PROJECTED_TOKEN_SECONDS = 3600
/** Volumes that wait for a controller which gives them storage. */
const CLAIMS = ['persistentVolumeClaim', 'ephemeral']

/** Sets up, or refreshes, all volumes of a pod. Gives the folder or file of each by name. */
export async function mountVolumes(pod: Pod, dependencies: VolumeDependencies): Promise<Map<string, string>> {
  const paths = new Map<string, string>()
  let failed: MountError | undefined
  for (const volume of pod.spec?.volumes ?? []) {
    try {
      paths.set(volume.name!, await mountVolume(pod, volume, dependencies))
    } catch (error) {
      failed ??= new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`)
    }
  }
  // The others are set up all the same: the next try has less to do, and a running pod's go on being refreshed.
  if (failed) throw failed
  return paths
}

async function mountVolume(pod: Pod, volume: Volume, dependencies: VolumeDependencies): Promise<string> {
  const folder = join(dependencies.podDir, 'volumes', volume.name!)
  const { podDir, hostRoot, allowedHostPaths, memoryFolder, image } = dependencies
  if (volume.emptyDir) return emptyDir(folder, volume.emptyDir.medium, pod.metadata.uid!, memoryFolder)
  if (volume.hostPath) {
    const root = hostRoot ?? resolve(podDir, '..', '..', 'host')
    return hostPath(volume.hostPath.path!, volume.hostPath.type ?? '', { root, allowed: allowedHostPaths ?? [] })
  }
  if (volume.image && image) return image(volume.image.reference ?? '', volume.image.pullPolicy)
  const payload = await payloadOf(pod, volume, dependencies)
  if (payload) {
    writePayload(folder, payload)
    return folder
  }
  const kind = Object.keys(volume).find(k => k !== 'name') ?? 'unknown'
  if (CLAIMS.includes(kind))
    throw new Error(`${kind} needs a volume controller, which this lab does not have; use emptyDir or hostPath`)
  throw new Error(
    `volumes of type ${kind} are not served by this node; use emptyDir, configMap, secret, projected, downwardAPI or hostPath`,
  )
}

/** The files of a volume that is made of API objects; undefined for other volumes. */
async function payloadOf(pod: Pod, volume: Volume, dependencies: VolumeDependencies): Promise<Payload | undefined> {
  const { sources } = dependencies
  if (volume.configMap)
    return configMapPayload(pod, { ...volume.configMap, mode: volume.configMap.defaultMode }, sources)
  if (volume.secret) {
    const { secretName, items, optional, defaultMode } = volume.secret
    return secretPayload(pod, { name: secretName, items, optional, mode: defaultMode }, sources)
  }
  if (volume.downwardAPI) return downwardPayload(pod, volume.downwardAPI.items, volume.downwardAPI.defaultMode, sources)
  if (!volume.projected) return undefined
  const all: Payload = new Map()
  const mode = volume.projected.defaultMode
  for (const source of volume.projected.sources ?? []) {
    let part: Payload | undefined
    if (source.configMap) part = await configMapPayload(pod, { ...source.configMap, mode }, sources)
    else if (source.secret) part = await secretPayload(pod, { ...source.secret, mode }, sources)
    else if (source.downwardAPI) part = downwardPayload(pod, source.downwardAPI.items, mode, sources)
    else if (source.serviceAccountToken) {
      const { audience, expirationSeconds, path } = source.serviceAccountToken
      const token = await dependencies.token(audience, expirationSeconds ?? PROJECTED_TOKEN_SECONDS)
      part = new Map([[safePath(path!), { content: Buffer.from(token), mode: mode ?? DEFAULT_MODE }]])
    } else throw new Error(`the projection of ${Object.keys(source)[0]} is not served by this node`)
    for (const [path, file] of part) all.set(path, file)
  }
  return all
}

interface Reference {
  name?: string
  items?: { key?: string; path?: string; mode?: number }[]
  optional?: boolean
  mode?: number
}

async function configMapPayload(pod: Pod, ref: Reference, sources: ValueSources): Promise<Payload> {
  const map = await sources.configMap(pod.metadata.namespace!, ref.name!)
  if (!map && !ref.optional) throw new Error(`configmap "${ref.name}" not found`)
  return selectItems(
    configMapData(map),
    ref.items,
    ref.mode ?? DEFAULT_MODE,
    !!ref.optional,
    key => `configmap references non-existent config key: ${key}`,
  )
}

async function secretPayload(pod: Pod, ref: Reference, sources: ValueSources): Promise<Payload> {
  const secret = await sources.secret(pod.metadata.namespace!, ref.name!)
  if (!secret && !ref.optional) throw new Error(`secret "${ref.name}" not found`)
  return selectItems(
    secretData(secret),
    ref.items,
    ref.mode ?? DEFAULT_MODE,
    !!ref.optional,
    key => `references non-existent secret key: ${key}`,
  )
}

function downwardPayload(
  pod: Pod,
  items:
    | {
        path?: string
        mode?: number
        fieldRef?: { fieldPath?: string }
        resourceFieldRef?: { containerName?: string; resource?: string; divisor?: string }
      }[]
    | undefined,
  defaultMode: number | undefined,
  sources: ValueSources,
): Payload {
  const payload: Payload = new Map()
  for (const item of items ?? []) {
    const text = item.fieldRef
      ? fieldValue(pod, item.fieldRef.fieldPath!, sources)
      : resourceValue(pod, pod.spec!.containers![0], item.resourceFieldRef!, sources)
    payload.set(safePath(item.path!), { content: Buffer.from(text), mode: item.mode ?? defaultMode ?? DEFAULT_MODE })
  }
  return payload
}

function configMapData(map: ConfigMap | undefined): Map<string, Buffer> {
  const text = Object.entries(map?.data ?? {}).map(([k, v]): [string, Buffer] => [k, Buffer.from(v)])
  const binary = Object.entries(map?.binaryData ?? {}).map(([k, v]): [string, Buffer] => [
    k,
    Buffer.from(v as string, 'base64'),
  ])
  return new Map([...text, ...binary])
}

function secretData(secret: Secret | undefined): Map<string, Buffer> {
  return new Map(
    Object.entries(secret?.data ?? {}).map(([k, v]): [string, Buffer] => [k, Buffer.from(v as string, 'base64')]),
  )
}

/** What a container's mounts are resolved with. */
export interface MountContext {
  /** Variables for subPathExpr. */
  env?: Record<string, string>
  /** For the texts of errors. */
  containerName?: string
}

/**
 * The mounts of one container: mountPath → place on this machine.
 * @throws MountError for a volume that is not there, ConfigError for a path in it that cannot be had
 */
export function containerMounts(
  mounts:
    { name?: string; mountPath?: string; subPath?: string; subPathExpr?: string; readOnly?: boolean }[] | undefined,
  paths: Map<string, string>,
  { env = {}, containerName = '' }: MountContext = {},
): Mount[] {
  return (mounts ?? []).map(({ name, mountPath, subPath, subPathExpr, readOnly }) => {
    const base = paths.get(name!)
    if (base === undefined) throw new MountError(`volume "${name}" is not mounted`)
    const within = subPathExpr ? expandStrictly(subPathExpr, env) : subPath
    let hostPath = base
    if (within) {
      if (within.startsWith('/')) throw new ConfigError(`error SubPath \`${within}\` must not be an absolute path`)
      if (within.split('/').includes('..'))
        throw new ConfigError(`unable to provision SubPath \`${within}\`: must not contain '..'`)
      try {
        // Links in the kubelet's own folders are its own, and turn when the object changes.
        hostPath = isPayloadFolder(base) ? join(base, within) : inside(base, within, false)
        if (!existsSync(hostPath)) mkdirSync(hostPath, { recursive: true })
      } catch {
        throw new ConfigError(`failed to prepare subPath for volumeMount "${name}" of container "${containerName}"`)
      }
    }
    // Kubernetes too: what is made of API objects belongs to the kubelet.
    return {
      containerPath: mountPath!.replace(/(.)\/$/, '$1'),
      hostPath,
      readOnly: !!readOnly || isPayloadFolder(base),
    }
  })
}

/** @throws ConfigError for a variable that is not there: a folder of another name would be found by nobody */
function expandStrictly(text: string, env: Record<string, string>): string {
  const unknown = [...text.matchAll(/\$(\$|\(([^)]*)\))/g)].find(m => m[2] !== undefined && !(m[2] in env))
  if (unknown) throw new ConfigError(`missing value for "${unknown[2]}"`)
  return expand(text, env)
}

/** Removes all that a pod had on disk. */
export function removePodDir(podDir: string): void {
  removeFromMemory(join(podDir, 'volumes'))
  rmSync(podDir, { recursive: true, force: true })
}
