import { backoff } from './backoff.ts'
import { linesOf } from './lines.ts'
import { applyChanges, fromList, type Change, type Identified, type Items } from './reduce.ts'
import { Slices } from './slices.ts'
import { ApiError } from './api-error.ts'

/** How lists and watch events of a path become items. */
export interface Source<T> {
  /** Path with query, without the prefix of the lab server. */
  path: string
  accept: string
  readList(body: ListBody): T[]
  readEvent(object: unknown): T[]
}

export interface ListBody {
  metadata?: { resourceVersion?: string; continue?: string }
  items?: unknown[] | null
  [field: string]: unknown
}

/** How the API is asked: of paths with a query, as `Source` has them. @throws ApiError */
export interface Transport {
  list(path: string, accept: string, signal: AbortSignal): Promise<ListBody>
  /** What follows of a list, from a token on: texts of JSON arrays, and in the end the version of the list. */
  rest(path: string, token: string, accept: string, signal: AbortSignal): AsyncGenerator<string, string>
  watch(path: string, accept: string, signal: AbortSignal): Promise<AsyncIterable<string>>
}

/** When the page has time. */
export interface Pace {
  /** Calls back at the next frame. */
  nextFrame(task: () => void): void
  /** Resolves when others have had their turn. */
  turn(): Promise<void>
  /** Resolves when there is nothing else to do. */
  idle(): Promise<void>
}

export interface Means {
  transport: Transport
  pace: Pace
}

export interface Observer<T> {
  /** Called at most once a frame. `whole` is false while there is more of a list to come. */
  onItems(items: Items<T>, whole: boolean): void
  onPhase(phase: Phase, error?: ApiError): void
}

/** loading: no list yet; live: the watch runs; retrying: it broke and will be taken up again; failed: no hope without the user. */
export type Phase = 'idle' | 'loading' | 'live' | 'retrying' | 'failed'

/** What fills a screen is there first. */
export const FIRST_PAGE = 200
/** So much of a frame goes to taking a list in. */
const SLICE_MS = 8
/** What has been read of a long list is shown again each time that there is so much more of it. */
const GROWTH = 2
/** Large collections are shown less often, so that sorting them leaves time for the user. */
const SLOW_SIZE = 2_000
const SLOW_MS = 250
/** A server that says nothing, not even a bookmark, for so long is taken for gone. */
const WATCH_SECONDS = 290

/** What is known of a path, and up to where; undefined: it is to be listed. */
interface Known<T> {
  items: Items<T>
  version: string | undefined
}

/**
 * Lists, then watches, until the signal aborts. Lists anew when the history that it needs was compacted away. `before` is what was known in
 * an earlier life: it stands until the list has been read to its end.
 */
export async function reflect<T extends Identified>(
  source: Source<T>,
  before: Items<T>,
  observer: Observer<T>,
  means: Means,
  signal: AbortSignal,
): Promise<void> {
  const known: Known<T> = { items: before, version: undefined }
  let attempt = 0
  while (!signal.aborted) {
    try {
      if (known.version === undefined) {
        Object.assign(known, await list(means, source, known.items, part => observer.onItems(part, false), signal))
        observer.onItems(known.items, true)
      }
      await watch(means, source, known, observer, signal, () => (attempt = 0))
    } catch (error) {
      if (signal.aborted) return
      const told =
        error instanceof ApiError
          ? error
          : new ApiError(0, 'Unreachable', error instanceof Error ? error.message : String(error))
      if (told.code === 410) known.version = undefined
      if (isFinal(told)) return observer.onPhase('failed', told)
      observer.onPhase('retrying', told)
      await pause(backoff(++attempt), signal)
    }
  }
}

/** Trying again does not help against these. */
function isFinal({ code }: ApiError): boolean {
  return code === 401 || code === 403 || code === 404 || code === 405 || code === 406
}

/** What fills a screen is read here, and shown at once. What follows may be long: it is read elsewhere and taken in slices. */
async function list<T extends Identified>(
  { transport, pace }: Means,
  source: Source<T>,
  previous: Items<T>,
  onPart: (items: Items<T>) => void,
  signal: AbortSignal,
): Promise<{ items: Items<T>; version: string }> {
  const { path, accept } = source
  const body = await transport.list(withQuery(path, { limit: String(FIRST_PAGE) }), accept, signal)
  const { items: _items, rows: _rows, ...head } = body
  const found = source.readList(body)
  const token = body.metadata?.continue
  if (!token) return { items: fromList(found, previous), version: body.metadata?.resourceVersion ?? '' }
  if (previous.size === 0) onPart(fromList(found))
  // What is there already is drawn first: reading the rest takes the processor, too.
  await pace.idle()
  const rest = transport.rest(path, token, accept, signal)
  const slices = new Slices(SLICE_MS, () => pace.turn())
  let shown = found.length
  try {
    for (;;) {
      const next = await rest.next()
      if (next.done) return { items: fromList(found, previous), version: next.value }
      const listed = JSON.parse(next.value) as unknown[]
      found.push(...source.readList({ ...head, items: listed, rows: listed }))
      await slices.rest()
      if (previous.size > 0 || found.length < shown * GROWTH) continue
      onPart(fromList(found))
      shown = found.length
    }
  } finally {
    await rest.return('')
  }
}

interface WatchEvent {
  type: Change<unknown>['type'] | 'BOOKMARK' | 'ERROR'
  object: { metadata?: { resourceVersion?: string }; code?: number; reason?: string; message?: string }
}

/** Keeps what is known up to date until the server ends the watch. */
async function watch<T extends Identified>(
  { transport, pace }: Means,
  source: Source<T>,
  known: Known<T>,
  observer: Observer<T>,
  signal: AbortSignal,
  onAlive: () => void,
): Promise<void> {
  let version = known.version!
  let pending: Change<T>[] = []
  let scheduled = false
  const flush = () => {
    scheduled = false
    if (pending.length === 0 || signal.aborted) return
    known.items = applyChanges(known.items, pending)
    pending = []
    observer.onItems(known.items, true)
  }
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(WATCH_SECONDS),
  }
  const text = await transport.watch(withQuery(source.path, query), source.accept, signal)
  observer.onPhase('live')
  onAlive()
  try {
    for await (const lines of linesOf(text)) {
      for (const line of lines) {
        if (!line) continue
        const { type, object } = JSON.parse(line) as WatchEvent
        if (type === 'ERROR')
          throw new ApiError(object.code ?? 500, object.reason ?? '', object.message ?? 'The watch ended.')
        const changed = type === 'BOOKMARK' ? [] : source.readEvent(object)
        version = object.metadata?.resourceVersion || changed.at(-1)?.metadata.resourceVersion || version
        for (const item of changed) pending.push({ type, item } as Change<T>)
      }
      if (pending.length && !scheduled) {
        scheduled = true
        if (known.items.size > SLOW_SIZE) setTimeout(flush, SLOW_MS)
        else pace.nextFrame(flush)
      }
    }
  } finally {
    // Also of one that broke: the next goes on from here.
    flush()
    known.version = version
  }
}

function withQuery(path: string, query: Record<string, string>): string {
  return path + (path.includes('?') ? '&' : '?') + new URLSearchParams(query).toString()
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
