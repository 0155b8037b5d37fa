import type { PodCondition } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { ContainerRunner } from './container.ts'
import { initialized, isSuccess, split } from './phase.ts'
import type { PodRunner } from './pod-runner.ts'
import { roleOf } from './restart-policy.ts'

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>

/**
 * The conditions that the kubelet answers for, followed by those that others have written (PodScheduled, readiness
 * gates). Reasons and messages as in k8s.io/kubernetes/pkg/kubelet/status.
 */
export function podConditions(runner: PodRunner, phase: string, nowMs: number): PodCondition[] {
  const { pod } = runner
  const before = pod.status?.conditions ?? []
  const containersReady = areContainersReady(runner, phase)
  const own = new Map<string, Verdict>([
    ['PodReadyToStartContainers', { status: runner.attachment && !runner.finished ? 'True' : 'False' }],
    ['Initialized', isInitialized(runner, phase)],
    ['Ready', containersReady.status === 'True' ? areGatesOpen(runner) : containersReady],
    ['ContainersReady', containersReady],
  ])
  const { stage } = runner
  const disruption = stage.kind === 'syncing' ? undefined : stage.failure?.condition
  if (disruption) {
    const { type, ...why } = disruption
    own.set(type, { status: 'True', ...why })
  }
  const { pending, inProgress } = runner.resize
  if (stage.kind === 'syncing' && pending) own.set('PodResizePending', noticed(pending))
  if (stage.kind === 'syncing' && inProgress) own.set('PodResizeInProgress', noticed(inProgress))
  const written = Array.from(own, ([type, next]): PodCondition => {
    const known = before.find(c => c.type === type)
    const lastTransitionTime = known?.status === next.status ? known.lastTransitionTime : rfc3339(nowMs)
    return {
      type,
      lastProbeTime: null as never,
      lastTransitionTime,
      observedGeneration: pod.metadata.generation,
      ...next,
    } as PodCondition
  })
  return [...written, ...before.filter(c => !own.has(c.type!) && !PASSING.includes(c.type!))]
}

/** Conditions of the kubelet's own that are there only while they hold. */
const PASSING = ['PodResizePending', 'PodResizeInProgress']

function noticed({ reason, message }: { reason?: string; message?: string }): Verdict {
  return { status: 'True', ...(reason ? { reason } : {}), ...(message ? { message } : {}) }
}

function isInitialized(runner: PodRunner, phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' }
  if (initialized(runner)) return { status: 'True' }
  const incomplete = split(runner).init.filter(c =>
    roleOf(runner.pod, c.spec) === 'sidecar' ? !c.started : !isSuccess(c),
  )
  const message = `containers with incomplete status: ${names(incomplete)}`
  return { status: 'False', reason: 'ContainersNotInitialized', message }
}

function areContainersReady(runner: PodRunner, phase: string): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const { init, main } = split(runner)
  const counted = [...init.filter(c => roleOf(runner.pod, c.spec) === 'sidecar'), ...main]
  const unready = counted.filter(c => !c.ready)
  if (unready.length === 0) return { status: 'True' }
  const message = `containers with unready status: ${names(unready)}`
  return { status: 'False', reason: 'ContainersNotReady', message }
}

function areGatesOpen({ pod }: PodRunner): Verdict {
  const closed = (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = pod.status?.conditions?.find(c => c.type === conditionType)
    if (!condition) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`]
    if (condition.status === 'True') return []
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`]
  })
  return closed.length
    ? { status: 'False', reason: 'ReadinessGatesNotReady', message: closed.join(', ') }
    : { status: 'True' }
}

/** As Go prints a list. */
function names(containers: ContainerRunner[]): string {
  return `[${containers.map(c => c.spec.name).join(' ')}]`
}
