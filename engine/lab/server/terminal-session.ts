import { basename } from 'node:path'
import type { IPty } from 'node-pty'
import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../../base/clock.ts'
import type { TerminalCommand, TerminalInfo, TerminalNotice } from '../contract.ts'
import { OutputRing } from './output-ring.ts'
import { OutputWindow } from './output-window.ts'

/** So much may be under way to a page that has not shown it: a slow one shows it in a tenth of a second, a fast one gets megabytes a second. */
const WINDOW_BYTES = 32 << 10
/** How long a shell may take to end once it is told to. */
const GRACE_MS = 2_000
/** Codes with which a page's socket is closed, beside those of the protocol. */
const TAKEN_OVER = 4001

export interface TerminalLimits {
  /** So many of the newest bytes are shown again to a page that comes back. */
  ringBytes: number
  /** So long a shell runs on without a page. */
  keepMs: number
}

export interface SessionOptions {
  id: string
  shell: string
  pty: IPty
  clock: Clock
  limits: TerminalLimits
  /** Ends the shell and what it started, at once. */
  killTree(pid: number): void
  onEnd(): void
}

/** A shell and, most of the time, the page that shows it. Without one it runs on for a while, so that the page can come back. */
export class TerminalSession {
  readonly id: string
  readonly startedAt: string
  /** Since when no page shows it; undefined while one does. */
  detachedAt: number | undefined
  readonly #options: SessionOptions
  readonly #pty: IPty
  readonly #ring: OutputRing
  readonly #window: OutputWindow
  #client: WebSocket | undefined
  #lonely: Timer | undefined
  #deadline: Timer | undefined

  constructor(options: SessionOptions) {
    const { id, pty, clock, limits } = options
    this.id = id
    this.#options = options
    this.#pty = pty
    this.#ring = new OutputRing(limits.ringBytes)
    this.#window = new OutputWindow(WINDOW_BYTES, {
      send: bytes => this.#client?.send(bytes),
      hold: () => pty.pause(),
      goOn: () => pty.resume(),
    })
    this.startedAt = new Date(clock.now()).toISOString()
    pty.onData(text => this.#output(Buffer.from(text)))
    pty.onExit(({ exitCode }) => {
      this.#lonely?.cancel()
      this.#deadline?.cancel()
      this.#window.flush()
      this.#tell({ type: 'exit', code: exitCode })
      this.#client?.close(1000, `exit ${exitCode}`)
      this.#client = undefined
      options.onEnd()
    })
  }

  info(): TerminalInfo {
    const { id, startedAt } = this
    return { id, shell: this.#options.shell, startedAt, attached: this.#client !== undefined, program: this.#program() }
  }

  /** Shows the terminal to a page, from what was last on it. A page that showed it before is let go. */
  attach(client: WebSocket, cols: number, rows: number): void {
    const again = this.detachedAt !== undefined || this.#client !== undefined
    this.#client?.close(TAKEN_OVER, 'another page shows this terminal now')
    this.#lonely?.cancel()
    this.detachedAt = undefined
    this.#client = client
    this.#pty.resize(cols, rows)
    this.#tell({ type: 'session', id: this.id, shell: this.#options.shell, again })
    this.#window.reset()
    if (again) this.#window.push(this.#ring.read())
    client.on('message', (data, isBinary) => {
      if (this.#client !== client) return
      if (isBinary) this.#pty.write((data as Buffer).toString('utf8'))
      else this.#command((data as Buffer).toString('utf8'))
    })
    client.on('error', () => client.terminate())
    client.on('close', () => {
      if (this.#client === client) this.#detach()
    })
  }

  /** Asks the shell to end, and ends it. */
  end(): void {
    this.#deadline ??= this.#options.clock.after(GRACE_MS, () => this.#options.killTree(this.#pty.pid))
    this.#window.reset()
    this.#pty.kill()
  }

  /** Ends the shell at once, and what it started. */
  dispose(): void {
    this.#lonely?.cancel()
    this.#deadline?.cancel()
    this.#pty.kill()
    this.#options.killTree(this.#pty.pid)
  }

  #detach(): void {
    const { clock, limits } = this.#options
    this.#client = undefined
    this.detachedAt = clock.now()
    this.#lonely = clock.after(limits.keepMs, () => this.end())
    this.#window.reset()
  }

  #output(bytes: Buffer): void {
    this.#ring.push(bytes)
    // What comes while the shell ends must not hold it up.
    if (this.#client && !this.#deadline) this.#window.push(bytes)
  }

  #command(text: string): void {
    let command: Partial<TerminalCommand> | null
    try {
      command = JSON.parse(text) as typeof command
    } catch {
      return // what is no command changes nothing
    }
    if (command?.type === 'resize') this.#pty.resize(sizeOf(command.cols, 80), sizeOf(command.rows, 24))
    else if (command?.type === 'taken') this.#window.taken(countOf(command.bytes))
    else if (command?.type === 'end') this.end()
  }

  #tell(notice: TerminalNotice): void {
    this.#client?.send(JSON.stringify(notice))
  }

  /** What runs in the foreground, unless that is the shell itself. A login shell calls itself with a dash. */
  #program(): string | undefined {
    const name = basename(this.#pty.process).replace(/^-/, '')
    return name === '' || name === basename(this.#options.shell) ? undefined : name
  }
}

/** Columns or rows, within reason. */
export function sizeOf(value: unknown, fallback: number): number {
  const size = Math.floor(Number(value))
  return size >= 2 && size <= 1000 ? size : fallback
}

/** Bytes that a page says it took: none if that is no number of bytes. */
function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0
}
