import type { ControllerRevision, PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { messageOf } from '../../base/errors.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { isAlreadyExists, isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { CONTROLLER_REVISIONS, PERSISTENT_VOLUME_CLAIMS, PODS, STATEFUL_SETS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { claim, controllerOf } from '../replicas/ownership.ts'
import { availableAt, isReady } from '../replicas/pods.ts'
import { StatefulClaims } from './claims.ts'
import { ordinalOf, podOf } from './identity.ts'
import { forgetOldRevisions, revisionsOf, templateIn, type Revisions } from './revisions.ts'
import { countsOf, isOfCurrent, nextSteps, type Situation, type Step } from './steps.ts'

/** Keeps pods with names, an order and claims of their own. */
export function setupStatefulSets(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const sets = informers.informer(STATEFUL_SETS as Resource<StatefulSet>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const revisions = informers.informer(CONTROLLER_REVISIONS as Resource<ControllerRevision>)
  const claims = informers.informer(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
  const client = context.client(STATEFUL_SETS as Resource<StatefulSet>)
  const podClient = context.client(PODS as Resource<Pod>)
  const revisionClient = context.client(CONTROLLER_REVISIONS as Resource<ControllerRevision>)
  const events = context.recorder('statefulset-controller')
  const claimControl = new StatefulClaims(
    claims.lister,
    context.client(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>),
    events,
  )
  const reconciler = new Reconciler({ name: 'statefulset', clock, log, queues, reconcile })

  reconciler.watch(sets)
  const onPod = (pod: Pod) => {
    const owner = controllerOf(pod)
    if (owner?.kind === 'StatefulSet') reconciler.enqueue(`${pod.metadata.namespace}/${owner.name}`, pod)
    else if (!owner) for (const set of sets.lister.list(pod.metadata.namespace)) reconciler.enqueue(keyOf(set), pod)
  }
  pods.addHandler({
    onAdd: onPod,
    onUpdate: (old, pod) => {
      if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) onPod(old)
      onPod(pod)
    },
    onDelete: onPod,
  })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  async function reconcile(key: string): Promise<number | void> {
    const set = sets.lister.byKey(key)
    if (!set || set.metadata.deletionTimestamp) return
    const { namespace } = set.metadata
    const named = pods.lister.list(namespace).filter(p => ordinalOf(set, p.metadata.name!) !== undefined)
    const mine = await claim(set, set.spec!.selector, named, podClient)
    const own = revisions.lister.list(namespace).filter(r => controllerOf(r)?.uid === set.metadata.uid)
    const both = await revisionsOf(set, own, revisionClient)
    const situation = { set, pods: mine, updateRevision: both.update.metadata.name!, nowMs: clock.now() }
    for (const pod of mine) await claimControl.setOwners(set, ordinalOf(set, pod.metadata.name!)!, pod)
    try {
      for (const step of nextSteps(situation)) await take(set, step, both)
    } finally {
      await updateStatus(situation, both)
    }
    await forgetOldRevisions(set, own, mine, both, revisionClient)
    return nextAvailability(situation)
  }

  async function take(set: StatefulSet, step: Step, both: Revisions): Promise<void> {
    if (step.kind === 'create') return create(set, step.ordinal, both)
    const { pod, event } = step
    const { namespace, name, uid } = pod.metadata
    if (event) events.event(set, 'Warning', event.reason, event.message)
    await told(set, 'delete', name!, () => podClient.delete(namespace, name!, { preconditions: { uid } }))
  }

  async function create(set: StatefulSet, ordinal: number, { current, update }: Revisions): Promise<void> {
    const revision = isOfCurrent(set, ordinal) ? current : update
    const pod = podOf(set, templateIn(revision), ordinal, revision.metadata.name!)
    await claimControl.ensure(set, ordinal)
    await told(set, 'create', pod.metadata.name!, () => podClient.create(pod))
  }

  async function told(set: StatefulSet, verb: 'create' | 'delete', pod: string, act: () => Promise<unknown>) {
    const what = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`
    const [good, bad] = verb === 'create' ? ['SuccessfulCreate', 'FailedCreate'] : ['SuccessfulDelete', 'FailedDelete']
    try {
      await act()
      events.event(set, 'Normal', good, `${what} successful`)
    } catch (error) {
      // Done by us already; our copy will show it.
      if (verb === 'create' ? isAlreadyExists(error) : isNotFound(error)) return
      events.event(set, 'Warning', bad, `${what} failed error: ${messageOf(error)}`)
      throw error
    }
  }

  async function updateStatus(situation: Situation, { current, update }: Revisions): Promise<void> {
    const { set } = situation
    const counts = countsOf(situation, current.metadata.name!)
    const wanted = Number(set.spec!.replicas ?? 1)
    const type = set.spec!.updateStrategy?.type ?? 'RollingUpdate'
    const isThrough =
      type === 'RollingUpdate' &&
      counts.updatedReplicas === counts.replicas &&
      counts.readyReplicas === counts.replicas &&
      counts.replicas === wanted
    const status = {
      ...set.status,
      ...counts,
      observedGeneration: set.metadata.generation,
      collisionCount: set.status?.collisionCount ?? 0,
      currentReplicas: isThrough ? counts.updatedReplicas : counts.currentReplicas,
      currentRevision: (isThrough ? update : current).metadata.name,
      updateRevision: update.metadata.name,
    }
    // As Kubernetes leaves out what is none.
    for (const name of ['readyReplicas', 'currentReplicas', 'updatedReplicas'] as const)
      if (!status[name]) delete (status as Record<string, unknown>)[name]
    if (canonicalJSON(status) === canonicalJSON(set.status)) return
    try {
      await client.updateStatus({ ...set, status } as StatefulSet)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  /** Milliseconds until the next ready pod counts as available. */
  function nextAvailability({ set, pods: mine, nowMs }: Situation): number | undefined {
    const seconds = Number(set.spec!.minReadySeconds ?? 0)
    const waits = seconds ? mine.filter(isReady).map(pod => availableAt(pod, seconds) - nowMs) : []
    const next = Math.min(...waits.filter(ms => ms > 0))
    return Number.isFinite(next) ? next : undefined
  }
}
