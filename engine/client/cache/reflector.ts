import type { IncomingMessage } from 'node:http'
import type { KubeObject } from '../../api/object.ts'
import { messageOf } from '../../base/errors.ts'
import { pause, type Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import { isExpired, ResponseError, type StatusBody } from '../errors.ts'
import { ResourceClient, type Resource } from '../resource-client.ts'
import type { RestClient } from '../rest.ts'

/** Where a reflector puts what it sees. */
export interface ReflectorSink<T> {
  /** The whole state at one version; everything else is gone. */
  replace(objects: T[]): void
  upsert(object: T): void
  remove(object: T): void
}

export interface ReflectorOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  /** Asks for the metadata alone, for those who need no more of many kinds. */
  metadataOnly?: boolean
}

export interface ReflectorDependencies {
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
}

const MIN_BACKOFF_MS = 200
const MAX_BACKOFF_MS = 5_000
/** A watch is renewed after five to ten minutes, so that connections even out over the servers. */
const WATCH_SECONDS = 300
/** A line of a watch longer than this is no Kubernetes object. */
const MAX_LINE_BYTES = 16 << 20

/**
 * Keeps a sink equal to a collection of the API server: lists, then watches from the list's version, and lists again
 * whenever the version is gone. Ends when the signal aborts.
 */
export async function runReflector<T extends KubeObject>(
  resource: Resource<T>,
  sink: ReflectorSink<T>,
  options: ReflectorOptions,
  { rest, clock, random, log }: ReflectorDependencies,
  signal: AbortSignal,
): Promise<void> {
  const client = new ResourceClient(rest, resource)
  let backoffMs = MIN_BACKOFF_MS
  let version: string | undefined
  while (!signal.aborted) {
    try {
      if (version === undefined) version = await listInto(client, resource, sink, options, signal)
      const seconds = Math.round(WATCH_SECONDS * (1 + random.next()))
      version = await watchFrom(rest, client, resource, sink, options, version, seconds, signal)
      backoffMs = MIN_BACKOFF_MS
    } catch (error) {
      if (signal.aborted) return
      if (isExpired(error)) {
        version = undefined
        continue
      }
      if (error instanceof WatchBrokenError) version = error.version
      log.debug('watch interrupted', { resource: resource.resource, error: messageOf(error) })
      const wait = error instanceof ResponseError ? Math.max(backoffMs, error.retryAfterSeconds * 1000) : backoffMs
      backoffMs = error instanceof WatchBrokenError ? MIN_BACKOFF_MS : Math.min(backoffMs * 2, MAX_BACKOFF_MS)
      await pause(clock, wait * (0.75 + random.next() / 2), signal)
    }
  }
}

/** The stream ended in the middle; the watch goes on after `version`. */
class WatchBrokenError extends Error {
  readonly version: string
  constructor(version: string, cause: unknown) {
    super(messageOf(cause), { cause })
    this.version = version
  }
}

async function listInto<T extends KubeObject>(
  client: ResourceClient<T>,
  resource: Resource<T>,
  sink: ReflectorSink<T>,
  options: ReflectorOptions,
  signal: AbortSignal,
): Promise<string> {
  const { labelSelector, fieldSelector, namespace, metadataOnly } = options
  const headers = metadataOnly
    ? { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' }
    : undefined
  const list = await client.list(namespace, { labelSelector, fieldSelector, headers, signal })
  for (const item of list.items) {
    item.apiVersion = resource.apiVersion
    item.kind = resource.kind
  }
  sink.replace(list.items)
  return list.metadata.resourceVersion!
}

/** Reads one watch to its end and gives the last version that it delivered. */
async function watchFrom<T extends KubeObject>(
  rest: RestClient,
  client: ResourceClient<T>,
  resource: Resource<T>,
  sink: ReflectorSink<T>,
  options: ReflectorOptions,
  fromVersion: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<string> {
  const { labelSelector, fieldSelector, namespace, metadataOnly } = options
  const headers = metadataOnly ? { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } : undefined
  const query = {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: fromVersion,
    timeoutSeconds,
    labelSelector,
    fieldSelector,
  }
  const response = await rest.stream('GET', client.path(namespace), { query, headers, signal })
  let version = fromVersion
  try {
    for await (const line of lines(response)) {
      const event = JSON.parse(line) as { type: string; object: T }
      if (event.type === 'ERROR') {
        const status = event.object as unknown as StatusBody
        throw new ResponseError(status.code ?? 500, status)
      }
      event.object.apiVersion = resource.apiVersion
      event.object.kind = resource.kind
      if (event.type === 'ADDED' || event.type === 'MODIFIED') sink.upsert(event.object)
      else if (event.type === 'DELETED') sink.remove(event.object)
      else if (event.type !== 'BOOKMARK') throw new Error(`unknown watch event ${event.type} of ${resource.resource}`)
      version = event.object.metadata.resourceVersion ?? version
    }
  } catch (error) {
    if (error instanceof ResponseError) throw error
    throw new WatchBrokenError(version, error)
  }
  return version
}

/** The lines of a response as they come, without their ends. */
export async function* lines(response: IncomingMessage): AsyncGenerator<string> {
  let rest: Buffer[] = []
  let size = 0
  for await (const chunk of response) {
    let bytes = chunk as Buffer
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      const head = bytes.subarray(0, end)
      const line = rest.length ? Buffer.concat([...rest, head]).toString('utf8') : head.toString('utf8')
      rest = []
      size = 0
      bytes = bytes.subarray(end + 1)
      if (line !== '') yield line
    }
    if (bytes.length === 0) continue
    rest.push(bytes)
    size += bytes.length
    if (size > MAX_LINE_BYTES) throw new Error(`a line of more than ${MAX_LINE_BYTES} bytes`)
  }
  if (rest.length) yield Buffer.concat(rest).toString('utf8')
}
