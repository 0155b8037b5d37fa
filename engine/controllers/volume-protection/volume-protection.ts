import type { KubeObject } from '../../api/object.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/types.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { ResourceClient, Resource } from '../../client/resource-client.ts'
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { claimsOf } from '../../api/storage/pod-claims.ts'

const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection'
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection'

/** Keeps claims that a pod on a node uses, and volumes that are bound, from going before they are free. */
export function setupVolumeProtection(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const claims = informers.informer(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const volumes = informers.informer(PERSISTENT_VOLUMES as Resource<PersistentVolume>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const claimClient = context.client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const volumeClient = context.client(PERSISTENT_VOLUMES as Resource<PersistentVolume>)
  const ofClaims = new Reconciler({ name: 'pvc-protection', clock, log, queues, reconcile: protectClaim })
  const ofVolumes = new Reconciler({ name: 'pv-protection', clock, log, queues, reconcile: protectVolume })

  ofClaims.watch(claims)
  ofVolumes.watch(volumes)
  const released = (pod: Pod) => {
    for (const name of claimsOf(pod)) ofClaims.enqueue(`${pod.metadata.namespace}/${name}`, pod)
  }
  pods.addHandler({ onDelete: released })
  return {
    run: (signal: AbortSignal) => Promise.all([ofClaims.run(signal), ofVolumes.run(signal)]).then(() => undefined),
  }

  async function protectClaim(key: string): Promise<void> {
    const claim = claims.lister.byKey(key)
    if (!claim) return
    await protect(claimClient, claim, CLAIM_FINALIZER, () => isUsed(claim))
  }

  async function protectVolume(key: string): Promise<void> {
    const volume = volumes.lister.byKey(key)
    if (volume) await protect(volumeClient, volume, VOLUME_FINALIZER, async () => volume.status?.phase === 'Bound')
  }

  /** Pods that are on a node count, as our copy knows them and, before the claim is let go, as the API server does. */
  async function isUsed(claim: PersistentVolumeClaim): Promise<boolean> {
    const { namespace, name } = claim.metadata
    const uses = (pod: Pod) => !!pod.spec?.nodeName && claimsOf(pod).includes(name!)
    if (pods.lister.list(namespace).some(uses)) return true
    return (await context.client(PODS as Resource<Pod>).list(namespace)).items.some(uses)
  }
}

async function protect<T extends KubeObject>(
  client: ResourceClient<T>,
  object: T,
  finalizer: string,
  inUse: () => Promise<boolean>,
): Promise<void> {
  const { finalizers = [], deletionTimestamp } = object.metadata
  const has = finalizers.includes(finalizer)
  const write = (wanted: string[]) => client.update({ ...object, metadata: { ...object.metadata, finalizers: wanted } })
  if (!deletionTimestamp && !has) await write([...finalizers, finalizer])
  else if (deletionTimestamp && has && !(await inUse())) await write(finalizers.filter(f => f !== finalizer))
}
