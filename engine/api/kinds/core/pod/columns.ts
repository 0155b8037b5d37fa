import type { KubeObject } from '../../../object.ts'
import type { Column, RowCondition } from '../../../strategy.ts'
import { ageColumn, column, humanDuration, nameColumn, wide } from '../../columns.ts'

interface ContainerState {
  waiting?: { reason?: string }
  running?: { startedAt?: string }
  terminated?: { reason?: string; exitCode?: number; signal?: number; finishedAt?: string }
}
interface ContainerStatus {
  name: string
  ready?: boolean
  started?: boolean
  restartCount?: number
  state?: ContainerState
  lastState?: ContainerState
}

export const podColumns: Column[] = [
  nameColumn,
  column('Ready', 'string', 'Containers that are ready, of all.', o => describe(o).ready),
  column('Status', 'string', 'What the pod is doing.', o => describe(o).reason),
  column('Restarts', 'string', 'Restarts of its containers, and when the last one was.', (o, now) => {
    const { restarts, lastRestart } = describe(o)
    return restarts && lastRestart ? `${restarts} (${humanDuration(now - lastRestart)} ago)` : String(restarts)
  }),
  ageColumn,
  wide('IP', 'string', 'Address of the pod.', o => o.status?.podIPs?.[0]?.ip ?? o.status?.podIP ?? '<none>'),
  wide('Node', 'string', 'Node that it is bound to.', o => o.spec?.nodeName || '<none>'),
  wide(
    'Nominated Node',
    'string',
    'Node on which room is being made for it.',
    o => o.status?.nominatedNodeName || '<none>',
  ),
  wide('Readiness Gates', 'string', 'Extra conditions that are fulfilled, of all.', o => {
    const gates: { conditionType: string }[] = o.spec?.readinessGates ?? []
    if (!gates.length) return '<none>'
    const met = gates.filter(g =>
      o.status?.conditions?.some(
        (c: { type: string; status: string }) => c.type === g.conditionType && c.status === 'True',
      ),
    )
    return `${met.length}/${gates.length}`
  }),
]

/** What tables say of pods that have come to their end, so that clients can leave them out. */
export function podRowConditions(pod: KubeObject): RowCondition[] {
  switch (pod.status?.phase) {
    case 'Succeeded':
      return [
        { type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' },
      ]
    case 'Failed':
      return [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]
    default:
      return []
  }
}

interface Summary {
  ready: string
  reason: string
  restarts: number
  lastRestart: number | undefined
}

/** The summary that kubectl shows of a pod, after printPod of k8s.io/kubernetes/pkg/printers/internalversion. */
function describe(pod: KubeObject): Summary {
  const status = pod.status ?? {}
  const known = summaries.get(pod)
  if (known) return known
  let total = (pod.spec?.containers ?? []).length
  let ready = 0
  let restarts = 0
  let restartableInitRestarts = 0
  let last: number | undefined
  let lastRestartable: number | undefined
  let reason: string = status.reason || status.phase || ''
  const gated = (status.conditions ?? []).some(
    (c: { type: string; status: string; reason?: string }) =>
      c.type === 'PodScheduled' && c.reason === 'SchedulingGated',
  )
  if (gated) reason = 'SchedulingGated'
  const inits: ContainerStatus[] = status.initContainerStatuses ?? []
  const restartable = new Set(
    (pod.spec?.initContainers ?? [])
      .filter((c: { restartPolicy?: string }) => c.restartPolicy === 'Always')
      .map((c: { name: string }) => c.name),
  )
  total += restartable.size
  let initializing = false
  for (const [i, container] of inits.entries()) {
    restarts += container.restartCount ?? 0
    last = later(last, container.lastState?.terminated?.finishedAt)
    if (restartable.has(container.name)) {
      restartableInitRestarts += container.restartCount ?? 0
      lastRestartable = later(lastRestartable, container.lastState?.terminated?.finishedAt)
    }
    const terminated = container.state?.terminated
    if (terminated && terminated.exitCode === 0) continue
    if (restartable.has(container.name) && container.started) {
      if (container.ready) ready++
      continue
    }
    if (terminated) {
      reason = terminated.reason
        ? `Init:${terminated.reason}`
        : terminated.signal
          ? `Init:Signal:${terminated.signal}`
          : `Init:ExitCode:${terminated.exitCode ?? 0}`
    } else if (container.state?.waiting?.reason && container.state.waiting.reason !== 'PodInitializing')
      reason = `Init:${container.state.waiting.reason}`
    else reason = `Init:${i}/${(pod.spec?.initContainers ?? []).length}`
    initializing = true
    break
  }
  const initialized = (status.conditions ?? []).some(
    (c: { type: string; status: string }) => c.type === 'Initialized' && c.status === 'True',
  )
  if (!initializing || initialized) {
    restarts = restartableInitRestarts
    last = lastRestartable
    let running = false
    for (const container of [...((status.containerStatuses ?? []) as ContainerStatus[])].reverse()) {
      restarts += container.restartCount ?? 0
      last = later(last, container.lastState?.terminated?.finishedAt)
      const { waiting, terminated, running: runs } = container.state ?? {}
      if (waiting?.reason) reason = waiting.reason
      else if (terminated?.reason) reason = terminated.reason
      else if (terminated)
        reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`
      else if (container.ready && runs) {
        running = true
        ready++
      }
    }
    if (reason === 'Completed' && running) {
      const isReady = (status.conditions ?? []).some(
        (c: { type: string; status: string }) => c.type === 'Ready' && c.status === 'True',
      )
      reason = isReady ? 'Running' : 'NotReady'
    }
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') reason = 'Unknown'
    else if (status.phase !== 'Failed' && status.phase !== 'Succeeded') reason = 'Terminating'
  }
  const summary = { ready: `${ready}/${total}`, reason, restarts, lastRestart: last }
  summaries.set(pod, summary)
  return summary
}

/** Three columns come from one look at the pod. */
const summaries = new WeakMap<KubeObject, Summary>()

function later(a: number | undefined, time: string | undefined): number | undefined {
  if (!time) return a
  const b = Date.parse(time)
  return a === undefined || b > a ? b : a
}
