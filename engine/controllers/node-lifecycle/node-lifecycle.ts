import type { Lease, Node, Pod, Taint } from '../../api/types.ts'
import { pause } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { isConflict, isNotFound } from '../../client/errors.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { Reconciler } from '../../client/reconciler.ts'
import type { Resource } from '../../client/resource-client.ts'
import { LEASES, NODES, PODS } from '../../client/resources.ts'
import { toleratesTaint } from '../../api/scheduling/tolerations.ts'
import type { ControllerContext } from '../context.ts'
import { canonicalJSON } from '../../base/canonical.ts'

/** How often the heartbeats are looked at, at least (--node-monitor-period), and how often in a grace period. */
const MONITOR_MS = 5_000
const LOOKS_IN_GRACE = 10
const CONDITION_TYPES = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** Taints that follow from a node's conditions: condition, its value, key of the taint, and effect. */
const CONDITION_TAINTS: [string, string, string, 'NoSchedule' | 'NoExecute'][] = [
  ['Ready', 'False', 'node.kubernetes.io/not-ready', 'NoSchedule'],
  ['Ready', 'Unknown', 'node.kubernetes.io/unreachable', 'NoSchedule'],
  ['Ready', 'False', 'node.kubernetes.io/not-ready', 'NoExecute'],
  ['Ready', 'Unknown', 'node.kubernetes.io/unreachable', 'NoExecute'],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure', 'NoSchedule'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure', 'NoSchedule'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure', 'NoSchedule'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable', 'NoSchedule'],
]
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'
const MANAGED = new Set([UNSCHEDULABLE, ...CONDITION_TAINTS.map(([, , key]) => key)])

interface Heartbeat {
  /** What was seen last: renewal of the Lease and times of the conditions. */
  seen: string
  /** When that last changed, by our own clock: the nodes' clocks need not agree with it. */
  atMs: number
}

/** The reason of conditions that no kubelet has reported, as the controller writes them. */
const NEVER_UPDATED = 'NodeStatusNeverUpdated'

/**
 * Watches over the nodes: a node whose heartbeats stop becomes Unknown, conditions become taints, and pods that do not
 * tolerate a NoExecute taint are evicted, at once or after their tolerationSeconds.
 */
