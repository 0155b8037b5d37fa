import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ConfigMap, Pod, Secret, Volume } from '../../api/types.ts'
import { fieldValue, resourceValue, type ValueSources } from '../pods/environment.ts'
import type { Mount } from '../runtime/contract.ts'
import { selectItems, writePayload, type Payload } from './payload.ts'

export interface VolumeDependencies {
  /** Folder of the pod on this machine. */
  podDir: string
  sources: ValueSources
  /** A token of the pod's service account, bound to the pod. */
  token(audience: string | undefined, expirationSeconds: number): Promise<string>
}

/** A volume that cannot be had (yet): FailedMount, and another try. */
export class MountError extends Error {}

const DEFAULT_MODE = 0o644
const PROJECTED_TOKEN_SECONDS = 3600

/** Sets up, or refreshes, all volumes of a pod. Gives the folder or file of each by name. */
export async function mountVolumes(pod: Pod, dependencies: VolumeDependencies): Promise<Map<string, string>> {
  const paths = new Map<string, string>()
  for (const volume of pod.spec?.volumes ?? []) {
    try {
      paths.set(volume.name!, await mountVolume(pod, volume, dependencies))
    } catch (error) {
      throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`)
    }
  }
  return paths
}

async function mountVolume(pod: Pod, volume: Volume, dependencies: VolumeDependencies): Promise<string> {
  const folder = join(dependencies.podDir, 'volumes', volume.name!)
  if (volume.emptyDir) {
    mkdirSync(folder, { recursive: true })
    return folder
  }
  if (volume.hostPath) return hostPath(volume.hostPath)
  const payload = await payloadOf(pod, volume, dependencies)
  if (payload) {
    writePayload(folder, payload)
    return folder
  }
  const kind = Object.keys(volume).find(k => k !== 'name') ?? 'unknown'
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
      part = new Map([[path!, { content: Buffer.from(token), mode: mode ?? 0o600 }]])
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
    payload.set(item.path!, { content: Buffer.from(text), mode: item.mode ?? defaultMode ?? DEFAULT_MODE })
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

/** A path of the machine itself, checked as its type asks. */
function hostPath({ path, type = '' }: { path?: string; type?: string }): string {
  const exists = existsSync(path!)
  const info = exists ? statSync(path!) : undefined
  switch (type) {
    case '':
      break
    case 'DirectoryOrCreate':
      mkdirSync(path!, { recursive: true })
      break
    case 'FileOrCreate':
      if (!exists) writeFileSync(path!, '')
      break
    case 'Directory':
      if (!info?.isDirectory()) throw new Error(`hostPath type check failed: ${path} is not a directory`)
      break
    case 'File':
      if (!info?.isFile()) throw new Error(`hostPath type check failed: ${path} is not a file`)
      break
    case 'Socket':
      if (!info?.isSocket()) throw new Error(`hostPath type check failed: ${path} is not a socket file`)
      break
    default:
      throw new Error(`hostPath type ${type} is not served by this node`)
  }
  return path!
}

/** The mounts of one container: mountPath → place on this machine. */
export function containerMounts(
  mounts: { name?: string; mountPath?: string; subPath?: string; readOnly?: boolean }[] | undefined,
  paths: Map<string, string>,
): Mount[] {
  return (mounts ?? []).map(({ name, mountPath, subPath, readOnly }) => {
    const base = paths.get(name!)
    if (base === undefined) throw new MountError(`volume "${name}" is not mounted`)
    if (subPath?.split('/').includes('..')) throw new MountError(`the subPath "${subPath}" leads out of the volume`)
    const hostPath = subPath ? join(base, subPath) : base
    if (subPath && !existsSync(hostPath)) mkdirSync(hostPath, { recursive: true })
    return { containerPath: mountPath!.replace(/(.)\/$/, '$1'), hostPath, readOnly: !!readOnly }
  })
}

/** Removes all that a pod had on disk. */
export function removePodDir(podDir: string): void {
  rmSync(podDir, { recursive: true, force: true })
}
