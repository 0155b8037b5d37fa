import type { Socket } from 'node:net'
import type { Container } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { codeOf, messageOf } from '../../base/errors.ts'

export interface DialDependencies {
  clock: Clock
  /** Connects to a port of a pod, as the node itself does. */
  dial(ip: string, port: number, signal?: AbortSignal): Promise<Socket>
  podIP(): string | undefined
}

/** The name by which probes and hooks introduce themselves. */
export const USER_AGENT = 'kube-probe/1.36'

/** What Go says of a connection that could not be made. */
export class DialError extends Error {}

/** Connects to the pod, or to another host if the action names one. @throws DialError */
export async function dialWithin(
  host: string | undefined,
  port: number,
  timeoutMs: number,
  { clock, dial, podIP }: DialDependencies,
): Promise<Socket> {
  const ip = host || podIP()
  if (!ip) throw new DialError('the pod has no address yet')
  const late = new AbortController()
  const timer = clock.after(timeoutMs, () => late.abort())
  try {
    return await dial(ip, port, late.signal)
  } catch (error) {
    throw new DialError(`dial tcp ${ip}:${port}: ${late.signal.aborted ? 'i/o timeout' : `connect: ${reason(error)}`}`)
  } finally {
    timer.cancel()
  }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
}

function reason(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? messageOf(error)
}

/** A port by number or by the name that the container gives it. @throws Error if there is none of that name */
export function portNumber(container: Container, port: number | string): number {
  const named = container.ports?.find(p => p.name === port)?.containerPort
  const number = typeof port === 'number' ? port : (named ?? Number(port))
  if (!Number.isInteger(number)) throw new Error(`couldn't find named port: ${port}`)
  if (number > 0 && number < 65_536) return number
  throw new Error(`invalid port number: ${number}`)
}
