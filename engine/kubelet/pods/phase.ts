import type { Pod } from '../../api/types.ts'
import type { ContainerRunner } from './container.ts'
import type { PodStage } from './pod-runner.ts'
import { restartsAfter, roleOf } from './restart-policy.ts'

/** What of a pod on the node decides its phase. */
export interface PodView {
  pod: Pod
  containers: ContainerRunner[]
  stage: PodStage
}

/** Pending, Running, Succeeded or Failed, as k8s.io/kubernetes/pkg/kubelet getPhase tells them. */
export function podPhase(view: PodView): string {
  const { stage } = view
  const phase = stage.kind !== 'syncing' && stage.failure ? 'Failed' : phaseOfContainers(view)
  // A pod is over only when the last of its processes is.
  if ((phase === 'Succeeded' || phase === 'Failed') && view.containers.some(c => c.isRunning)) return 'Running'
  return phase
}

function phaseOfContainers(view: PodView): string {
  const { pod, stage } = view
  const { init, main } = split(view)
  const over = stage.kind === 'terminated'
  if (initFailed(view)) return 'Failed'
  if (over)
    return [...init, ...main].every(c => roleOf(pod, c.spec) === 'sidecar' || isSuccess(c)) ? 'Succeeded' : 'Failed'
  if (!initialized(view)) return 'Pending'
  if (main.some(c => c.state.kind === 'waiting' && !c.last) && !main.some(c => c.isRunning)) return 'Pending'
  if (hasTerminated(view)) return main.every(isSuccess) ? 'Succeeded' : 'Failed'
  return 'Running'
}

/** Whether all that the pod is about has ended for good: sidecars alone do not keep it. */
export function hasTerminated(view: PodView): boolean {
  const { main } = split(view)
  if (initFailed(view)) return true
  return initialized(view) && main.length > 0 && main.every(c => endedForGood(view.pod, c))
}

/** Whether all init containers have succeeded and all sidecars have started, once. */
export function initialized(view: PodView): boolean {
  const { init, main } = split(view)
  if (main.some(c => c.isRunning || c.state.kind === 'terminated' || c.last)) return true
  return init.every(c => (roleOf(view.pod, c.spec) === 'sidecar' ? c.started : isSuccess(c)))
}

/** Init containers, those that the pod is about, and those that somebody added to look into it. */
export function split({ pod, containers }: Pick<PodView, 'pod' | 'containers'>): {
  init: ContainerRunner[]
  main: ContainerRunner[]
  ephemeral: ContainerRunner[]
} {
  const roles = containers.map(c => ({ c, role: roleOf(pod, c.spec) }))
  const of = (...wanted: string[]) => roles.filter(({ role }) => wanted.includes(role)).map(({ c }) => c)
  return { init: of('init', 'sidecar'), main: of('main'), ephemeral: of('ephemeral') }
}

function initFailed(view: PodView): boolean {
  return split(view).init.some(c => endedForGood(view.pod, c) && !isSuccess(c))
}

function endedForGood(pod: Pod, container: ContainerRunner): boolean {
  const { state, spec } = container
  return state.kind === 'terminated' && !restartsAfter(pod, spec, state.termination.exitCode)
}

export function isSuccess({ state }: ContainerRunner): boolean {
  return state.kind === 'terminated' && state.termination.exitCode === 0
}
