import { claimsOf, isMadeFor } from '../../api/storage/pod-claims.ts'
import {
  BIND_COMPLETED,
  classOf,
  findVolume,
  NO_PROVISIONER,
  reaches,
  SELECTED_NODE,
} from '../../api/storage/volumes.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/types.ts'
import { rejection, type Cycle, type FilterPlugin, type Rejection } from '../framework.ts'

/** What the scheduler knows of storage, with what it has just decided itself. */
export interface StorageView {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined
  volume(name: string): PersistentVolume | undefined
  volumes(): PersistentVolume[]
  storageClass(name: string): StorageClass | undefined
}

/** What must be done about a pod's claims before it can run on a node. */
export interface VolumeDecisions {
  /** Volumes that are there, and the claims that are to have them. */
  bind: { claim: PersistentVolumeClaim; volume: PersistentVolume }[]
  /** Claims whose volume is to be made for the node. */
  provision: PersistentVolumeClaim[]
}

interface PodClaims {
  bound: PersistentVolumeClaim[]
  delayed: PersistentVolumeClaim[]
}

const NAME = 'VolumeBinding'

/** Volumes must be reachable from the node, and claims that waited for the pod must find or get theirs there. */
export const volumeBinding: FilterPlugin = {
  name: NAME,
  preFilter(cycle) {
    const claims = podClaims(cycle)
    if ('plugin' in claims) return claims
    cycle.state.set(NAME, claims)
    return undefined
  },
  filter(cycle, { node }) {
    const claims = cycle.state.get(NAME) as PodClaims | undefined
    const { storage } = cycle.snapshot
    if (!claims || !storage) return undefined
    for (const claim of claims.bound) {
      const volume = storage.volume(claim.spec!.volumeName!)
      if (!volume)
        return rejection(NAME, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)', true)
      if (!reaches(volume, node)) return rejection(NAME, "node(s) didn't match PersistentVolume's node affinity", true)
    }
    const decisions = decideVolumes(claims.delayed, node, storage)
    return decisions ? undefined : rejection(NAME, "node(s) didn't find available persistent volumes to bind", true)
  },
}

/** A claim that only one pod may use keeps others away while that pod is anywhere. */
export const volumeRestrictions: FilterPlugin = {
  name: 'VolumeRestrictions',
  filter({ pod, snapshot }) {
    const { storage } = snapshot
    const { namespace } = pod.metadata
    const alone = claimsOf(pod).filter(name =>
      storage?.claim(namespace!, name)?.spec?.accessModes?.includes('ReadWriteOncePod'),
    )
    if (alone.length === 0) return undefined
    const used = snapshot.nodes.some(node =>
      [...node.pods.values()].some(
        other =>
          other.metadata.namespace === namespace &&
          other.metadata.uid !== pod.metadata.uid &&
          claimsOf(other).some(name => alone.includes(name)),
      ),
    )
    if (!used) return undefined
    return rejection(
      this.name,
      'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
      false,
    )
  },
}

/** What is to be done for a pod's claims on a node that the filters let through; undefined if there are none. */
export function volumeDecisions(pod: Pod, node: Node, storage: StorageView): VolumeDecisions | undefined {
  const delayed = claimsOf(pod)
    .map(name => storage.claim(pod.metadata.namespace!, name))
    .filter(claim => claim !== undefined && !isBound(claim)) as PersistentVolumeClaim[]
  return delayed.length ? decideVolumes(delayed, node, storage) : undefined
}

export function isBound(claim: PersistentVolumeClaim): boolean {
  return !!claim.spec?.volumeName && BIND_COMPLETED in (claim.metadata.annotations ?? {})
}

/** The pod's claims, or why it cannot run anywhere for now. */
function podClaims({ pod, snapshot: { storage } }: Cycle): PodClaims | Rejection {
  const claims: PodClaims = { bound: [], delayed: [] }
  if (!storage) return claims
  const no = (reason: string) => rejection(NAME, reason, true)
  for (const volume of pod.spec?.volumes ?? []) {
    const name = volume.persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${volume.name}`
    if (!volume.persistentVolumeClaim && !volume.ephemeral) continue
    const claim = storage.claim(pod.metadata.namespace!, name)
    if (!claim && volume.ephemeral)
      return no(`waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`)
    if (!claim) return no(`persistentvolumeclaim "${name}" not found`)
    if (claim.status?.phase === 'Lost')
      return no(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`,
      )
    if (claim.metadata.deletionTimestamp) return no(`persistentvolumeclaim "${name}" is being deleted`)
    if (volume.ephemeral && !isMadeFor(claim, pod)) {
      const { namespace } = pod.metadata
      return no(`PVC ${namespace}/${name} was not created for pod ${namespace}/${pod.metadata.name} (pod is not owner)`)
    }
    if (isBound(claim)) claims.bound.push(claim)
    else if (waitsForPod(claim, storage)) claims.delayed.push(claim)
    else return no('pod has unbound immediate PersistentVolumeClaims')
  }
  return claims
}

function waitsForPod(claim: PersistentVolumeClaim, storage: StorageView): boolean {
  if (claim.spec?.volumeName) return false
  return storage.storageClass(classOf(claim))?.volumeBindingMode === 'WaitForFirstConsumer'
}

/** For each claim a volume that can be reached from the node, else one that can be made for it; undefined if not all. */
function decideVolumes(claims: PersistentVolumeClaim[], node: Node, storage: StorageView): VolumeDecisions | undefined {
  const decisions: VolumeDecisions = { bind: [], provision: [] }
  // The smallest wish first, so that it leaves the large volumes to the others.
  for (const claim of claims) {
    const chosen = claim.metadata.annotations?.[SELECTED_NODE]
    if (chosen) {
      if (chosen !== node.metadata.name) return undefined
      decisions.provision.push(claim)
      continue
    }
    const left = storage.volumes().filter(volume => !decisions.bind.some(taken => taken.volume === volume))
    const volume = findVolume(claim, left, { node, delayed: true })
    if (volume) decisions.bind.push({ claim, volume })
    else if (canBeMade(claim, node, storage)) decisions.provision.push(claim)
    else return undefined
  }
  return decisions
}

function canBeMade(claim: PersistentVolumeClaim, node: Node, storage: StorageView): boolean {
  const storageClass = storage.storageClass(classOf(claim))
  if (!storageClass || storageClass.provisioner === NO_PROVISIONER) return false
  const { allowedTopologies } = storageClass
  if (!allowedTopologies?.length) return true
  return allowedTopologies.some(term =>
    (term.matchLabelExpressions ?? []).every(e => e.values?.includes(node.metadata.labels?.[e.key!] ?? '')),
  )
}
