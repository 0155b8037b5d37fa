import { BIND_COMPLETED, classOf, findVolume, FOLDER_DRIVER, isFor, SELECTED_NODE } from '../../api/storage/volumes.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { claimsOf } from '../../api/storage/pod-claims.ts'
import { Binding } from './binding.ts'
import { expand } from './expand.ts'
import { FolderProvisioner } from './folder-provisioner.ts'
import { Reclaimer } from './reclaim.ts'

/** Claims without a volume are looked at again after so long, so that their events say that they still wait. */
const RESYNC_MS = 15_000

/** Volumes by the uid of the claim that they are tied to. */
const BY_CLAIM = 'claim'

/**
 * Brings claims and volumes together, has volumes made for claims whose class asks for it, and sees to what becomes of
 * them when the claim goes (kube-controller-manager's persistentvolume-binder, and what a driver's provisioner and
 * resizer do beside it, for folders of nodes).
 */
export function setupPersistentVolumes(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const claims = informers.informer(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const volumes = informers.informer(PERSISTENT_VOLUMES as Resource<PersistentVolume>)
  const classes = informers.informer(STORAGE_CLASSES as Resource<StorageClass>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const nodes = informers.informer(NODES as Resource<Node>)
  const events = context.recorder('persistentvolume-controller')
  const binding = new Binding({
    claims: context.client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>),
    volumes: context.client(PERSISTENT_VOLUMES as Resource<PersistentVolume>),
    events,
  })
  const provisioner = new FolderProvisioner({
    claims: context.client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>),
    volumes: context.client(PERSISTENT_VOLUMES as Resource<PersistentVolume>),
    events: context.recorder(FOLDER_DRIVER),
    nodes: () => nodes.lister.list(),
  })
  const resizer = context.recorder(`external-resizer ${FOLDER_DRIVER}`)
  const reclaimer = new Reclaimer({
    binding,
    volumes: context.client(PERSISTENT_VOLUMES as Resource<PersistentVolume>),
    events,
  })
  const ofClaims = new Reconciler({ name: 'persistentvolumeclaim', clock, log, queues, reconcile: reconcileClaim })
  const ofVolumes = new Reconciler({ name: 'persistentvolume', clock, log, queues, reconcile: reconcileVolume })

  ofClaims.watch(claims)
  volumes.addIndex(BY_CLAIM, ({ spec }) => (spec?.claimRef?.uid ? [spec.claimRef.uid] : []))
  claims.addHandler({
    onUpdate: (_, claim) => claim.spec?.volumeName && ofVolumes.enqueue(claim.spec.volumeName, claim),
    onDelete(claim) {
      // Not by its volumeName: a volume is tied to a claim before the claim can say so itself.
      for (const { metadata } of volumes.lister.byIndex(BY_CLAIM, claim.metadata.uid!))
        ofVolumes.enqueue(metadata.name!, claim)
    },
  })
  ofVolumes.watch(volumes)
  const wakeClaims = (volume: PersistentVolume) => {
    const ref = volume.spec?.claimRef
    if (ref) ofClaims.enqueue(`${ref.namespace}/${ref.name}`, volume)
    for (const claim of claims.lister.list())
      if (claim.spec?.volumeName ? claim.spec.volumeName === volume.metadata.name : classOf(claim) === classOf(volume))
        ofClaims.enqueue(keyOf(claim), volume)
  }
  volumes.addHandler({ onAdd: wakeClaims, onUpdate: (_, volume) => wakeClaims(volume), onDelete: wakeClaims })
  const wakeClass = ({ metadata: { name } }: StorageClass) => {
    for (const claim of claims.lister.list()) if (classOf(claim) === name) ofClaims.enqueue(keyOf(claim))
  }
  classes.addHandler({ onAdd: wakeClass, onUpdate: (_, one) => wakeClass(one) })
  return {
    run: (signal: AbortSignal) => Promise.all([ofClaims.run(signal), ofVolumes.run(signal)]).then(() => undefined),
  }

  async function reconcileClaim(key: string): Promise<number | void> {
    const claim = claims.lister.byKey(key)
    if (!claim) return
    const bound = claim.metadata.annotations?.[BIND_COMPLETED]
    return bound === undefined ? syncUnbound(claim) : syncBound(claim)
  }

  async function syncUnbound(claim: PersistentVolumeClaim): Promise<number | void> {
    const named = claim.spec?.volumeName
    if (!named) return searchVolume(claim)
    const volume = volumes.lister.get(undefined, named)
    if (volume && (!volume.spec?.claimRef || isFor(volume, claim))) return binding.bind(volume, claim)
    await binding.setClaimStatus(claim, 'Pending', undefined)
    return RESYNC_MS
  }

  async function searchVolume(claim: PersistentVolumeClaim): Promise<number | void> {
    const wanted = classOf(claim)
    const storageClass = classes.lister.get(undefined, wanted)
    const chosen = claim.metadata.annotations?.[SELECTED_NODE]
    const delayed = storageClass?.volumeBindingMode === 'WaitForFirstConsumer'
    const found = findVolume(claim, volumes.lister.list(), { delayed })
    if (found) return binding.bind(found, claim)
    await binding.setClaimStatus(claim, 'Pending', undefined)
    if (claim.metadata.deletionTimestamp) return
    if (delayed && !chosen) {
      const waiting = pods.lister
        .list(claim.metadata.namespace)
        .filter(pod => !pod.spec?.nodeName && claimsOf(pod).includes(claim.metadata.name!))
        .map(pod => pod.metadata.name)
      if (waiting.length)
        events.event(claim, 'Normal', 'WaitForPodScheduled', `waiting for pod ${waiting.join(',')} to be scheduled`)
      else
        events.event(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    } else if (wanted) await provision(claim, wanted, storageClass)
    else
      events.event(
        claim,
        'Normal',
        'FailedBinding',
        'no persistent volumes available for this claim and no storage class is set',
      )
    return RESYNC_MS
  }

  async function provision(claim: PersistentVolumeClaim, wanted: string, storageClass: StorageClass | undefined) {
    if (!storageClass)
      return events.event(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${wanted}" not found`)
    const by = storageClass.provisioner
    if (by.startsWith('kubernetes.io/'))
      return events.event(claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${by}`)
    const noted = await binding.noteProvisioner(claim, by)
    events.event(
      noted,
      'Normal',
      'ExternalProvisioning',
      `Waiting for a volume to be created either by the external provisioner '${by}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
    )
    if (by === FOLDER_DRIVER) await provisioner.provision(noted, storageClass)
  }

  async function syncBound(claim: PersistentVolumeClaim): Promise<number | void> {
    const lost = (reason: string, text: string) => binding.lose(claim, reason, text)
    const named = claim.spec?.volumeName
    if (!named)
      return lost('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!')
    const volume = volumes.lister.get(undefined, named)
    if (!volume) return lost('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!')
    const ref = volume.spec?.claimRef
    if (ref && ref.uid !== claim.metadata.uid)
      return lost('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly')
    await binding.bind(volume, claim)
    await expand(claim, volume, { binding, events: resizer })
  }

  async function reconcileVolume(name: string): Promise<number | void> {
    const volume = volumes.lister.get(undefined, name)
    if (!volume) return
    const ref = volume.spec?.claimRef
    if (!ref?.uid) return binding.setVolumePhase(volume, 'Available')
    const known = claims.lister.get(ref.namespace, ref.name!)
    const claim = known?.metadata.uid === ref.uid ? known : await reread(ref)
    if (!claim) return reclaim(volume)
    const target = claim.spec?.volumeName
    if (!target) return ofClaims.enqueue(keyOf(claim), volume)
    if (target === name) return binding.setVolumePhase(volume, 'Bound')
    const provisioned = !!volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by']
    if (provisioned && volume.spec?.persistentVolumeReclaimPolicy === 'Delete') return reclaim(volume)
    return binding.unbind(volume)
  }

  /** The claim of a volume may only be missing in our copy: data must not be lost by that. */
  async function reread(ref: { namespace?: string; name?: string; uid?: string }) {
    try {
      const found = await context
        .client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
        .get(ref.namespace, ref.name!)
      return found.metadata.uid === ref.uid ? found : undefined
    } catch (error) {
      if (!isNotFound(error)) throw error
      return undefined
    }
  }

  async function reclaim(volume: PersistentVolume): Promise<void> {
    try {
      await reclaimer.reclaim(volume)
    } catch (error) {
      if (isNotFound(error)) return
      log.debug('a volume is not reclaimed yet', { volume: volume.metadata.name, error: messageOf(error) })
      throw error
    }
  }
}
