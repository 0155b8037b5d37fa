import type { ControllerRevision, DaemonSet, Node, Pod } from '../../api/types.ts'
import { keyOf } from '../../client/cache/indexer.ts'
import { isNotFound } from '../../client/errors.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { CONTROLLER_REVISIONS, DAEMON_SETS, NODES, PODS } from '../../client/resources.ts'
import type { ControllerContext } from '../context.ts'
import { Expectations } from '../replicas/expectations.ts'
import { claim, controllerOf } from '../replicas/ownership.ts'
import { isAvailable, isReady, PodControl, podFromTemplate, slowStart } from '../replicas/pods.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import { share } from '../deployment/budget.ts'
import { runsOn, withDaemonRules } from './placement.ts'
import { HASH_LABEL, syncRevisions } from './revisions.ts'

/** Keeps one pod of each DaemonSet on every node that it is meant for. */
export function setupDaemonSets(context: ControllerContext) {
  const { clock, log, queues, informers } = context
  const sets = informers.informer(DAEMON_SETS as Resource<DaemonSet>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const nodes = informers.informer(NODES as Resource<Node>)
  const revisions = informers.informer(CONTROLLER_REVISIONS as Resource<ControllerRevision>)
  const client = context.client(DAEMON_SETS as Resource<DaemonSet>)
  const podClient = context.client(PODS as Resource<Pod>)
  const revisionClient = context.client(CONTROLLER_REVISIONS as Resource<ControllerRevision>)
  const events = context.recorder('daemonset-controller')
  const control = new PodControl(podClient, events)
  const expectations = new Expectations(clock)
  const reconciler = new Reconciler({ name: 'daemonset', clock, log, queues, reconcile })

  reconciler.watch(sets)
  const onPod = (pod: Pod, observed?: (key: string) => void) => {
    const owner = controllerOf(pod)
    if (owner?.kind === 'DaemonSet') {
      const key = `${pod.metadata.namespace}/${owner.name}`
      observed?.(key)
      reconciler.enqueue(key, pod)
    } else if (!owner) for (const set of sets.lister.list(pod.metadata.namespace)) reconciler.enqueue(keyOf(set), pod)
  }
  pods.addHandler({
    onAdd: pod => onPod(pod, key => expectations.creationObserved(key)),
    onUpdate: (old, pod) => {
      if (controllerOf(old)?.uid !== controllerOf(pod)?.uid) onPod(old)
      onPod(pod)
    },
    onDelete: pod => onPod(pod, key => expectations.deletionObserved(key, pod.metadata.uid!)),
  })
  const onNode = (node: Node) => {
    for (const set of sets.lister.list()) reconciler.enqueue(keyOf(set), node)
  }
  nodes.addHandler({
    onAdd: onNode,
    onUpdate: (old, node) => {
      if (canonicalJSON([old.metadata.labels, old.spec]) !== canonicalJSON([node.metadata.labels, node.spec]))
        onNode(node)
    },
    onDelete: onNode,
  })
  revisions.addHandler({ onDelete: r => enqueueOwnerOf(r) })
  return { run: (signal: AbortSignal) => reconciler.run(signal) }

  function enqueueOwnerOf(revision: ControllerRevision): void {
    const owner = controllerOf(revision)
    if (owner?.kind === 'DaemonSet') reconciler.enqueue(`${revision.metadata.namespace}/${owner.name}`, revision)
  }

  async function reconcile(key: string): Promise<number | void> {
    const set = sets.lister.byKey(key)
    if (!set) return expectations.forget(key)
    if (set.metadata.deletionTimestamp) return
    const mine = await claim(set, set.spec!.selector, pods.lister.list(set.metadata.namespace), podClient)
    const own = revisions.lister.list(set.metadata.namespace).filter(r => controllerOf(r)?.uid === set.metadata.uid)
    const hash = await syncRevisions(set, own, revisionClient, mine)
    if (expectations.satisfied(key)) {
      await place(key, set, mine, hash)
      if (expectations.satisfied(key) && set.spec!.updateStrategy?.type !== 'OnDelete') await roll(key, set, mine, hash)
    }
    await updateStatus(set, mine, hash)
    if (
      (set.spec!.minReadySeconds ?? 0) > 0 &&
      mine.some(p => isReady(p) && !isAvailable(p, set.spec!.minReadySeconds!, clock.now()))
    )
      return set.spec!.minReadySeconds! * 1000
  }

  /** Makes the pods that are missing and deletes those that are too many, failed, or on a wrong node. */
  async function place(key: string, set: DaemonSet, mine: Pod[], hash: string): Promise<void> {
    const byNode = groupByNode(mine)
    const missing: string[] = []
    const victims: Pod[] = []
    for (const node of nodes.lister.list()) {
      const name = node.metadata.name!
      const here = byNode.get(name) ?? []
      const { shouldRun, shouldStay } = runsOn(set, node)
      const living = here.filter(p => !p.metadata.deletionTimestamp)
      const failed = living.filter(p => p.status?.phase === 'Failed')
      for (const pod of failed)
        events.event(
          set,
          'Warning',
          'FailedDaemonPod',
          `Found failed daemon pod ${pod.metadata.namespace}/${pod.metadata.name} on node ${name}, will try to kill it`,
        )
      victims.push(...failed)
      const sound = living.filter(p => p.status?.phase !== 'Failed').sort(oldestFirst)
      if (!shouldStay) victims.push(...sound)
      else if (sound.length > 1) victims.push(...sound.slice(1))
      // One that is still terminating holds the place.
      if (shouldRun && here.length === 0) missing.push(name)
    }
    expectations.expectDeletions(
      key,
      victims.map(v => v.metadata.uid!),
    )
    await Promise.all(victims.map(v => deleteOne(key, set, v)))
    if (missing.length === 0) return
    expectations.expectCreations(key, missing.length)
    const { done, error } = await slowStart(missing.length, async i => {
      const pod = podFromTemplate(set.spec!.template, set)
      pod.metadata.labels = {
        ...pod.metadata.labels,
        [HASH_LABEL]: hash,
        'pod-template-generation': String(set.metadata.generation),
      }
      await control.create(withDaemonRules(pod, missing[i]), set)
    })
    for (let i = done; i < missing.length; i++) expectations.creationObserved(key)
    if (error) throw error
  }

  /** Replaces pods of an older revision, as many at a time as may be unavailable. */
  async function roll(key: string, set: DaemonSet, mine: Pod[], hash: string): Promise<void> {
    const wanted = nodes.lister.list().filter(n => runsOn(set, n).shouldRun)
    const budget = share(set.spec!.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, wanted.length, Math.ceil)
    const byNode = groupByNode(mine)
    const minReady = set.spec!.minReadySeconds ?? 0
    let unavailable = 0
    const oldReady: Pod[] = []
    const victims: Pod[] = []
    for (const node of wanted) {
      const living = (byNode.get(node.metadata.name!) ?? []).filter(p => !p.metadata.deletionTimestamp)
      const available = living.some(p => isAvailable(p, minReady, clock.now()))
      if (!available) unavailable++
      for (const pod of living) {
        if (pod.metadata.labels?.[HASH_LABEL] === hash) continue
        if (available) oldReady.push(pod)
        else victims.push(pod)
      }
    }
    victims.push(...oldReady.slice(0, Math.max(0, budget - unavailable)))
    expectations.expectDeletions(
      key,
      victims.map(v => v.metadata.uid!),
    )
    await Promise.all(victims.map(v => deleteOne(key, set, v)))
  }

  async function deleteOne(key: string, set: DaemonSet, pod: Pod): Promise<void> {
    try {
      await control.delete(pod, set)
    } catch (error) {
      expectations.deletionObserved(key, pod.metadata.uid!)
      throw error
    }
  }

  async function updateStatus(set: DaemonSet, mine: Pod[], hash: string): Promise<void> {
    const byNode = groupByNode(mine)
    const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 }
    for (const node of nodes.lister.list()) {
      const here = (byNode.get(node.metadata.name!) ?? []).filter(p => !p.metadata.deletionTimestamp).sort(oldestFirst)
      const { shouldRun } = runsOn(set, node)
      if (shouldRun) counts.desired++
      if (here.length === 0) continue
      if (!shouldRun) {
        counts.misscheduled++
        continue
      }
      counts.current++
      const pod = here[0]
      if (isReady(pod)) counts.ready++
      if (isAvailable(pod, set.spec!.minReadySeconds ?? 0, clock.now())) counts.available++
      if (pod.metadata.labels?.[HASH_LABEL] === hash) counts.updated++
    }
    const status: DaemonSet['status'] = {
      currentNumberScheduled: counts.current,
      numberMisscheduled: counts.misscheduled,
      desiredNumberScheduled: counts.desired,
      numberReady: counts.ready,
      observedGeneration: set.metadata.generation,
      updatedNumberScheduled: counts.updated || undefined,
      numberAvailable: counts.available || undefined,
      numberUnavailable: counts.desired - counts.available || undefined,
      collisionCount: set.status?.collisionCount,
      conditions: set.status?.conditions,
    }
    if (canonicalJSON(status) === canonicalJSON(set.status)) return
    try {
      await client.updateStatus({ ...set, status })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

/** Where each pod is, or is bound to go by its affinity. */
function groupByNode(pods: Pod[]): Map<string, Pod[]> {
  const groups = new Map<string, Pod[]>()
  for (const pod of pods) {
    const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
    const node = pod.spec?.nodeName || terms?.[0]?.matchFields?.find(f => f.key === 'metadata.name')?.values?.[0] || ''
    const group = groups.get(node)
    if (group) group.push(pod)
    else groups.set(node, [pod])
  }
  return groups
}

function oldestFirst(a: Pod, b: Pod): number {
  return (a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? -1 : 1
}
