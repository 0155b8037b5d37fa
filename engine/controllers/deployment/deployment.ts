import type { Deployment, Pod, ReplicaSet } from '../../api/types.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { claim, controllerOf } from '../replicas/ownership.ts'
import { Rollout } from './rollout.ts'
import { progressCheckIn, writeStatus } from './status.ts'

/** Replaces the pods of Deployments step by step, through ReplicaSets, one for each template. */
export function setupDeployments(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const deployments = informers.informer(DEPLOYMENTS as Resource<Deployment>)
  const sets = informers.informer(REPLICA_SETS as Resource<ReplicaSet>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const deploymentClient = context.client(DEPLOYMENTS as Resource<Deployment>)
  const setClient = context.client(REPLICA_SETS as Resource<ReplicaSet>)
  const events = context.recorder('deployment-controller')
  const reconciler = new Reconciler({ name: 'deployment', clock, log, queues, reconcile })

  reconciler.watch(deployments)
  sets.addHandler({
    onAdd: set => onSet(set),
    onUpdate: (old, set) => {
      if (controllerOf(old)?.uid !== controllerOf(set)?.uid) onSet(old)
      onSet(set)
    },
    onDelete: set => onSet(set),
  })
  // Recreate waits until the last old pod is gone.
  pods.addHandler({ onDelete: pod => onPodGone(pod) })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  function onSet(set: ReplicaSet): void {
    const owner = controllerOf(set)
    if (owner?.kind === 'Deployment') return reconciler.enqueue(`${set.metadata.namespace}/${owner.name}`, set)
    if (!owner) for (const d of deployments.lister.list(set.metadata.namespace)) reconciler.enqueue(keyOf(d), set)
  }

  function onPodGone(pod: Pod): void {
    const set = controllerOf(pod)
    if (set?.kind !== 'ReplicaSet') return
    const owner = controllerOf(sets.lister.get(pod.metadata.namespace, set.name) ?? pod)
    if (owner?.kind === 'Deployment') reconciler.enqueue(`${pod.metadata.namespace}/${owner.name}`, pod)
  }

  async function reconcile(key: string): Promise<number | void> {
    const deployment = deployments.lister.byKey(key)
    if (!deployment) return
    const { namespace } = deployment.metadata
    const owned = await claim(deployment, deployment.spec!.selector, sets.lister.list(namespace), setClient)
    const ownedUids = new Set(owned.map(s => s.metadata.uid))
    const podsOf = () => pods.lister.list(namespace).filter(p => ownedUids.has(controllerOf(p)?.uid))
    const parts = { clock, deployments: deploymentClient, sets: setClient, events }
    if (deployment.metadata.deletionTimestamp) return writeStatus(parts, deployment, undefined, owned)

    const rollout = new Rollout(parts, deployment, owned)
    await rollout.run(podsOf)
    await writeStatus(parts, rollout.deployment, rollout.newSet, rollout.sets)
    return progressCheckIn(clock, rollout.deployment)
  }
}
