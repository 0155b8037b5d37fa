import type { Clock, Timer } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import { expired } from '../../api/status.ts'
import { CompactedError } from '../../store/kv.ts'
import type { Store, WatchEvent } from '../../store/kv.ts'
import { failure } from '../errors.ts'
import type { RequestContext } from '../request/context.ts'
import type { ListOptions } from '../request/options.ts'
import { parseVersion } from '../request/options.ts'
import { commonHeaders } from '../request/respond.ts'
import { withRevision } from '../storage/cache.ts'
import type { CacheEvent, ResourceCache } from '../storage/cache.ts'
import type { Codec, Stored } from '../storage/codec.ts'
import type { Feed } from '../storage/feed.ts'
import { endOf } from '../storage/keys.ts'
import { makeFilter } from './list.ts'
import type { Filter } from './list.ts'
import { present } from './resources.ts'
import type { Resource } from './resources.ts'

/** Bytes that may wait for a client: few large events weigh as much as many small ones. */
const MAX_WAITING_BYTES = 16 << 20
const BOOKMARK_EVERY_MS = 60_000
const BOOKMARK_BEFORE_END_MS = 2000
/** Without timeoutSeconds a watch lasts between this and twice this. */
const DEFAULT_SECONDS = 1800

export interface WatchDeps {
  feed: Feed
  store: Store
  codec: Codec
  clock: Clock
  random: Random
  /** Events that may wait for a client before it is cut off. */
  buffer: number
}

