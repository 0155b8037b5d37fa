import { backoff } from './backoff.ts'
import { linesOf } from './lines.ts'
import { applyChanges, fromList, type Change, type Identified, type Items } from './reduce.ts'
import { connection } from './connection.svelte.ts'
import { session } from '../lab/session.svelte.ts'
import { idle, turn } from './frames.ts'
import { Slices } from './slices.ts'
import { ListReader, ListRefused } from './lists/reader.ts'
import { startHere, startWorker } from './lists/start-worker.ts'
import { ApiError, errorOf, request } from './rest.ts'
import { openStream } from './streams.ts'

const reader = new ListReader(startWorker, startHere)

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

/** Lists, then watches, until the signal aborts. Lists anew when the history that it needs was compacted away. */
export async function reflect<T extends Identified>(
  source: Source<T>,
  observer: Observer<T>,
  signal: AbortSignal,
): Promise<void> {
  let items: Items<T> = new Map()
  let version: string | undefined
  let attempt = 0
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const listed = await list(source, items, part => observer.onItems(part, false), signal)
        items = listed.items
        version = listed.version
        observer.onItems(items, true)
      }
      const result = await watch(source, items, version, observer, signal, () => (attempt = 0))
      items = result.items
      version = result.version
    } catch (error) {
      if (signal.aborted) return
      const known =
        error instanceof ApiError
          ? error
          : new ApiError(0, 'Unreachable', error instanceof Error ? error.message : String(error))
      if (known.code === 410) version = undefined
      if (isFinal(known)) return observer.onPhase('failed', known)
      observer.onPhase('retrying', known)
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
  source: Source<T>,
  previous: Items<T>,
  onPart: (items: Items<T>) => void,
  signal: AbortSignal,
): Promise<{ items: Items<T>; version: string }> {
  const path = connection.cluster + source.path
  const headers = { accept: source.accept }
  const response = await request(withQuery(path, { limit: String(FIRST_PAGE) }), { signal, headers })
  const body = (await response.json()) as ListBody
  const { items: _items, rows: _rows, ...head } = body
  const found = source.readList(body)
  const token = body.metadata?.continue
  if (!token) return { items: fromList(found, previous), version: body.metadata?.resourceVersion ?? '' }
  if (previous.size === 0) onPart(fromList(found))
  // What is there already is drawn first: reading the rest takes the processor, too.
  await idle()
  const signed = [...new Headers(session.sign({ headers }).headers)] as [string, string][]
  const rest = reader.read({ path, token, headers: signed }, signal)
  const slices = new Slices(SLICE_MS, turn)
  let shown = found.length
  try {
    for (;;) {
      const next = await rest.next().catch(explained)
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

async function explained(error: unknown): Promise<never> {
  throw error instanceof ListRefused ? await errorOf(new Response(error.text, { status: error.status })) : error
}

async function watch<T extends Identified>(
  source: Source<T>,
  start: Items<T>,
  startVersion: string,
  observer: Observer<T>,
  signal: AbortSignal,
  onAlive: () => void,
): Promise<{ items: Items<T>; version: string | undefined }> {
  let items = start
  let version = startVersion
  let pending: Change<T>[] = []
  let scheduled = false
  const flush = () => {
    scheduled = false
    if (pending.length === 0 || signal.aborted) return
    items = applyChanges(items, pending)
    pending = []
    observer.onItems(items, true)
  }
  const query = {
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: version,
    timeoutSeconds: String(WATCH_SECONDS),
  }
  const text = await openStream(connection.cluster + withQuery(source.path, query), source.accept, signal)
  observer.onPhase('live')
  onAlive()
  for await (const lines of linesOf(text)) {
    for (const line of lines) {
      if (!line) continue
      const event = JSON.parse(line) as {
        type: string
        object: { metadata?: { resourceVersion?: string }; code?: number; reason?: string; message?: string }
      }
      if (event.type === 'ERROR') {
        flush()
        throw new ApiError(
          event.object.code ?? 500,
          event.object.reason ?? '',
          event.object.message ?? 'The watch ended.',
        )
      }
      const changed = event.type === 'BOOKMARK' ? [] : source.readEvent(event.object)
      version = event.object.metadata?.resourceVersion || changed.at(-1)?.metadata.resourceVersion || version
      for (const item of changed) pending.push({ type: event.type as Change<T>['type'], item })
    }
    if (pending.length && !scheduled) {
      scheduled = true
      if (items.size > SLOW_SIZE) setTimeout(flush, SLOW_MS)
      else requestAnimationFrame(flush)
    }
  }
  flush()
  return { items, version }
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
