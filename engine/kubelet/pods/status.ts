import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../api/types.ts'
import { rfc3339 } from '../../client/event-recorder.ts'
import type { ContainerRunner, Termination } from './container.ts'
import { hasTerminated, initialized, podPhase, split } from './phase.ts'
import type { PodRunner } from './pod-runner.ts'

/** The status of a pod as its node knows it, on top of what others have written into it (PodScheduled, gates). */
export function buildStatus(runner: PodRunner, hostIP: string, nowMs: number): PodStatus {
  const { pod, attachment, ending } = runner
  const { init, main, ephemeral } = split(runner)
  const phase = podPhase(runner)
  const before = pod.status ?? {}
  const ip = attachment?.ip
  return {
    ...before,
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: conditions(runner, phase, nowMs),
    ...(ending?.reason ? { reason: ending.reason, message: ending.message } : {}),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}),
    startTime: before.startTime ?? rfc3339(nowMs),
    ...(init.length ? { initContainerStatuses: init.map(c => containerStatus(c, true, runner)) } : {}),
    containerStatuses: main.map(c => containerStatus(c, false, runner)),
    ...(ephemeral.length ? { ephemeralContainerStatuses: ephemeral.map(ephemeralStatus) } : {}),
    qosClass: before.qosClass,
  } as PodStatus
}

function conditions(runner: PodRunner, phase: string, nowMs: number): PodCondition[] {
  const { pod } = runner
  const { main } = split(runner)
  const before = pod.status?.conditions ?? []
  const own = new Map<string, Pick<PodCondition, 'status' | 'reason' | 'message'>>()
  const done = phase === 'Succeeded' || (phase === 'Failed' && hasTerminated(runner))
  const notReady = main.filter(c => !c.ready).map(c => c.spec.name)
  const unready = {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${notReady.join(' ')}]`,
  }
  const containersReady = done
    ? { status: 'False', reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : notReady.length
      ? unready
      : { status: 'True' }
  const gates = (pod.spec?.readinessGates ?? []).filter(
    g => !before.some(c => c.type === g.conditionType && c.status === 'True'),
  )
  const ready =
    containersReady.status === 'True' && gates.length
      ? {
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message: `the status of pod readiness gate "${gates[0].conditionType}" is not "True", but False`,
        }
      : containersReady
  const incomplete = split(runner)
    .init.filter(c => !(c.state.kind === 'terminated' && c.state.termination.exitCode === 0))
    .map(c => c.spec.name)
  own.set('PodReadyToStartContainers', { status: runner.attachment && !runner.finished ? 'True' : 'False' })
  own.set(
    'Initialized',
    initialized(runner)
      ? { status: 'True', ...(phase === 'Succeeded' ? { reason: 'PodCompleted' } : {}) }
      : {
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${incomplete.join(' ')}]`,
        },
  )
  own.set('Ready', ready)
  own.set('ContainersReady', containersReady)
  const now = rfc3339(nowMs)
  const written = Array.from(own, ([type, next]): PodCondition => {
    const known = before.find(c => c.type === type)
    const lastTransitionTime = known?.status === next.status ? known.lastTransitionTime : now
    return {
      type,
      lastProbeTime: null as never,
      lastTransitionTime,
      observedGeneration: pod.metadata.generation,
      ...next,
    } as PodCondition
  })
  return [...written, ...before.filter(c => !own.has(c.type!))]
}

function containerStatus(container: ContainerRunner, isInit: boolean, runner: PodRunner): ContainerStatus {
  const { spec, state, last, restartCount, image } = container
  const sidecar = isInit && spec.restartPolicy === 'Always'
  const waitsForRestart =
    state.kind === 'terminated' &&
    container.backoffLeft() > 0 &&
    !runner.ending &&
    restarts(container, isInit, runner.pod)
  const shown = waitsForRestart
    ? { waiting: { reason: 'CrashLoopBackOff', message: backoffMessage(container, runner.pod) } }
    : state.kind === 'waiting'
      ? {
          waiting: {
            reason: isInitWait(container, isInit, runner) ? 'PodInitializing' : state.reason,
            ...(state.message ? { message: state.message } : {}),
          },
        }
      : state.kind === 'running'
        ? { running: { startedAt: state.startedAt } }
        : { terminated: terminated(state.termination) }
  const lastShown = waitsForRestart && state.kind === 'terminated' ? state.termination : last
  return {
    name: spec.name,
    state: shown,
    lastState: lastShown ? { terminated: terminated(lastShown) } : {},
    ready: isInit && !sidecar ? state.kind === 'terminated' && state.termination.exitCode === 0 : container.ready,
    restartCount,
    image: spec.image,
    imageID: image ? `${image.names[0]}@${image.digest}` : '',
    ...(container.containerID ? { containerID: container.containerID } : {}),
    started: isInit && !sidecar ? false : container.started,
  } as ContainerStatus
}

/** Ephemeral containers are never ready, never restarted, and have no probes. */
function ephemeralStatus({ spec, state, image, containerID }: ContainerRunner): ContainerStatus {
  const shown =
    state.kind === 'waiting'
      ? { waiting: { reason: state.reason, ...(state.message ? { message: state.message } : {}) } }
      : state.kind === 'running'
        ? { running: { startedAt: state.startedAt } }
        : { terminated: terminated(state.termination) }
  return {
    ...{ name: spec.name, state: shown, lastState: {}, ready: false, restartCount: 0, image: spec.image },
    imageID: image ? `${image.names[0]}@${image.digest}` : '',
    ...(containerID ? { containerID } : {}),
  } as ContainerStatus
}

function isInitWait(container: ContainerRunner, isInit: boolean, runner: PodRunner): boolean {
  return (
    !isInit &&
    container.state.kind === 'waiting' &&
    container.state.reason === 'ContainerCreating' &&
    !!runner.attachment &&
    split(runner).init.length > 0
  )
}

function restarts(container: ContainerRunner, isInit: boolean, pod: Pod): boolean {
  const policy = container.spec.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always'
  const failed = container.state.kind === 'terminated' && container.state.termination.exitCode !== 0
  return isInit && container.spec.restartPolicy !== 'Always'
    ? failed && policy !== 'Never'
    : policy === 'Always' || (policy === 'OnFailure' && failed)
}

function backoffMessage(container: ContainerRunner, pod: Pod): string {
  const seconds = Math.ceil(container.backoffLeft() / 1000)
  const span =
    seconds <= 10
      ? '10s'
      : seconds <= 20
        ? '20s'
        : seconds <= 40
          ? '40s'
          : seconds <= 80
            ? '1m20s'
            : seconds <= 160
              ? '2m40s'
              : '5m0s'
  return `back-off ${span} restarting failed container=${container.spec.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
}

function terminated({ exitCode, signal, reason, message, startedAt, finishedAt, containerID }: Termination) {
  return {
    exitCode,
    ...(signal ? { signal } : {}),
    reason,
    ...(message ? { message } : {}),
    startedAt,
    finishedAt,
    containerID,
  }
}
