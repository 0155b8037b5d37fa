import { claimsOf } from '../api/storage/pod-claims.ts'
import type { Namespace, Node, Pod } from '../api/types.ts'
import type { Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { InformerFactory, type Informer } from '../client/cache/informer.ts'
import { keyOf } from '../client/cache/indexer.ts'
import { withCause } from '../client/cause.ts'
import { isConflict, isNotFound } from '../client/errors.ts'
import { createEventRecorder, rfc3339, type EventRecorder } from '../client/event-recorder.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import { NAMESPACES, NODES, PODS } from '../client/resources.ts'
import type { RestClient } from '../client/rest.ts'
import { SchedulerCache } from './cache.ts'
import { decide, explain, type Decision } from './decide.ts'
import type { Snapshot } from './framework.ts'
import { FILTERS, SCORES } from './plugins/registry.ts'
import type { AttemptResult, SchedulerMetrics } from './metrics.ts'
import { findPreemption, type Preemption } from './preemption.ts'
import { volumeDecisions, type VolumeDecisions } from './plugins/volumes.ts'
import { SchedulingQueue, type QueuedPod } from './queue/scheduling-queue.ts'
import { SchedulerStorage } from './storage.ts'

export interface SchedulerDependencies {
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
  /** Told of each decision, for those who want to see why; not called if absent. */
  onDecision?(pod: Pod, decision: Decision): void
  metrics?: SchedulerMetrics
}

const SCHEDULER_NAME = 'default-scheduler'

/** Places pods on nodes until the signal aborts. Only the elected leader may run it. */
export async function runScheduler(dependencies: SchedulerDependencies, signal: AbortSignal): Promise<void> {
  const informers = new InformerFactory(dependencies)
  const scheduler = new Scheduler(dependencies, informers)
  informers.start(signal)
  await Promise.race([informers.whenSynced(), aborted(signal)])
  if (!signal.aborted) await scheduler.run(signal)
}

class Scheduler {
  readonly #dependencies: SchedulerDependencies
  readonly #cache = new SchedulerCache()
  readonly #queue: SchedulingQueue
  readonly #pods: ResourceClient<Pod>
  readonly #namespaces: Informer<Namespace>
  readonly #storage: SchedulerStorage
  readonly #events: EventRecorder
  /** Bindings under way: a pod must not be decided twice while its first binding is on the wire. */
  readonly #binding = new Set<string>()
  /** Pods that wait for gates to be taken away, by key. */
  readonly #gated = new Set<string>()

  constructor(dependencies: SchedulerDependencies, informers: InformerFactory) {
    this.#dependencies = dependencies
    const { rest, clock, log } = dependencies
    this.#queue = new SchedulingQueue(clock)
    this.#pods = new ResourceClient(rest, PODS as Resource<Pod>)
    this.#events = createEventRecorder({ rest, clock, log, component: SCHEDULER_NAME, style: 'events' })
    this.#namespaces = informers.informer(NAMESPACES as Resource<Namespace>)
    const changed = () => this.#queue.moveUnschedulable(pod => claimsOf(pod).length > 0)
    this.#storage = new SchedulerStorage({ rest, clock, changed }, informers)
    // Nodes before pods, so that a pod finds its node in the cache.
    informers.informer(NODES as Resource<Node>).addHandler({
      onAdd: node => this.#onNode(undefined, node),
      onUpdate: (old, node) => this.#onNode(old, node),
      onDelete: node => this.#cache.removeNode(node.metadata.name!),
    })
    informers.informer(PODS as Resource<Pod>).addHandler({
      onAdd: pod => this.#onPod(undefined, pod),
      onUpdate: (old, pod) => this.#onPod(old, pod),
      onDelete: pod => this.#onPodGone(pod),
    })
  }

  async run(signal: AbortSignal): Promise<void> {
    const close = () => this.#queue.close()
    signal.addEventListener('abort', close, { once: true })
    const { metrics } = this.#dependencies
    if (metrics) metrics.pending = () => ({ ...this.#queue.depth, gated: this.#gated.size })
    signal.addEventListener('abort', () => metrics && (metrics.pending = undefined), { once: true })
    for (let entry = await this.#queue.next(); entry; entry = await this.#queue.next()) {
      if (signal.aborted) return
      const begun = this.#dependencies.clock.monotonic()
      try {
        await this.#schedule(entry, begun)
      } catch (error) {
        this.#count('error', begun)
        this.#dependencies.log.error('a scheduling attempt failed', { pod: entry.key, error })
        this.#queue.retry(entry)
      }
    }
  }

  async #schedule(entry: QueuedPod, begun: number): Promise<void> {
    const { pod, key } = entry
    const { random, clock, metrics, onDecision } = this.#dependencies
    if (pod.metadata.deletionTimestamp || this.#binding.has(key)) return this.#queue.done(key)
    const movesBefore = this.#queue.moves
    const snapshot = this.#snapshot()
    const decision = decide(pod, snapshot, FILTERS, SCORES, random)
    metrics?.decided((clock.monotonic() - begun) / 1_000)
    onDecision?.(pod, decision)
    const cause = `Pod/${key}@${pod.metadata.resourceVersion}`
    if (decision.node === undefined)
      return withCause(cause, () => this.#reject(entry, decision, snapshot, movesBefore, begun))
    // The binding goes on in the background; the next pod already counts this one.
    const assumed: Pod = { ...pod, spec: { ...pod.spec!, nodeName: decision.node } }
    const node = this.#cache.byName.get(decision.node)!.node
    const volumes = volumeDecisions(pod, node, this.#storage)
    if (volumes) this.#storage.assume(volumes, decision.node)
    this.#cache.assume(assumed)
    this.#binding.add(key)
    void withCause(cause, () => this.#bind(entry, assumed, volumes, begun))
  }

  async #bind(entry: QueuedPod, pod: Pod, volumes: VolumeDecisions | undefined, begun: number): Promise<void> {
    const { namespace, name, uid } = pod.metadata
    const node = pod.spec!.nodeName!
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    } as unknown as Pod
    try {
      if (volumes) await this.#storage.bind(volumes, node)
      await this.#pods.create(binding, { name, subresource: 'binding' })
      this.#queue.done(entry.key)
      this.#count('scheduled', begun)
      const { clock, metrics } = this.#dependencies
      metrics?.placed((clock.monotonic() - entry.addedAt) / 1_000, entry.attempts)
      this.#events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, 'Binding')
    } catch (error) {
      this.#count('error', begun)
      this.#dependencies.log.debug('binding failed', { pod: entry.key, node, error: messageOf(error) })
      this.#cache.forget(pod)
      if (volumes) this.#storage.forget(volumes)
      // Gone, or bound by an earlier attempt whose answer was lost: the watch tells which.
      if (isNotFound(error) || isConflict(error)) this.#queue.done(entry.key)
      else this.#queue.retry(entry)
    } finally {
      this.#binding.delete(entry.key)
    }
  }

  #count(result: AttemptResult, begun: number): void {
    const { clock, metrics } = this.#dependencies
    metrics?.attempted(result, (clock.monotonic() - begun) / 1_000)
  }

  async #reject(
    entry: QueuedPod,
    decision: Decision,
    snapshot: Snapshot,
    movesBefore: number,
    begun: number,
  ): Promise<void> {
    const { pod } = entry
    const preemption = findPreemption(pod, snapshot, decision.rejections, FILTERS)
    const message = explain(decision.rejections.values(), snapshot.nodes.length, preemption.message)
    this.#events.event(pod, 'Warning', 'FailedScheduling', message, 'Scheduling')
    this.#queue.fail(entry, movesBefore)
    this.#count('unschedulable', begun)
    this.#dependencies.metrics?.preempted(preemption.choice?.victims.length ?? 0)
    try {
      await this.#patchCondition(pod, message, preemption)
      if (preemption.choice) await this.#evict(pod, preemption.choice)
    } catch (error) {
      if (!isNotFound(error))
        this.#dependencies.log.warn('the verdict was not written', { pod: entry.key, error: messageOf(error) })
    }
  }

  async #patchCondition(pod: Pod, message: string, { choice }: Preemption): Promise<void> {
    const known = pod.status?.conditions?.find(c => c.type === 'PodScheduled')
    const nominated = choice?.node
    if (known?.status === 'False' && known.message === message && pod.status?.nominatedNodeName === nominated) return
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      observedGeneration: pod.metadata.generation,
      lastProbeTime: null,
      lastTransitionTime:
        known?.status === 'False' ? known.lastTransitionTime : rfc3339(this.#dependencies.clock.now()),
    }
    const patch = { status: { conditions: [condition], ...(nominated ? { nominatedNodeName: nominated } : {}) } }
    await this.#pods.patch(pod.metadata.namespace, pod.metadata.name!, 'strategic', patch, { subresource: 'status' })
  }

  async #evict(preemptor: Pod, { node, victims }: { node: string; victims: Pod[] }): Promise<void> {
    for (const victim of victims) {
      const { namespace, name, uid, deletionTimestamp } = victim.metadata
      if (deletionTimestamp) continue
      const { clock } = this.#dependencies
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'PreemptionByScheduler',
        message: `${SCHEDULER_NAME}: preempting to accommodate a higher priority pod`,
        lastTransitionTime: rfc3339(clock.now()),
      }
      await this.#pods.patch(
        namespace,
        name!,
        'strategic',
        { status: { conditions: [condition] } },
        { subresource: 'status' },
      )
      await this.#pods.delete(namespace, name!, { preconditions: { uid } })
      this.#events.event(
        victim,
        'Normal',
        'Preempted',
        `Preempted by pod ${preemptor.metadata.uid} on node ${node}`,
        'Preempting',
      )
    }
  }

  #snapshot(): Snapshot {
    return {
      nodes: this.#cache.nodes,
      byName: this.#cache.byName,
      storage: this.#storage,
      namespaceLabels: namespace => this.#namespaces.lister.get(undefined, namespace)?.metadata.labels,
    }
  }

  #onNode(old: Node | undefined, node: Node): void {
    this.#cache.setNode(node)
    if (!old || schedulingView(old) !== schedulingView(node)) this.#queue.moveUnschedulable()
  }

  #onPod(old: Pod | undefined, pod: Pod): void {
    const key = keyOf(pod)
    if (pod.spec?.schedulingGates?.length && pod.spec.schedulerName === SCHEDULER_NAME) this.#gated.add(key)
    else this.#gated.delete(key)
    if (pod.spec?.nodeName) {
      this.#queue.remove(key)
      const finished = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
      if (finished) return this.#onPodGone(pod)
      this.#cache.setPod(pod)
      // A pod that has arrived, or changed its labels, may be what another waits to be near.
      if (!old?.spec?.nodeName || JSON.stringify(old.metadata.labels) !== JSON.stringify(pod.metadata.labels))
        this.#queue.moveUnschedulable(waiting => !!waiting.spec?.affinity?.podAffinity)
      return
    }
    if (pod.spec?.schedulerName !== SCHEDULER_NAME || pod.metadata.deletionTimestamp) return this.#queue.remove(key)
    if (pod.spec?.schedulingGates?.length || this.#cache.isAssumed(pod)) return
    if (old && !specChanged(old, pod) && this.#queue.has(key)) this.#queue.refresh(pod)
    else if (!old || specChanged(old, pod) || !this.#queue.has(key)) this.#queue.add(pod)
  }

  #onPodGone(pod: Pod): void {
    this.#queue.remove(keyOf(pod))
    this.#gated.delete(keyOf(pod))
    if (!pod.spec?.nodeName && !this.#cache.isAssumed(pod)) return
    this.#cache.removePod(pod)
    this.#queue.moveUnschedulable()
  }
}

/** What of a node can change whether pods fit. Heartbeats must not wake the queue. */
function schedulingView(node: Node): string {
  return JSON.stringify([node.spec, node.metadata.labels, node.status?.allocatable, node.status?.images?.length])
}

function specChanged(old: Pod, pod: Pod): boolean {
  return (
    JSON.stringify(old.spec) !== JSON.stringify(pod.spec) ||
    JSON.stringify(old.metadata.labels) !== JSON.stringify(pod.metadata.labels)
  )
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
