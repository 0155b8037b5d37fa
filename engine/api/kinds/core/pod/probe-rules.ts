import type { FieldError } from '../../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../../validation/field.ts'
import { isHTTPHeaderName, isPort, nonNegative, validatePortNumOrName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

/** A probe. Liveness and startup probes succeed at the first success. */
export function validateProbe(probe: any, at: string, once: boolean): FieldError[] {
  if (!probe) return []
  const errors = validateHandler(probe, at, ['exec', 'httpGet', 'tcpSocket', 'grpc'])
  for (const key of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'])
    errors.push(...nonNegative(probe[key], `${at}.${key}`))
  if (probe.terminationGracePeriodSeconds !== undefined) {
    if (!once)
      errors.push(
        invalid(
          `${at}.terminationGracePeriodSeconds`,
          probe.terminationGracePeriodSeconds,
          'must not be set for readinessProbes',
        ),
      )
    else if (probe.terminationGracePeriodSeconds <= 0)
      errors.push(
        invalid(`${at}.terminationGracePeriodSeconds`, probe.terminationGracePeriodSeconds, 'must be greater than 0'),
      )
  }
  if (once && (probe.successThreshold ?? 1) !== 1)
    errors.push(invalid(`${at}.successThreshold`, probe.successThreshold, 'must be 1'))
  return errors
}

export function validateLifecycle(lifecycle: any, at: string): FieldError[] {
  if (!lifecycle) return []
  const errors: FieldError[] = []
  for (const key of ['postStart', 'preStop'])
    if (lifecycle[key])
      errors.push(...validateHandler(lifecycle[key], `${at}.${key}`, ['exec', 'httpGet', 'tcpSocket', 'sleep']))
  return errors
}

function validateHandler(handler: any, at: string, kinds: string[]): FieldError[] {
  const errors: FieldError[] = []
  let count = 0
  for (const kind of kinds) {
    const action = handler[kind]
    if (!action) continue
    const path = `${at}.${kind}`
    if (count++ > 0) {
      errors.push(forbidden(path, 'may not specify more than 1 handler type'))
      continue
    }
    switch (kind) {
      case 'exec':
        if (!action.command?.length) errors.push(required(`${path}.command`))
        break
      case 'httpGet':
        if (!action.path) errors.push(required(`${path}.path`))
        errors.push(...validatePortNumOrName(action.port, `${path}.port`))
        if (!['HTTP', 'HTTPS'].includes(action.scheme))
          errors.push(notSupported(`${path}.scheme`, action.scheme ?? '', ['HTTP', 'HTTPS']))
        ;(action.httpHeaders ?? []).forEach((header: any) =>
          errors.push(
            ...isHTTPHeaderName(header.name ?? '').map(text => invalid(`${path}.httpHeaders`, header.name ?? '', text)),
          ),
        )
        break
      case 'tcpSocket':
        errors.push(...validatePortNumOrName(action.port, `${path}.port`))
        break
      case 'grpc':
        errors.push(...isPort(action.port ?? 0).map(text => invalid(`${path}.port`, action.port ?? 0, text)))
        break
      case 'sleep':
        if (action.seconds < 0) errors.push(invalid(path, action.seconds, 'must be non-negative'))
    }
  }
  if (!count) errors.push(required(at, 'must specify a handler type'))
  return errors
}
