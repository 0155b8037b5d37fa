import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../api/types.ts'
import { FOLDER_DRIVER, reaches } from '../../api/storage/volumes.ts'
import { hostPath, type HostPathOptions } from './host-path.ts'
import { inside } from './inside.ts'

/** A volume that can be mounted. */
export interface ClaimedVolume {
  path: string
  /** Nobody may write to it, whatever a mount says. */
  readOnly?: boolean
  /** Whether its files may be given to the pod's fsGroup. */
  ownable?: boolean
}

export interface ClaimDependencies {
  claim(namespace: string, name: string): Promise<PersistentVolumeClaim | undefined>
  volume(name: string): Promise<PersistentVolume | undefined>
  node(): Promise<Node | undefined>
  /** Where the node keeps the folders of volumes of `FOLDER_DRIVER`. */
  foldersDir: string
  /** What paths of hostPath and local volumes mean on this node. */
  host: HostPathOptions
}

interface Mounted {
  claimed: ClaimedVolume
  volumeName: string
}

/** The claims that pods of a node have mounted. What is mounted stays so until the pod is gone. */
export class ClaimMounts {
  readonly #dependencies: ClaimDependencies
  readonly #mounted = new Map<string, Map<string, Mounted>>()

  constructor(dependencies: ClaimDependencies) {
    this.#dependencies = dependencies
  }

  /** @throws Error in Kubernetes' words if it cannot be mounted (yet) */
  async mount(pod: Pod, claimName: string, volume: Volume): Promise<ClaimedVolume> {
    const uid = pod.metadata.uid!
    const known = this.#mounted.get(uid)?.get(volume.name!)
    if (known) return known.claimed
    const { pv, ...claimed } = await claimedVolume(pod, claimName, volume, this.#dependencies)
    const volumeName = pv.metadata.name!
    const alone = !!pv.spec?.accessModes?.includes('ReadWriteOncePod')
    for (const [other, mounts] of this.#mounted)
      if (other !== uid && alone && [...mounts.values()].some(m => m.volumeName === volumeName))
        throw new Error('volume uses the ReadWriteOncePod access mode and is already in use by another pod')
    const own = this.#mounted.get(uid) ?? new Map<string, Mounted>()
    this.#mounted.set(uid, own.set(volume.name!, { claimed, volumeName }))
    return claimed
  }

  /** Nothing of the pod is left. */
  forget(uid: string): void {
    this.#mounted.delete(uid)
  }
}

/**
 * The place of the volume that a pod's claim is bound to. The checks and their order are those of Kubernetes' desired
 * state populator and volume manager. @throws Error in their words
 */
async function claimedVolume(
  pod: Pod,
  claimName: string,
  volume: Volume,
  dependencies: ClaimDependencies,
): Promise<ClaimedVolume & { pv: PersistentVolume }> {
  const namespace = pod.metadata.namespace!
  const processing = `error processing PVC ${namespace}/${claimName}: `
  const claim = await dependencies.claim(namespace, claimName)
  if (!claim)
    throw new Error(`${processing}failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`)
  if (volume.ephemeral && claim.metadata.ownerReferences?.find(o => o.controller)?.uid !== pod.metadata.uid)
    throw new Error(
      `PVC ${namespace}/${claimName} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`,
    )
  if (claim.metadata.deletionTimestamp) throw new Error(`${processing}PVC is being deleted`)
  const volumeName = claim.spec?.volumeName
  if (claim.status?.phase !== 'Bound' || !volumeName) throw new Error(`${processing}PVC is not bound`)
  if (claim.spec?.volumeMode === 'Block')
    throw new Error(`${processing}volume mode Block is not served by this node; use volumeMode: Filesystem`)
  const pv = await dependencies.volume(volumeName)
  if (!pv)
    throw new Error(`error fetching persistent volume "${volumeName}": persistentvolumes "${volumeName}" not found`)
  if (pv.spec?.claimRef?.uid !== claim.metadata.uid)
    throw new Error(`PV ${volumeName} is bound to another claim than ${namespace}/${claimName}`)
  const node = pv.spec?.nodeAffinity?.required && (await dependencies.node())
  if (node && !reaches(pv, node))
    throw new Error(`no matching NodeSelectorTerms: volume ${volumeName} lies on another node`)
  const found = placeOf(pv, dependencies)
  const readOnly =
    !!volume.persistentVolumeClaim?.readOnly || pv.spec?.accessModes?.every(mode => mode === 'ReadOnlyMany')
  return { ...found, readOnly: !!found.readOnly || !!readOnly, pv }
}

function placeOf(pv: PersistentVolume, { foldersDir, host }: ClaimDependencies): ClaimedVolume {
  const { csi, hostPath: path, local } = pv.spec ?? {}
  if (csi?.driver === FOLDER_DRIVER) {
    const folder = join(foldersDir, folderName(csi.volumeHandle!))
    mkdirSync(folder, { recursive: true, mode: 0o777 })
    return { path: folder, readOnly: !!csi.readOnly, ownable: true }
  }
  if (csi) throw new Error(`driver name ${csi.driver} not found in the list of registered CSI drivers`)
  if (path) return hostPath(path.path!, path.type ?? '', host)
  if (local) {
    const { path: place, readOnly } = hostPathOf(local.path!, host)
    if (!existsSync(place) || !statSync(place).isDirectory()) throw new Error(`path "${local.path}" does not exist`)
    return { path: place, readOnly, ownable: !readOnly }
  }
  const kind = Object.keys(pv.spec ?? {}).find(key => SOURCES.includes(key)) ?? 'of its type'
  throw new Error(
    `no volume plugin matched: ${kind} volumes need a storage system; use hostPath, local or ${FOLDER_DRIVER}`,
  )
}

/** A local volume must be there already: nothing is made for it. */
function hostPathOf(path: string, host: HostPathOptions): ClaimedVolume {
  try {
    return hostPath(path, 'Directory', host)
  } catch (error) {
    if (existsSync(host.root)) inside(host.root, path, false) // a way out of the node's files is told as such
    throw new Error(`path "${path}" does not exist`, { cause: error })
  }
}

/** A handle as a folder's name: other people's volumes may be named as they like. */
function folderName(handle: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(handle))
    throw new Error(`volume handle "${handle}" cannot be a folder`)
  return handle
}

const SOURCES = [
  'nfs',
  'iscsi',
  'fc',
  'rbd',
  'cephfs',
  'awsElasticBlockStore',
  'gcePersistentDisk',
  'azureDisk',
  'azureFile',
]
