import type { ContainerStatus, Pod } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { ContainerRunner, ContainerState, Termination } from './container.ts'
import type { ContainerRecord, PodRecord } from './record.ts'
import type { Run } from './run.ts'

/**
 * Takes over what is known of earlier runs, so that restarts are counted on over the end of the kubelet or its machine,
 * and a container that has ended stays so: from the record on disk, or where there is none, from the API server. What
 * of `runs` still goes on is gone on with; all else that ran has ended with the last life. Gives the names of those runs
 * that could not be gone on with after all.
 */
export function recall(
  pod: Pod,
  containers: ContainerRunner[],
  record: PodRecord | undefined,
  runs: ReadonlyMap<string, Run>,
  nowMs: number,
): string[] {
  const lost: string[] = []
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {}
  const statuses = [initContainerStatuses, containerStatuses, ephemeralContainerStatuses].flatMap(list => list ?? [])
  for (const container of containers) {
    const name = container.spec.name!
    const status = statuses.find(s => s.name === name)
    const known = record?.containers[name] ?? (status && recordOf(status))
    if (!known || known.state.kind === 'waiting') continue
    const run = runs.get(name)
    const was = { started: !!status?.started, ready: !!status?.ready }
    if (run && container.adopt(known, run, was)) continue
    if (run) lost.push(name)
    container.restore({ ...known, state: ended(known, nowMs) })
  }
  return lost
}

/** A run whose end nobody saw: it was killed with its machine, or by who found it left over. */
function ended({ state, containerID }: ContainerRecord, nowMs: number): ContainerState {
  if (state.kind !== 'running') return state
  const termination: Termination = {
    exitCode: 255,
    signal: undefined,
    reason: 'Unknown',
    message: '',
    startedAt: state.startedAt,
    finishedAt: rfc3339(nowMs),
    containerID: containerID ?? '',
  }
  return { kind: 'terminated', termination }
}

function recordOf(status: ContainerStatus): ContainerRecord | undefined {
  const { restartCount = 0, containerID, imageID } = status
  const last = status.lastState?.terminated && terminationOf(status.lastState.terminated)
  if (status.state?.running) {
    const state: ContainerState = { kind: 'running', startedAt: status.state.running.startedAt ?? '' }
    return { state, last, restartCount, containerID, imageID }
  }
  if (status.state?.terminated) {
    const termination = terminationOf(status.state.terminated)
    return { state: { kind: 'terminated', termination }, last, restartCount, containerID, imageID }
  }
  // It waits for its next run.
  return last && { state: { kind: 'terminated', termination: last }, restartCount, containerID, imageID }
}

function terminationOf(ended: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): Termination {
  return {
    exitCode: ended.exitCode ?? 0,
    signal: ended.signal,
    reason: ended.reason ?? '',
    message: ended.message ?? '',
    startedAt: ended.startedAt ?? '',
    finishedAt: ended.finishedAt ?? '',
    containerID: ended.containerID ?? '',
  }
}
