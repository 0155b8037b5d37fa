import type { ContainerStatus, Pod } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { ContainerRunner, Termination } from './container.ts'

/**
 * Takes over what the API server remembers of earlier runs: restarts are counted on over a restart of the machine, and a
 * container that has ended stays so.
 */
export function adoptHistory(pod: Pod, containers: ContainerRunner[], nowMs: number): void {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {}
  const known = [initContainerStatuses, containerStatuses, ephemeralContainerStatuses].flatMap(list => list ?? [])
  for (const status of known) {
    const runner = containers.find(c => c.spec.name === status.name)
    const termination = runner && terminationOf(status, nowMs)
    if (!termination) continue
    runner.restartCount = status.restartCount ?? 0
    runner.state = { kind: 'terminated', termination }
  }
}

function terminationOf(status: ContainerStatus, nowMs: number): Termination | undefined {
  const ended = status.state?.terminated
  if (ended)
    return {
      exitCode: ended.exitCode ?? 0,
      signal: ended.signal,
      reason: ended.reason ?? '',
      message: ended.message ?? '',
      startedAt: ended.startedAt ?? '',
      finishedAt: ended.finishedAt ?? '',
      containerID: ended.containerID ?? '',
    }
  if (!status.state?.running) return undefined
  // It ran when the machine went down, and went with it.
  return {
    exitCode: 255,
    signal: undefined,
    reason: 'Unknown',
    message: '',
    startedAt: status.state.running.startedAt ?? '',
    finishedAt: rfc3339(nowMs),
    containerID: status.containerID ?? '',
  }
}
