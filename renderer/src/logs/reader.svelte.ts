import { backoff } from '../cluster/backoff.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { turn } from '../cluster/frames.ts'
import { Slices } from '../cluster/slices.ts'
import { ApiError } from '../cluster/api-error.ts'
import { openStream } from '../cluster/streams.ts'
import { boundedLines, LineParser, type Entry } from './parse.ts'
import { LogStore } from './store.ts'
import type { LogSource } from './targets.ts'

/** More than these are not read at once: each costs the API server a connection to a kubelet. */
export const MOST_SOURCES = 100
/** So long lines are read, of all sources together, before the page has its turn; looked at after so many of them. */
const SLICE_MS = 6
const SLICE_LINES = 50
/** So many lines in a frame, or more than fit in a slice, pour in: nobody can read them, and drawing takes longer than reading. */
const POURING = 100
/** What pours in is drawn no more often. */
const DRAW_MS = 400
/** A hidden page has no frames. */
const HIDDEN_MS = 100

export interface LogQuery {
  /** So many of the last lines of each source; undefined: all. */
  tail: number | undefined
  /** Only what was written in the last seconds. */
  sinceSeconds: number | undefined
  /** Of the run of each container before the present one. */
  previous: boolean
}

export type SourcePhase = 'waiting' | 'loading' | 'following' | 'ended' | 'broken' | 'failed'

/** A source as the page knows it: its number in the store, and how reading it goes. */
export interface SourceState {
  number: number
  source: LogSource
  phase: SourcePhase
  error?: ApiError
}

/** Reads the logs of any number of sources into one store: their last lines, and what they write from then on. */
export class LogReader {
  readonly store = new LogStore()
  /** All sources that there were, by id: what is gone has left its lines. */
  states: ReadonlyMap<string, SourceState> = $state.raw(new Map())
  /** Changes once a frame with what is in the store. */
  version = $state(0)
  readonly #query: LogQuery
  readonly #controller = new AbortController()
  readonly #runs = new Map<string, { run: number; parser: LineParser }>()
  #pending: Entry[] = []
  #frame: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #slices = new Slices(SLICE_MS, turn)
  #pausesSeen = 0
  #drawnAt = 0

  constructor(query: LogQuery) {
    this.#query = query
  }

  /** Reads these sources from now on. Those that were read already go on; a container that was started anew is read anew. */
  follow(sources: readonly LogSource[]): void {
    const states = new Map(this.states)
    let changed = false
    for (const source of sources.slice(0, MOST_SOURCES)) {
      const known = states.get(source.id)
      const state: SourceState = known ?? { number: states.size, source, phase: 'waiting' }
      if (
        known &&
        known.source.name === source.name &&
        known.source.hasLog === source.hasLog &&
        known.source.run === source.run
      )
        continue
      changed = true
      states.set(source.id, { ...state, source })
      const run = this.#runs.get(source.id)
      if (!source.hasLog || run?.run === source.run || (run && this.#query.previous)) continue
      const parser = run?.parser ?? new LineParser(state.number, source.role === 'lab')
      this.#runs.set(source.id, { run: source.run, parser })
      // The run before has its last words first: what follows it begins where it ended.
      queueMicrotask(() => void this.#read(source, parser))
    }
    if (changed) this.states = states
  }

  dispose(): void {
    this.#controller.abort()
    this.#flush()
  }

  /** Reads those anew that could not be read. */
  retry(): void {
    for (const { source, phase } of this.states.values()) {
      const run = this.#runs.get(source.id)
      if (phase === 'failed' && run) void this.#read(source, run.parser)
    }
  }

  async #read(source: LogSource, parser: LineParser): Promise<void> {
    const { signal } = this.#controller
    for (let attempt = 1; !signal.aborted; attempt++) {
      const begun = parser.lastTime
      this.#enter(source, attempt === 1 ? 'loading' : 'broken')
      try {
        const text = await openStream(pathOf(source, this.#query, begun), '*/*', signal)
        this.#enter(source, 'following')
        const after = begun || this.#earliest(source)
        for await (const lines of boundedLines(text)) {
          attempt = 1
          for (let i = 0; i < lines.length; i++) {
            if (i % SLICE_LINES === 0) await this.#slices.rest()
            if (signal.aborted) return
            this.#take(parser.parse(lines[i]!), after)
          }
        }
        return this.#enter(source, 'ended')
      } catch (error) {
        if (signal.aborted) return
        // What the server refuses it refuses again; a connection that broke comes back.
        if (error instanceof ApiError && error.code !== 0 && error.code < 500)
          return this.#enter(source, 'failed', error)
        const broken = error instanceof ApiError ? error : new ApiError(0, '', String(error))
        this.#enter(source, 'broken', broken)
        await pause(backoff(attempt), signal)
      }
    }
  }

  /** What a machine wrote before the time that was asked for: its log comes by lines. */
  #earliest({ role }: LogSource): number {
    const { sinceSeconds } = this.#query
    return role === 'lab' && sinceSeconds !== undefined ? Date.now() - sinceSeconds * 1000 : 0
  }

  #take(entry: Entry, after: number): void {
    // After a break the last lines come once more.
    if (entry.time <= after && after > 0) return
    this.#pending.push(entry)
    this.#flushSoon()
  }

  #flushSoon(): void {
    this.#frame ??= requestAnimationFrame(() => this.#flush())
    this.#timer ??= setTimeout(() => this.#flush(), HIDDEN_MS)
  }

  #flush(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    clearTimeout(this.#timer)
    this.#frame = this.#timer = undefined
    if (this.#controller.signal.aborted) return
    const isPouring = this.#slices.pauses > this.#pausesSeen || this.#pending.length > POURING
    this.#pausesSeen = this.#slices.pauses
    this.store.add(this.#pending)
    this.#pending = []
    const now = performance.now()
    if (isPouring && now - this.#drawnAt < DRAW_MS) return this.#flushSoon()
    this.#drawnAt = now
    this.version++
  }

  #enter({ id }: LogSource, phase: SourcePhase, error?: ApiError): void {
    const state = this.states.get(id)
    if (!state || this.#controller.signal.aborted) return
    this.states = new Map(this.states).set(id, { ...state, phase, error })
  }
}

/** Where the log of a source is. `begun`: when its last line was written that has been read. */
function pathOf({ place }: LogSource, { tail, sinceSeconds, previous }: LogQuery, begun: number): string {
  if (place.kind === 'lab') {
    const lines = tail ?? 1_000_000
    return `/lab/v1/logs/${encodeURIComponent(place.name)}?tail=${lines}&follow=1`
  }
  const query = new URLSearchParams({
    ...{ container: place.container, timestamps: 'true', follow: String(!previous), previous: String(previous) },
    ...(tail !== undefined && !begun && { tailLines: String(tail) }),
    ...(sinceSeconds !== undefined && !begun && { sinceSeconds: String(sinceSeconds) }),
    ...(begun && { sinceTime: new Date(Math.floor(begun)).toISOString() }),
  })
  return `${connection.cluster}/api/v1/namespaces/${place.namespace}/pods/${encodeURIComponent(place.pod)}/log?${query}`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })
}
