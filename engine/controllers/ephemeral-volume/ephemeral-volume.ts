import type { PersistentVolumeClaim, Pod, Volume } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import { isAlreadyExists } from '../../client/errors.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { controllerReference } from '../replicas/ownership.ts'
import { isMadeFor } from '../../api/storage/pod-claims.ts'

/** Makes the claims of pods' ephemeral volumes. They belong to the pod and go with it. */
export function setupEphemeralVolumes(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const pods = informers.informer(PODS as Resource<Pod>)
  const claims = informers.informer(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const client = context.client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const events = context.recorder('ephemeral_volume')
  const reconciler = new Reconciler({ name: 'ephemeral-volume', clock, log, queues, reconcile })

  const seen = (pod: Pod) => {
    if (pod.spec?.volumes?.some(volume => volume.ephemeral)) reconciler.enqueue(keyOf(pod), pod)
  }
  pods.addHandler({ onAdd: seen, onUpdate: (old, pod) => old.metadata.uid !== pod.metadata.uid && seen(pod) })
  claims.addHandler({
    onDelete(claim) {
      const owner = claim.metadata.ownerReferences?.find(o => o.controller && o.kind === 'Pod')
      // A claim that stood in the way may be gone now.
      for (const pod of owner ? [] : pods.lister.list(claim.metadata.namespace)) seen(pod)
      if (owner) reconciler.enqueue(`${claim.metadata.namespace}/${owner.name}`, claim)
    },
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<void> {
    const pod = pods.lister.byKey(key)
    if (!pod || pod.metadata.deletionTimestamp) return
    for (const volume of pod.spec?.volumes ?? []) if (volume.ephemeral) await ensure(pod, volume)
  }

  async function ensure(pod: Pod, volume: Volume): Promise<void> {
    const { namespace, name } = pod.metadata
    const claimName = `${name}-${volume.name}`
    try {
      const known = claims.lister.get(namespace, claimName)
      if (!known) await client.create(claimFor(pod, volume, claimName))
      else if (!isMadeFor(known, pod))
        throw new Error(`PVC ${namespace}/${claimName} was not created for pod ${namespace}/${name} (pod is not owner)`)
    } catch (error) {
      if (isAlreadyExists(error)) throw error
      events.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${messageOf(error)}`)
      throw error
    }
  }
}

function claimFor(pod: Pod, volume: Volume, name: string): PersistentVolumeClaim {
  const { metadata = {}, spec } = volume.ephemeral!.volumeClaimTemplate!
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: pod.metadata.namespace,
      ...(metadata.labels ? { labels: metadata.labels } : {}),
      ...(metadata.annotations ? { annotations: metadata.annotations } : {}),
      ownerReferences: [controllerReference({ ...pod, apiVersion: 'v1', kind: 'Pod' })],
    },
    spec: structuredClone(spec),
  } as PersistentVolumeClaim
}
