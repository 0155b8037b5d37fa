import { parseQuantity } from '../../base/quantity.ts'
import { matchesTerm } from '../scheduling/node-affinity.ts'
import { labelSelectorMatches } from '../selector.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../types.ts'

/** The driver of volumes that are folders of the node that they lie on. */
export const FOLDER_DRIVER = 'folders.kubarium.io'
export const NO_PROVISIONER = 'kubernetes.io/no-provisioner'
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node'
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed'
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller'
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class'

/** The storage class of a claim or volume; "" for none. */
export function classOf(object: PersistentVolumeClaim | PersistentVolume): string {
  return object.metadata.annotations?.[OLD_CLASS] ?? object.spec?.storageClassName ?? ''
}

/** Whether a volume's claimRef means this claim: by name, and by uid once it has one. */
export function isFor(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const ref = volume.spec?.claimRef
  if (!ref || ref.name !== claim.metadata.name || ref.namespace !== claim.metadata.namespace) return false
  return !ref.uid || ref.uid === claim.metadata.uid
}

/** Whether a volume can be reached from a node. */
export function reaches(volume: PersistentVolume, node: Node): boolean {
  const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms
  return !terms || terms.some(term => matchesTerm(term, node))
}

export interface MatchOptions {
  /** The node on which it must be to be had; absent: any. */
  node?: Node
  /** The claim waits for its pod: without a node only a volume that was meant for it will do. */
  delayed: boolean
}

/** The volume that fits a claim best: one that is meant for it, else the smallest that is large enough. */
export function findVolume(
  claim: PersistentVolumeClaim,
  volumes: PersistentVolume[],
  { node, delayed }: MatchOptions,
): PersistentVolume | undefined {
  const fitting = volumes.filter(volume => mayServe(volume, claim) && (!node || reaches(volume, node)))
  const meant = fitting.find(volume => isFor(volume, claim))
  if (meant || (delayed && !node)) return meant
  return fitting
    .filter(volume => isFree(volume) && classOf(volume) === classOf(claim) && isSelected(volume, claim))
    .sort((a, b) => sizeOf(a).cmp(sizeOf(b)) || (a.metadata.name! < b.metadata.name! ? -1 : 1))[0]
}

/** Size, modes and mode of use agree, and it is not another claim's. */
function mayServe(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  if (volume.metadata.deletionTimestamp || (volume.spec?.claimRef && !isFor(volume, claim))) return false
  if (sizeOf(volume).cmp(requestOf(claim)) < 0) return false
  if ((volume.spec?.volumeMode ?? 'Filesystem') !== (claim.spec?.volumeMode ?? 'Filesystem')) return false
  return (claim.spec?.accessModes ?? []).every(mode => volume.spec?.accessModes?.includes(mode))
}

function isFree(volume: PersistentVolume): boolean {
  return !volume.spec?.claimRef && volume.status?.phase === 'Available'
}

function isSelected(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return !claim.spec?.selector || labelSelectorMatches(claim.spec.selector, volume.metadata.labels)
}

export function sizeOf(volume: PersistentVolume) {
  return parseQuantity((volume.spec?.capacity as Record<string, string> | undefined)?.storage ?? '0')
}

export function requestOf(claim: PersistentVolumeClaim) {
  return parseQuantity((claim.spec?.resources?.requests as Record<string, string> | undefined)?.storage ?? '0')
}