export function setupNodeLifecycle(context: ControllerContext) {
  const { clock, log, queues, informers, options } = context
  const nodes = informers.informer(NODES as Resource<Node>)
  const pods = informers.informer(PODS as Resource<Pod>)
  const leases = informers.informer(LEASES as Resource<Lease>, { namespace: 'kube-node-lease' })
  const nodeClient = context.client(NODES as Resource<Node>)
  const podClient = context.client(PODS as Resource<Pod>)
  const events = context.recorder('node-controller')
  const evictionEvents = context.recorder('taint-eviction-controller')
  const heartbeats = new Map<string, Heartbeat>()
  /** Nodes that were found silent, and whose pods do not all say so yet. */
  const unmarked = new Set<string>()
  /**
   * When each NoExecute taint of a node was first seen, by our own clock. Tolerations run from there and not from the
   * taint's own time: a cluster that was asleep must not evict everybody when it wakes up.
   */
  const taintsSeen = new Map<string, Map<string, number>>()

  const BY_NODE = 'nodeName'
  pods.addIndex(BY_NODE, pod => (pod.spec?.nodeName ? [pod.spec.nodeName] : []))

  const taints = new Reconciler({ name: 'node-taints', clock, log, queues, reconcile: reconcileTaints })
  const evictions = new Reconciler({ name: 'taint-eviction', clock, log, queues, reconcile: reconcileEviction })
  taints.watch(nodes)
  nodes.addHandler({
    onAdd: noteTaints,
    onUpdate: (old, node) => {
      if (canonicalJSON(old.spec?.taints) === canonicalJSON(node.spec?.taints)) return
      noteTaints(node)
      checkPodsOf(node)
    },
    onDelete: node => {
      heartbeats.delete(node.metadata.name!)
      unmarked.delete(node.metadata.name!)
      taintsSeen.delete(node.metadata.name!)
    },
  })
  pods.addHandler({
    onAdd: pod => pod.spec?.nodeName && evictions.enqueue(podKey(pod), pod),
    onUpdate: (old, pod) => {
      if (
        old.spec?.nodeName !== pod.spec?.nodeName ||
        canonicalJSON(old.spec?.tolerations) !== canonicalJSON(pod.spec?.tolerations)
      )
        evictions.enqueue(podKey(pod), pod)
    },
  })
  return {
    async run(signal: AbortSignal): Promise<void> {
      await Promise.all([monitor(signal), taints.run(signal), evictions.run(signal)])
    },
  }

  async function monitor(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const node of nodes.lister.list()) {
        try {
          await checkHeartbeat(node)
        } catch (error) {
          const expected = isConflict(error) || isNotFound(error)
          log[expected ? 'debug' : 'warn']('node not judged', { node: node.metadata.name, error: messageOf(error) })
        }
      }
      await pause(clock, Math.min(MONITOR_MS, options.nodeMonitorGraceMs / LOOKS_IN_GRACE), signal)
    }
  }

  async function checkHeartbeat(node: Node): Promise<void> {
    const name = node.metadata.name!
    const lease = leases.lister.get('kube-node-lease', name)
    // What we write ourselves is no heartbeat.
    const reported = (node.status?.conditions ?? []).filter(c => c.reason !== NEVER_UPDATED)
    const seen = [lease?.spec?.renewTime, ...reported.map(c => c.lastHeartbeatTime)].join()
    const known = heartbeats.get(name)
    const now = clock.monotonic()
    if (known?.seen !== seen) {
      heartbeats.set(name, { seen, atMs: now })
      unmarked.delete(name)
    } else if (now - known.atMs > options.nodeMonitorGraceMs) await markUnknown(node)
  }

  async function markUnknown(node: Node): Promise<void> {
    const conditions = node.status?.conditions ?? []
    const now = rfc3339(clock.now())
    const missing = CONDITION_TYPES.filter(type => !conditions.some(c => c.type === type)).map(type => ({
      type,
      status: 'Unknown',
      reason: NEVER_UPDATED,
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata.creationTimestamp as string,
      lastTransitionTime: now,
    }))
    const silent = conditions.map(c =>
      CONDITION_TYPES.includes(c.type!) && c.status !== 'Unknown'
        ? {
            ...c,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: now,
          }
        : c,
    )
    const next = [...silent, ...missing]
    const name = node.metadata.name!
    if (canonicalJSON(next) !== canonicalJSON(conditions)) {
      await nodeClient.patch(undefined, name, 'strategic', { status: { conditions: next } }, { subresource: 'status' })
      events.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
      unmarked.add(name)
    }
    if (!unmarked.has(name)) return
    await markPodsNotReady(name)
    unmarked.delete(name)
  }

  /** Services must not send to pods of a node that is silent. */
  async function markPodsNotReady(node: string): Promise<void> {
    for (const pod of pods.lister.byIndex(BY_NODE, node)) {
      if (pod.status?.conditions?.find(c => c.type === 'Ready')?.status !== 'True') continue
      const condition = { type: 'Ready', status: 'False', lastTransitionTime: rfc3339(clock.now()) }
      try {
        await podClient.patch(
          pod.metadata.namespace,
          pod.metadata.name!,
          'strategic',
          { status: { conditions: [condition] } },
          { subresource: 'status' },
        )
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }

  /** Makes the taints that we manage say what the conditions say. */
  async function reconcileTaints(name: string): Promise<void> {
    const node = nodes.lister.get(undefined, name)
    if (!node) return
    const wanted: Taint[] = CONDITION_TAINTS.filter(([type, status]) =>
      (node.status?.conditions ?? []).some(c => c.type === type && c.status === status),
    ).map(([, , key, effect]) => ({ key, effect }))
    if (node.spec?.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' })
    const current = node.spec?.taints ?? []
    const kept = current.filter(t => !MANAGED.has(t.key!) || wanted.some(w => w.key === t.key && w.effect === t.effect))
    const added = wanted
      .filter(w => !current.some(t => t.key === w.key && t.effect === w.effect))
      .map(t => (t.effect === 'NoExecute' ? { ...t, timeAdded: rfc3339(clock.now()) } : t))
    if (added.length === 0 && kept.length === current.length) return
    // The precondition keeps a taint that somebody sets at the same moment.
    const patch = {
      metadata: { resourceVersion: node.metadata.resourceVersion },
      spec: { taints: [...kept, ...added] },
    }
    await nodeClient.patch(undefined, name, 'merge', patch)
  }

  function noteTaints(node: Node): void {
    const before = taintsSeen.get(node.metadata.name!)
    const strict = (node.spec?.taints ?? []).filter(t => t.effect === 'NoExecute').map(t => t.key!)
    taintsSeen.set(node.metadata.name!, new Map(strict.map(key => [key, before?.get(key) ?? clock.monotonic()])))
  }

  function checkPodsOf(node: Node): void {
    for (const pod of pods.lister.byIndex(BY_NODE, node.metadata.name!)) evictions.enqueue(podKey(pod), node)
  }

  /** Evicts a pod from a tainted node once its toleration has run out; gives the time until then. */
  async function reconcileEviction(key: string): Promise<number | void> {
    const pod = pods.lister.byKey(key)
    if (!pod?.spec?.nodeName || pod.metadata.deletionTimestamp) return
    const node = nodes.lister.get(undefined, pod.spec.nodeName)
    const strict = (node?.spec?.taints ?? []).filter(t => t.effect === 'NoExecute')
    if (strict.length === 0) return
    let dueMs = Infinity
    for (const taint of strict) {
      const tolerating = (pod.spec.tolerations ?? []).filter(t => toleratesTaint(t, taint))
      const seconds = tolerating.length === 0 ? 0 : Math.min(...tolerating.map(t => t.tolerationSeconds ?? Infinity))
      const since = taintsSeen.get(node!.metadata.name!)?.get(taint.key!) ?? clock.monotonic()
      dueMs = Math.min(dueMs, since + seconds * 1000)
    }
    if (dueMs === Infinity) return
    const wait = dueMs - clock.monotonic()
    if (wait > 0) return wait
    await evict(pod)
  }

  async function evict(pod: Pod): Promise<void> {
    const { namespace, name, uid } = pod.metadata
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: rfc3339(clock.now()),
    }
    evictionEvents.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`)
    try {
      await podClient.patch(
        namespace,
        name!,
        'strategic',
        { status: { conditions: [condition] } },
        { subresource: 'status' },
      )
      await podClient.delete(namespace, name!, { preconditions: { uid } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`
}
