import { linesOf } from '../cluster/lines.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { ApiError } from '../cluster/rest.ts'
import { openStream } from '../cluster/streams.ts'
import { appendLines, parseLine, type LogLine } from './lines.ts'

/** So many lines are kept; older ones are still in the pod's log file. */
const MOST_LINES = 50_000

export interface LogQuery {
  namespace: string
  pod: string
  container: string
  previous: boolean
  tail: number
}

/** The log of a container: its last lines, then what it writes, until disposed. */
export class LogStream {
  lines: readonly LogLine[] = $state.raw([])
  phase: 'loading' | 'following' | 'ended' | 'failed' = $state('loading')
  error: ApiError | undefined = $state.raw()
  #controller = new AbortController()
  #pending: LogLine[] = []
  #next = 0

  constructor(query: LogQuery) {
    void this.#read(query)
  }

  dispose(): void {
    this.#controller.abort()
  }

  clear(): void {
    this.lines = []
  }

  async #read({ namespace, pod, container, previous, tail }: LogQuery): Promise<void> {
    const query = new URLSearchParams({
      container,
      timestamps: 'true',
      follow: String(!previous),
      previous: String(previous),
      tailLines: String(tail),
    })
    const { signal } = this.#controller
    try {
      const path = `${connection.cluster}/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/log?${query}`
      const text = await openStream(path, '*/*', signal)
      this.phase = 'following'
      for await (const raw of linesOf(text)) {
        if (this.#pending.length === 0) requestAnimationFrame(() => this.#flush())
        for (const line of raw) this.#pending.push(parseLine(line, this.#next++))
        if (this.#pending.length > MOST_LINES) this.#pending = this.#pending.slice(-MOST_LINES)
      }
      this.phase = 'ended'
    } catch (error) {
      if (signal.aborted) return
      this.error =
        error instanceof ApiError
          ? error
          : new ApiError(0, '', 'The connection to the log broke.', error instanceof Error ? error.message : undefined)
      this.phase = 'failed'
    }
  }

  #flush(): void {
    if (this.#controller.signal.aborted) return
    this.lines = appendLines(this.lines, this.#pending, MOST_LINES)
    this.#pending = []
  }
}
