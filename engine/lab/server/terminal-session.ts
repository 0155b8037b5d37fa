import { basename } from 'node:path'
import type { IPty } from 'node-pty'
import type { WebSocket } from 'ws'
import type { Clock, Timer } from '../../base/clock.ts'
import type { TerminalCommand, TerminalInfo, TerminalNotice } from '../contract.ts'
import { OutputRing } from './output-ring.ts'

/** The program is stopped when so many bytes wait for the browser, and goes on when few are left. */
const HIGH_WATER = 1 << 20
const LOW_WATER = 1 << 17
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
  #client: WebSocket | undefined
  #paused = false
  #lonely: Timer | undefined
  #deadline: Timer | undefined

  constructor(options: SessionOptions) {
    const { id, pty, clock, limits } = options
    this.id = id
    this.#options = options
    this.#pty = pty
    this.#ring = new OutputRing(limits.ringBytes)
    this.startedAt = new Date(clock.now()).toISOString()
    pty.onData(text => this.#output(Buffer.from(text)))
    pty.onExit(({ exitCode }) => {
      this.#lonely?.cancel()
      this.#deadline?.cancel()
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
    if (again && this.#ring.size) client.send(this.#ring.read())
    this.#goOn()
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
    this.#goOn()
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
    this.#goOn()
  }

  #output(bytes: Buffer): void {
    this.#ring.push(bytes)
    const client = this.#client
    if (!client) return
    client.send(bytes, () => {
      if (client.bufferedAmount < LOW_WATER) this.#goOn()
    })
    if (!this.#paused && client.bufferedAmount > HIGH_WATER) {
      this.#paused = true
      this.#pty.pause()
    }
  }

  #goOn(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#pty.resume()
  }

  #command(text: string): void {
    let command: Partial<TerminalCommand> | null
    try {
      command = JSON.parse(text) as typeof command
    } catch {
      return // what is no command changes nothing
    }
    if (command?.type === 'resize') this.#pty.resize(sizeOf(command.cols, 80), sizeOf(command.rows, 24))
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
