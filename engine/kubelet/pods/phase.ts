import type { Pod } from '../../api/types.ts'
import type { ContainerRunner } from './container.ts'

/** What of a pod on the node decides its phase. */
export interface PodView {
  pod: Pod
  containers: ContainerRunner[]
  ending: { reason?: string } | undefined
}

/** Pending, Running, Succeeded or Failed, as k8s.io/kubernetes/pkg/kubelet getPhase tells them. */
export function podPhase(view: PodView): string {
  if (view.ending?.reason) return 'Failed'
  const { init, main } = split(view)
  if (initFailed(view, init)) return 'Failed'
  if (!initialized(view)) return 'Pending'
  const states = main.map(c => c.state)
  if (states.some(s => s.kind === 'waiting') && !states.some((s, i) => s.kind === 'running' || main[i].last))
    return 'Pending'
  if (hasTerminated(view) || (view.ending && states.every(s => s.kind === 'terminated')))
    return states.every(s => s.kind === 'terminated' && s.termination.exitCode === 0) ? 'Succeeded' : 'Failed'
  return 'Running'
}

/** Whether all containers have ended for good: none will be started again. */
export function hasTerminated(view: PodView): boolean {
  const { init, main } = split(view)
  if (initFailed(view, init)) return true
  return (
    initialized(view) &&
    main.length > 0 &&
    main.every(c => endedForGood(c, c.spec.restartPolicy ?? view.pod.spec?.restartPolicy ?? 'Always'))
  )
}

/** Whether all init containers have succeeded and all sidecars have started. */
export function initialized(view: PodView): boolean {
  return split(view).init.every(c =>
    c.spec.restartPolicy === 'Always' ? c.started || c.state.kind === 'terminated' : isSuccess(c),
  )
}

/** Init containers, those that the pod is about, and those that somebody added to look into it. */
export function split({ pod, containers }: PodView): {
  init: ContainerRunner[]
  main: ContainerRunner[]
  ephemeral: ContainerRunner[]
} {
  const named = (list: { name?: string }[] | undefined) => new Set((list ?? []).map(c => c.name))
  const [init, ephemeral] = [named(pod.spec?.initContainers), named(pod.spec?.ephemeralContainers)]
  return {
    init: containers.filter(c => init.has(c.spec.name)),
    main: containers.filter(c => !init.has(c.spec.name) && !ephemeral.has(c.spec.name)),
    ephemeral: containers.filter(c => ephemeral.has(c.spec.name)),
  }
}

function initFailed(view: PodView, init: ContainerRunner[]): boolean {
  return (
    view.pod.spec?.restartPolicy === 'Never' &&
    init.some(
      c => c.spec.restartPolicy !== 'Always' && c.state.kind === 'terminated' && c.state.termination.exitCode !== 0,
    )
  )
}

function endedForGood(container: ContainerRunner, policy: string): boolean {
  if (container.state.kind !== 'terminated' || policy === 'Always') return false
  return policy === 'Never' || container.state.termination.exitCode === 0
}

function isSuccess(container: ContainerRunner): boolean {
  return container.state.kind === 'terminated' && container.state.termination.exitCode === 0
}
