import type { ServerResponse } from 'node:http'
import type { Clock } from '../../base/clock.ts'
import { readLog, type LogOptions } from '../logs/reader.ts'
import type { ContainerRunner } from '../pods/container.ts'
import { HttpError } from './http-error.ts'

/** Sends a container's log as text, chunk by chunk; with `follow` until the container ends or the client goes. */
export async function serveLog(
  container: ContainerRunner,
  query: URLSearchParams,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  const previous = isTrue(query.get('previous'))
  const path = container.logPath(previous)
  if (!path) {
    if (previous) throw new HttpError(400, `previous terminated container "${container.spec.name}" not found`)
    throw new HttpError(400, `container "${container.spec.name}" is waiting to start: ${waitingReason(container)}`)
  }
  const since = query.get('sinceTime')
  const sinceSeconds = query.get('sinceSeconds')
  const options: LogOptions = {
    follow: isTrue(query.get('follow')) && !previous,
    timestamps: isTrue(query.get('timestamps')),
    tailLines: numberOf(query, 'tailLines'),
    limitBytes: numberOf(query, 'limitBytes'),
    sinceMs: since ? Date.parse(since) : sinceSeconds ? clock.now() - Number(sinceSeconds) * 1000 : undefined,
    stream: (query.get('stream') as LogOptions['stream']) ?? 'All',
  }
  response.writeHead(200, { 'content-type': 'text/plain' })
  response.flushHeaders()
  await readLog(path, options, response, previous ? undefined : container.log)
  response.end()
}

function waitingReason(container: ContainerRunner): string {
  return container.state.kind === 'waiting' ? container.state.reason : 'ContainerCreating'
}

function isTrue(text: string | null): boolean {
  return text === 'true' || text === '1'
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new HttpError(400, `${name} must be a whole number, not "${text}"`)
  return number
}
