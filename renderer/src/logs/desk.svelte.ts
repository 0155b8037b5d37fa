import { untrack } from 'svelte'
import { LogReader, type LogQuery } from './reader.svelte.ts'
import { compileSearch } from './search/pattern.ts'
import { Searcher, type SearchFailure } from './search/searcher.ts'
import { startWorker } from './search/start-worker.ts'
import { prettyLines } from './record.ts'
import { SEVERITIES, type Severity } from './severity.ts'
import type { LogSource } from './targets.ts'
import { LogView, type LineAt, type Shown } from './view.ts'

/** What is found while much is searched is drawn no more often. */
const DRAW_MS = 50
/** Of containers: all that a pod has. */
export const ALL_CONTAINERS = ''

/** What is chosen on a page of logs: which of its sources, how they are read, what is shown of them, and where one is. */
export class LogDesk {
  #candidates: readonly LogSource[] = $state.raw([])
  container = $state(ALL_CONTAINERS)
  query: LogQuery = $state.raw({ tail: 1_000, sinceSeconds: undefined, previous: false })
  /** Whatever it is that the sources stand for: something else begins with no lines. */
  scope = $state('')
  #attempt = $state(0)

  text = $state('')
  regex = $state(false)
  only = $state(false)
  hidden: ReadonlySet<string> = $state.raw(new Set())
  severities: ReadonlySet<Severity> = $state.raw(new Set(SEVERITIES))
  wrap = $state(true)
  times = $state(false)
  columns = $state(0)
  opened: ReadonlyMap<number, readonly string[]> = $state.raw(new Map())

  follow = $state(true)
  /** How many lines there had been when following was paused. */
  #pausedAt = $state(0)
  /** The match that one has gone to; otherwise the last is. */
  #current: LineAt | undefined = $state.raw()
  #found = $state(0)
  /** Why the search for what is looked for now has stopped. */
  failure: SearchFailure | undefined = $state()

  readonly search = $derived(compileSearch(this.text, this.regex))
  readonly containers = $derived([
    ...new Map(
      this.#candidates.flatMap(({ place, role }) =>
        place.kind === 'container' ? [[place.container, role] as const] : [],
      ),
    ),
  ])
  readonly sources = $derived.by(() => {
    const isNamed = this.containers.some(([name]) => name === this.container)
    return this.#candidates.filter(
      ({ place }) => place.kind === 'lab' || !isNamed || place.container === this.container,
    )
  })
  readonly reader = $derived.by(() => {
    void [this.#attempt, this.scope, this.container]
    const query = this.query
    return untrack(() => new LogReader(query))
  })
  readonly #view = $derived.by(() => {
    const reader = this.reader
    return untrack(() => new LogView(reader.store, this.#shown))
  })
  /** As a text, which is the same text as long as it says the same: a million lines are not filtered anew for a change of phase. */
  readonly #hiddenNumbers = $derived.by(() => {
    const { states } = this.reader
    return [...this.hidden].flatMap(id => states.get(id)?.number ?? []).join()
  })
  readonly #shown = $derived.by((): Shown => {
    return {
      hidden: new Set(this.#hiddenNumbers ? this.#hiddenNumbers.split(',').map(Number) : []),
      severities: this.severities,
      pattern: this.search.pattern,
      literal: !this.regex,
      only: this.only && this.search.pattern !== undefined,
      columns: this.wrap ? this.columns : 0,
      opened: this.opened,
    }
  })
  /** The view as of now: whoever reads it reads it anew when lines come, are found, or something else is chosen. */
  readonly now = $derived.by(() => {
    const view = this.#view
    void this.reader.version
    void this.#found
    view.update()
    return { view }
  })
  readonly newLines = $derived.by(() => {
    void this.reader.version
    return this.follow ? 0 : this.reader.store.added - this.#pausedAt
  })
  /** Number of the match that one has gone to, from 0; undefined before one has gone to any. */
  readonly at = $derived.by(() => {
    const { view } = this.now
    return this.#current && view.matchCount
      ? Math.min(view.matchCount - 1, view.matchesBefore(this.#current))
      : undefined
  })
  readonly current = $derived(this.at === undefined ? undefined : this.now.view.match(this.at))

  /** Reads these from now on. */
  offer(candidates: readonly LogSource[]): void {
    this.#candidates = candidates
  }

  /** Keeps reading, filtering and searching while the page is shown. To be called in a component. */
  run(): void {
    $effect(() => {
      const reader = this.reader
      untrack(() => {
        this.follow = true
        this.opened = new Map()
      })
      return () => reader.dispose()
    })
    $effect(() => {
      const { reader, sources } = this
      untrack(() => reader.follow(sources))
    })
    $effect(() => {
      const [view, shown] = [this.#view, this.#shown]
      untrack(() => {
        view.show(shown)
        this.#found++
      })
    })
    $effect(() => {
      void this.search
      untrack(() => (this.#current = undefined))
    })
    $effect(() => {
      const { pattern } = this.search
      this.failure = undefined
      if (!pattern) return
      let drawnAt = 0
      const found = () => {
        const now = performance.now()
        if (now - drawnAt < DRAW_MS && this.#view.unsearched()) return
        drawnAt = now
        this.#found++
      }
      const searcher = new Searcher(startWorker, { found, failed: why => (this.failure = why) })
      $effect(() => searcher.search(this.now.view))
      return () => searcher.dispose()
    })
  }

  setFollow(follow: boolean): void {
    if (this.follow && !follow) this.#pausedAt = this.reader.store.added
    this.follow = follow
  }

  /** Goes to the next match, or with -1 to the one before, around at the ends; at first to the last, which is nearest to what is written. */
  step(by: 1 | -1): void {
    const { view } = this.now
    const { matchCount } = view
    if (!matchCount) return
    const index = this.at === undefined ? matchCount - 1 : (this.at + by + matchCount) % matchCount
    this.setFollow(false)
    this.#current = view.match(index)
  }

  /** Reads everything anew. */
  reload(): void {
    this.#attempt++
  }

  toggleSource(id: string): void {
    const hidden = new Set(this.hidden)
    if (!hidden.delete(id)) hidden.add(id)
    this.hidden = hidden
  }

  toggleSeverity(severity: Severity): void {
    const severities = new Set(this.severities)
    if (!severities.delete(severity)) severities.add(severity)
    this.severities = severities
  }

  /** Shows a line that is JSON in full below itself, or not any more. */
  toggleLine({ id, text, raw }: LineAt): void {
    const opened = new Map(this.opened)
    const lines = prettyLines(raw ?? text)
    if (!opened.delete(id) && lines) opened.set(id, lines)
    this.setFollow(false)
    this.opened = opened
  }
}
