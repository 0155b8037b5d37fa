import type { ContainerStatus, Pod } from '../../../engine/api/types.ts'
import type { Tone } from '../ui/tone.ts'

export interface PodState {
  /** What kubectl prints in the STATUS column. */
  text: string
  tone: Tone
  ready: number
  total: number
  restarts: number
}

/** The state of a pod as a person would sum it up. Follows the reasons that kubectl prefers for its STATUS column. */
export function podState(pod: Pod): PodState {
  const statuses = pod.status?.containerStatuses ?? []
  const total = pod.spec?.containers?.length ?? statuses.length
  const ready = statuses.filter(s => s.ready).length
  const restarts = statuses.reduce((sum, s) => sum + (s.restartCount ?? 0), 0)
  return { ...summary(pod, statuses, ready, total), ready, total, restarts }
}

function summary(pod: Pod, statuses: ContainerStatus[], ready: number, total: number): { text: string; tone: Tone } {
  const phase = pod.status?.phase ?? 'Pending'
  if (pod.metadata.deletionTimestamp) return { text: 'Terminating', tone: 'warn' }
  if (phase === 'Succeeded') return { text: 'Completed', tone: 'idle' }
  if (pod.status?.reason && phase === 'Failed') return { text: pod.status.reason, tone: 'bad' }
  const init = (pod.status?.initContainerStatuses ?? []).findIndex(
    s => !s.ready && s.state?.terminated?.exitCode !== 0 && !s.started,
  )
  if (init >= 0 && phase === 'Pending') {
    const state = pod.status!.initContainerStatuses![init]!.state
    const reason = state?.waiting?.reason ?? state?.terminated?.reason
    if (reason && reason !== 'PodInitializing') return { text: `Init:${reason}`, tone: 'bad' }
    return { text: `Init:${init}/${pod.spec?.initContainers?.length ?? 0}`, tone: 'info' }
  }
  for (const { state } of statuses) {
    const reason = state?.waiting?.reason
    if (reason)
      return { text: reason, tone: reason === 'ContainerCreating' || reason === 'PodInitializing' ? 'info' : 'bad' }
    if (state?.terminated && phase !== 'Running') return { text: state.terminated.reason ?? 'Error', tone: 'bad' }
  }
  if (phase === 'Failed') return { text: 'Failed', tone: 'bad' }
  if (phase === 'Pending') return { text: 'Pending', tone: 'info' }
  if (phase !== 'Running') return { text: phase, tone: 'bad' }
  return { text: 'Running', tone: ready < total ? 'warn' : 'ok' }
}
