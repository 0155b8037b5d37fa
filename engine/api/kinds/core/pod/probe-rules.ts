import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../../validation/field.ts'
import { isHTTPHeaderName, nonNegative, validatePortNumOrName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const

/** Signals that a container of Linux can be stopped with, in the order of Kubernetes' texts. */
const SIGNALS = [
  ...['SIGABRT', 'SIGALRM', 'SIGBUS', 'SIGCHLD', 'SIGCLD', 'SIGCONT', 'SIGFPE', 'SIGHUP', 'SIGILL', 'SIGINT', 'SIGIO'],
  ...['SIGIOT', 'SIGKILL', 'SIGPIPE', 'SIGPOLL', 'SIGPROF', 'SIGPWR', 'SIGQUIT', 'SIGRTMAX'],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14].map(n => `SIGRTMAX-${n}`),
  'SIGRTMIN',
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map(n => `SIGRTMIN+${n}`),
  ...['SIGSEGV', 'SIGSTKFLT', 'SIGSTOP', 'SIGSYS', 'SIGTERM', 'SIGTRAP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG'],
  ...['SIGUSR1', 'SIGUSR2', 'SIGVTALRM', 'SIGWINCH', 'SIGXCPU', 'SIGXFSZ'],
].sort()

/** What hooks and probes have to know of their pod. */
interface Grace {
  /** The pod's terminationGracePeriodSeconds. */
  gracePeriodSeconds: number | undefined
  os: string | undefined
  hasOS: boolean
}

/** Hooks and probes of a container. */
export function validateLifecycleAndProbes(container: any, at: string, pod: Grace): FieldError[] {
  const errors: FieldError[] = []
  const grace = pod.gracePeriodSeconds
  for (const key of ['postStart', 'preStop'])
    if (container.lifecycle?.[key])
      errors.push(
        ...validateHandler(
          container.lifecycle[key],
          `${at}.lifecycle.${key}`,
          ['exec', 'httpGet', 'tcpSocket', 'sleep'],
          grace,
        ),
      )
  const { stopSignal } = container.lifecycle ?? {}
  if (stopSignal !== undefined) errors.push(...validateStopSignal(stopSignal, `${at}.lifecycle.stopSignal`, pod))
  for (const key of PROBES)
    if (container[key]) errors.push(...validateProbe(container[key], `${at}.${key}`, key, grace))
  return errors
}

function validateStopSignal(signal: string, at: string, pod: Grace): FieldError[] {
  if (!pod.hasOS) return [forbidden(at, 'may not be set for containers with empty `spec.os.name`')]
  const known = pod.os === 'windows' ? ['SIGKILL', 'SIGTERM'] : pod.os === 'linux' ? SIGNALS : undefined
  return !known || known.includes(signal) ? [] : [notSupported(at, signal, known)]
}

/** Hooks and probes belong to containers that run for long; says no to those that are there. */
export function forbidLifecycleAndProbes(container: any, at: string, text: string): FieldError[] {
  return ['lifecycle', ...PROBES].filter(key => container[key]).map(key => forbidden(`${at}.${key}`, text))
}

function validateProbe(probe: any, at: string, kind: string, grace: number | undefined): FieldError[] {
  const errors = validateHandler(probe, at, ['exec', 'httpGet', 'tcpSocket', 'grpc'], grace)
  for (const key of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    errors.push(...nonNegative(probe[key], `${at}.${key}`))
  const seconds = probe.terminationGracePeriodSeconds
  if (seconds !== undefined && seconds <= 0)
    errors.push(invalid(`${at}.terminationGracePeriodSeconds`, seconds, 'must be greater than 0'))
  if (kind === 'readinessProbe') {
    if (seconds !== undefined)
      errors.push(invalid(`${at}.terminationGracePeriodSeconds`, seconds, 'must not be set for readinessProbes'))
  } else if ((probe.successThreshold ?? 0) !== 1)
    errors.push(invalid(`${at}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'))
  return errors
}

function validateHandler(handler: any, at: string, kinds: string[], grace: number | undefined): FieldError[] {
  const errors: FieldError[] = []
  let count = 0
  for (const kind of kinds) {
    const action = handler[kind]
    if (!action) continue
    const path = `${at}.${kind}`
    if (count++ > 0) errors.push(forbidden(path, 'may not specify more than 1 handler type'))
    else errors.push(...validateAction(kind, action, path, grace))
  }
  if (!count) errors.push(required(at, 'must specify a handler type'))
  return errors
}

function validateAction(kind: string, action: any, at: string, grace: number | undefined): FieldError[] {
  switch (kind) {
    case 'exec':
      return action.command?.length ? [] : [required(`${at}.command`)]
    case 'httpGet': {
      const errors: FieldError[] = []
      if (!action.path) errors.push(required(`${at}.path`))
      errors.push(...validatePortNumOrName(action.port, `${at}.port`))
      if (!['HTTP', 'HTTPS'].includes(action.scheme))
        errors.push(notSupported(`${at}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']))
      for (const header of action.httpHeaders ?? [])
        errors.push(...invalids(`${at}.httpHeaders`, header.name ?? '', isHTTPHeaderName(header.name ?? '')))
      return errors
    }
    case 'sleep':
      // A grace period that is missing is complained about elsewhere.
      return grace !== undefined && (action.seconds < 0 || action.seconds > grace)
        ? [invalid(at, action.seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
        : []
    default:
      return validatePortNumOrName(action.port ?? 0, `${at}.port`)
  }
}