/** Streams changes to a client until it leaves, its time is up, or it falls too far behind. */
export async function watch(
  deps: WatchDeps,
  ctx: RequestContext,
  resource: Resource,
  namespace: string,
  options: ListOptions,
  render: ((stored: Stored) => Buffer) | undefined,
): Promise<void> {
  const filter = makeFilter(resource, options)
  const prefix = namespace ? `${resource.prefix}${namespace}/` : resource.prefix
  const wanted = parseVersion(options.resourceVersion)
  const cache = await deps.feed.cache(resource.prefix)
  // A watch without a version begins with what is there, and that must not be older than the request.
  const initial = options.sendInitialEvents ?? wanted === 0
  if (options.resourceVersion === '') await deps.feed.catchUp()
  else if (initial && wanted > 0 && !(await deps.feed.waitFor(wanted))) {
    throw failure(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${deps.feed.revision}`, {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    })
  }
  let missed: CacheEvent[] = []
  if (!initial) {
    const known = cache.eventsSince(wanted)
    missed = known ?? (await replay(deps, prefix, wanted, cache))
  }
  const stream = new WatchStream(deps, ctx, resource, filter, prefix, render)
  stream.open(cache, options, initial ? undefined : { missed, after: wanted })
  await stream.ended
}

/** One client's stream. Events go out in order of revision; a bookmark only after all that it covers. */
class WatchStream {
  readonly ended: Promise<void>
  readonly #deps: WatchDeps
  readonly #ctx: RequestContext
  readonly #resource: Resource
  readonly #filter: Filter
  readonly #prefix: string
  readonly #render: (stored: Stored) => Buffer
  readonly #timers: Timer[] = []
  #unsubscribe: { dispose(): void } | undefined
  #end!: () => void
  #closed = false
  #waiting = 0
  #revision = 0

  constructor(
    deps: WatchDeps,
    ctx: RequestContext,
    resource: Resource,
    filter: Filter,
    prefix: string,
    render?: (stored: Stored) => Buffer,
  ) {
    this.#deps = deps
    this.#ctx = ctx
    this.#resource = resource
    this.#filter = filter
    this.#prefix = prefix
    this.#render = render ?? (stored => stored.bytes)
    this.ended = new Promise(resolve => (this.#end = resolve))
  }

  /** Everything here happens in one turn, so that nothing is missed or sent twice. */
  open(cache: ResourceCache, options: ListOptions, from: { missed: CacheEvent[]; after: number } | undefined) {
    const { response, signal } = this.#ctx
    commonHeaders(this.#ctx)
    response.setHeader('Content-Type', 'application/json')
    response.statusCode = 200
    if (this.#ctx.request.httpVersionMajor === 1) response.setHeader('Transfer-Encoding', 'chunked')
    response.flushHeaders()
    response.on('drain', () => (this.#waiting = 0))
    signal.addEventListener('abort', () => this.close(), { once: true })
    response.on('close', () => this.close())
    this.#revision = from ? from.after : cache.revision
    if (!from) {
      if (options.sendInitialEvents !== false)
        for (const stored of cache.values(this.#prefix)) {
          const seen = present(this.#resource, stored)
          if (!this.#filter || this.#filter(seen.object)) this.#write('ADDED', this.#render(seen), true)
        }
      if (options.sendInitialEvents && options.allowWatchBookmarks) this.#bookmark(cache.revision, true)
    } else for (const event of from.missed) this.#deliver(event)
    this.#revision = Math.max(this.#revision, cache.revision)
    this.#unsubscribe = cache.observe({
      onEvent: event => this.#deliver(event),
      onReset: () => this.close(),
    })
    const seconds = options.timeoutSeconds || DEFAULT_SECONDS * (1 + this.#deps.random.next())
    const lifetime = seconds * 1000
    this.#timers.push(this.#deps.clock.after(lifetime, () => this.close()))
    if (options.allowWatchBookmarks) {
      const send = () => this.#bookmark(Math.max(cache.revision, this.#revision), false)
      this.#timers.push(this.#deps.clock.every(BOOKMARK_EVERY_MS, send))
      if (lifetime > BOOKMARK_BEFORE_END_MS)
        this.#timers.push(this.#deps.clock.after(lifetime - BOOKMARK_BEFORE_END_MS, send))
    }
    if (signal.aborted) this.close()
  }

  close() {
    if (this.#closed) return
    this.#closed = true
    this.#unsubscribe?.dispose()
    for (const timer of this.#timers) timer.cancel()
    this.#ctx.response.end()
    this.#end()
  }

  /** A client that does not read loses its connection: an orderly end would wait behind what it has not read. */
  #cutOff() {
    this.#ctx.response.destroy()
    this.close()
  }

  #deliver(event: CacheEvent) {
    if (this.#closed || event.revision <= this.#revision) return
    this.#revision = event.revision
    if (!event.current.key.startsWith(this.#prefix)) return
    const current = present(this.#resource, event.current)
    let type = event.type
    if (this.#filter) {
      const had = event.previous !== undefined && this.#filter(present(this.#resource, event.previous).object)
      const has = type !== 'DELETED' && this.#filter(current.object)
      if (!had && !has) return
      type = has ? (had ? 'MODIFIED' : 'ADDED') : 'DELETED'
      // What leaves the selector is shown as it was when it still matched, at the version of the change.
      if (!has && event.type === 'MODIFIED')
        return this.#write(
          'DELETED',
          this.#render(present(this.#resource, withRevision(event.previous!, event.revision))),
        )
    }
    this.#write(type, this.#render(current))
  }

  #bookmark(revision: number, initialEnd: boolean) {
    const metadata = {
      resourceVersion: String(revision),
      ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    }
    const object = { kind: this.#resource.kind, apiVersion: this.#resource.apiVersion, metadata }
    this.#write('BOOKMARK', Buffer.from(JSON.stringify(object)))
  }

  #write(type: string, object: Buffer, initial = false) {
    const { response } = this.#ctx
    if (this.#closed || response.destroyed) return
    const head = `{"type":"${type}","object":`
    const frame = Buffer.allocUnsafe(head.length + object.length + 2)
    frame.write(head, 'latin1')
    object.copy(frame, head.length)
    frame.write('}\n', head.length + object.length, 'latin1')
    if (response.write(frame)) this.#waiting = 0
    else if (!initial && (++this.#waiting > this.#deps.buffer || response.writableLength > MAX_WAITING_BYTES))
      this.#cutOff()
  }
}

/** Events that the cache has forgotten, out of the store's history. @throws ApiError 410 if that is gone too. */
function replay(deps: WatchDeps, prefix: string, after: number, cache: ResourceCache): Promise<CacheEvent[]> {
  const key = Buffer.from(prefix)
  return new Promise((resolve, reject) => {
    const events: CacheEvent[] = []
    const finish = () => {
      subscription.dispose()
      // The cache may have gone on meanwhile; what it remembers continues where the replay ends.
      const last = events.at(-1)?.revision ?? after
      resolve([...events, ...(cache.eventsSince(Math.max(last, upTo)) ?? [])])
    }
    const upTo = cache.revision
    const collect = (list: WatchEvent[]) => {
      for (const event of list) {
        const name = Buffer.from(event.kv.key).toString()
        const previous = event.previous && deps.codec.decode(name, event.previous.value, event.previous.modRevision)
        const revision = event.kv.modRevision
        if (event.type === 'delete') {
          if (previous) events.push({ type: 'DELETED', revision, current: withRevision(previous, revision), previous })
        } else {
          const current = deps.codec.decode(name, event.kv.value, revision)
          events.push({ type: event.kv.version === 1 ? 'ADDED' : 'MODIFIED', revision, current, previous })
        }
      }
    }
    const subscription = deps.store.watch(
      { key, rangeEnd: endOf(prefix), startRevision: after + 1, previous: true, progress: true },
      {
        onEvents: (list, revision) => {
          collect(list.filter(event => event.kv.modRevision <= upTo))
          if (revision >= upTo) finish()
        },
        onProgress: revision => {
          if (revision >= upTo) finish()
        },
        onError: error => {
          subscription.dispose()
          if (error instanceof CompactedError)
            reject(expired(`too old resource version: ${after} (${error.compactRevision})`))
          else reject(error)
        },
      },
    )
  })
}
