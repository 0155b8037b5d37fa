import type { ContainerStatus, Pod, PodStatus } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import { goSeconds } from './backoff.ts'
import { podConditions } from './conditions.ts'
import type { ContainerRunner, Termination } from './container.ts'
import { isSuccess, podPhase, split } from './phase.ts'
import type { PodRunner } from './pod-runner.ts'
import { restartsAfter, roleOf } from './restart-policy.ts'

/** The status of a pod as its node knows it, on top of what others have written into it (PodScheduled, gates). */
export function buildStatus(runner: PodRunner, hostIP: string, nowMs: number): PodStatus {
  const { pod, attachment, stage } = runner
  const { init, main, ephemeral } = split(runner)
  const phase = podPhase(runner)
  const { reason: _reason, message: _message, ...before } = pod.status ?? {}
  const failure = stage.kind === 'syncing' || phase !== 'Failed' ? undefined : stage.failure
  const { reason, message } = failure ?? {}
  const ip = attachment?.ip
  if (failure?.rejected)
    return {
      ...before,
      observedGeneration: pod.metadata.generation,
      phase,
      ...{ reason, message },
      startTime: before.startTime ?? rfc3339(nowMs),
      qosClass: before.qosClass ?? qosClass(pod),
    } as PodStatus
  return {
    ...before,
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: podConditions(runner, phase, nowMs),
    ...(failure ? { reason, message } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: before.startTime ?? rfc3339(nowMs),
    ...(init.length ? { initContainerStatuses: init.map(c => containerStatus(c, runner)) } : {}),
    containerStatuses: main.map(c => containerStatus(c, runner)),
    ...(ephemeral.length ? { ephemeralContainerStatuses: ephemeral.map(c => containerStatus(c, runner)) } : {}),
    qosClass: before.qosClass ?? qosClass(pod),
  } as PodStatus
}

function containerStatus(container: ContainerRunner, runner: PodRunner): ContainerStatus {
  const { spec, state, last, restartCount, imageID, containerID } = container
  const role = roleOf(runner.pod, spec)
  const shown = shownState(container, runner)
  const lastShown = 'waiting' in shown && state.kind === 'terminated' ? state.termination : last
  const { requests } = runner.resize.allocated(spec).resources ?? {}
  return {
    name: spec.name,
    state: shown,
    lastState: lastShown ? { terminated: terminated(lastShown) } : {},
    // A debugging container is nobody's business but its user's: it is never ready.
    ready: role === 'init' ? isSuccess(container) : role !== 'ephemeral' && container.ready,
    restartCount,
    image: spec.image,
    imageID,
    ...(containerID ? { containerID } : {}),
    ...(role === 'ephemeral' ? {} : { started: container.started }),
    ...(requests && Object.keys(requests).length ? { allocatedResources: requests } : {}),
    ...(role === 'ephemeral' ? {} : { resources: runner.resize.actual(spec) }),
    ...(spec.volumeMounts?.length ? { volumeMounts: mountStatuses(spec.volumeMounts) } : {}),
  } as ContainerStatus
}

/** As it is, or, between two runs, what it waits for. */
function shownState(container: ContainerRunner, runner: PodRunner): object {
  const { state, spec, startProblem } = container
  const waiting = (reason: string, message: string) => ({ waiting: { reason, ...(message ? { message } : {}) } })
  const beginning = runner.pod.spec?.initContainers?.length ? 'PodInitializing' : 'ContainerCreating'
  switch (state.kind) {
    case 'waiting':
      return waiting(state.reason === 'ContainerCreating' ? beginning : state.reason, state.message)
    case 'running':
      return container.isInPostStart ? waiting(beginning, '') : { running: { startedAt: state.startedAt } }
    case 'terminated': {
      const comesBack = runner.stage.kind === 'syncing' && restartsAfter(runner.pod, spec, state.termination.exitCode)
      if (comesBack && container.backoff.leftMs > 0)
        return waiting('CrashLoopBackOff', backoffMessage(container, runner.pod))
      if (comesBack && startProblem) return waiting(startProblem.reason, startProblem.message)
      return { terminated: terminated(state.termination) }
    }
  }
}

function backoffMessage({ spec, backoff }: ContainerRunner, { metadata: { name, namespace, uid } }: Pod): string {
  return `back-off ${goSeconds(backoff.waitMs)} restarting failed container=${spec.name} pod=${name}_${namespace}(${uid})`
}

function mountStatuses(mounts: { name?: string; mountPath?: string; readOnly?: boolean }[]): object[] {
  return mounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }))
}

function terminated({ exitCode, signal, reason, message, startedAt, finishedAt, containerID }: Termination) {
  return {
    exitCode,
    ...(signal ? { signal } : {}),
    reason,
    ...(message ? { message } : {}),
    startedAt,
    finishedAt,
    ...(containerID ? { containerID } : {}),
  }
}

/** For pods that the API server has not judged: those that come from a file of this node. */
function qosClass(pod: Pod): string {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]
  const amounts = containers.map(({ resources }) => ({
    limits: (resources?.limits ?? {}) as Record<string, string>,
    requests: (resources?.requests ?? {}) as Record<string, string>,
  }))
  const named = ['cpu', 'memory']
  if (amounts.every(a => named.every(r => a.limits[r] === undefined && a.requests[r] === undefined)))
    return 'BestEffort'
  const guaranteed = amounts.every(({ limits, requests }) =>
    named.every(r => limits[r] !== undefined && (requests[r] ?? limits[r]) === limits[r]),
  )
  return guaranteed ? 'Guaranteed' : 'Burstable'
}
