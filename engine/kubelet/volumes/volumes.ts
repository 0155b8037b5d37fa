import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Pod, Volume } from '../../api/types.ts'
import type { ValueSources } from '../pods/environment.ts'
import { writePayload } from './atomic-writer.ts'
import type { ClaimedVolume } from './claims.ts'
import { emptyDir, removeFromMemory } from './empty-dir.ts'
import { hostPath, type AllowedHostPath } from './host-path.ts'
import { MissingVolume, MountedVolumes, MountError } from './mounted.ts'
import { payloadOf, type TokenSource } from './object-payload.ts'
import { giveToGroup, groupedPayload } from './ownership.ts'

export { containerMounts, type MountContext } from './container-mounts.ts'
export { MissingVolume, MountedVolumes, MountError } from './mounted.ts'

/** What a node has for the volumes of one pod. */
export interface VolumeProvisions {
  token: TokenSource
  /** The node's own file system, for hostPath; absent: a folder beside those of the pods. */
  hostRoot?: string
  /** Folders of the user's machine that the lab allows hostPath to reach. */
  allowedHostPaths?: readonly AllowedHostPath[]
  /** Where the system keeps files in memory, if anywhere. */
  memoryFolder?: string
  /** Folder with the files of an image. @throws MissingVolume if it cannot be had */
  image?(reference: string, pullPolicy: string | undefined, event: EventSink): Promise<string>
  /** The place of a claim's volume on this node. @throws Error in Kubernetes' words if it cannot be mounted (yet) */
  claim?(pod: Pod, claimName: string, volume: Volume): Promise<ClaimedVolume>
}

export interface VolumeDependencies extends VolumeProvisions {
  /** Folder of the pod on this machine. */
  podDir: string
  sources: ValueSources
  /** Told of what the user must know although the volume can be had. */
  event?: EventSink
}

export type EventSink = (type: 'Normal' | 'Warning', reason: string, message: string) => void

/** Sets up, or refreshes, all volumes of a pod. @throws MountError for the first that cannot be had (yet) */
export async function mountVolumes(pod: Pod, dependencies: VolumeDependencies): Promise<MountedVolumes> {
  const mounted = new MountedVolumes()
  let failed: MountError | undefined
  for (const volume of pod.spec?.volumes ?? []) {
    const name = volume.name!
    try {
      const { path, readOnly, payload } = await mountVolume(pod, volume, dependencies)
      mounted.set(name, path)
      if (payload) mounted.payload.add(name)
      if (readOnly) (volume.hostPath ? mounted.readOnlyHere : mounted.readOnly).add(name)
    } catch (error) {
      if (error instanceof MissingVolume) mounted.missing.set(name, error)
      else failed ??= new MountError(`MountVolume.SetUp failed for volume "${name}" : ${(error as Error).message}`)
    }
  }
  // The others are set up all the same: the next try has less to do, and a running pod's go on being refreshed.
  if (failed) throw failed
  return mounted
}

async function mountVolume(
  pod: Pod,
  volume: Volume,
  dependencies: VolumeDependencies,
): Promise<ClaimedVolume & { payload?: boolean }> {
  const folder = join(dependencies.podDir, 'volumes', volume.name!)
  const { podDir, hostRoot, allowedHostPaths = [], memoryFolder, image, claim, event } = dependencies
  const { fsGroup, fsGroupChangePolicy } = pod.spec?.securityContext ?? {}
  const ownership = { group: fsGroup === undefined ? undefined : Number(fsGroup), policy: fsGroupChangePolicy, event }
  if (volume.emptyDir) {
    const { medium } = volume.emptyDir
    if (medium === 'Memory' && !memoryFolder)
      event?.(
        'Warning',
        'VolumeOnDisk',
        `This node has no files in memory: the emptyDir volume "${volume.name}" of medium Memory is kept on disk`,
      )
    const path = emptyDir(folder, medium, pod.metadata.uid!, memoryFolder)
    giveToGroup(path, ownership)
    return { path }
  }
  if (volume.hostPath) {
    const root = hostRoot ?? resolve(podDir, '..', '..', 'host')
    return hostPath(volume.hostPath.path!, volume.hostPath.type ?? '', { root, allowed: allowedHostPaths })
  }
  if (volume.image && image) {
    const path = await image(volume.image.reference ?? '', volume.image.pullPolicy, event ?? (() => undefined))
    return { path, readOnly: true }
  }
  const claimName =
    volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && `${pod.metadata.name}-${volume.name}`)
  if (claimName && claim) {
    const claimed = await claim(pod, claimName, volume)
    if (!claimed.readOnly && claimed.ownable) giveToGroup(claimed.path, ownership)
    return claimed
  }
  const payload = await payloadOf(pod, volume, dependencies)
  if (payload) {
    writePayload(folder, groupedPayload(payload, ownership.group))
    giveToGroup(folder, { ...ownership, policy: 'Always', modes: false })
    return { path: folder, payload: true }
  }
  const kind = Object.keys(volume).find(k => k !== 'name') ?? 'unknown'
  throw new Error(
    `volumes of type ${kind} are not served by this node; use emptyDir, configMap, secret, projected, downwardAPI, hostPath, image, persistentVolumeClaim or ephemeral`,
  )
}

/** Removes all that a pod had on disk. */
export function removePodDir(podDir: string): void {
  removeFromMemory(join(podDir, 'volumes'))
  rmSync(podDir, { recursive: true, force: true })
}
