import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { homedir } from 'node:os'
import { delimiter } from 'node:path'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { currentPlatform, type Shell } from '../../base/platform/platform.ts'
import { loadPty } from '../../base/platform/pty.ts'
import type { ShellChoice, TerminalInfo, TerminalNotice } from '../contract.ts'
import { labEnvironment } from '../environment.ts'
import type { LabHost } from '../host.ts'
import { sizeOf, TerminalSession, type TerminalLimits } from './terminal-session.ts'

const MAX_TERMINALS = 32
const LIMITS: TerminalLimits = { ringBytes: 256 << 10, keepMs: 600_000 }

export interface TerminalServerOptions {
  host: Pick<LabHost, 'config' | 'paths'>
  /** Folder of the `kubarium` and `kubectl` commands, for the PATH. */
  binDir: string
  clock: Clock
  log: Logger
  limits?: TerminalLimits
}

/** Shells of the user, with the lab's kubeconfig, proxy and commands at hand, over WebSockets. They end with the lab. */
export class TerminalServer implements Disposable {
  readonly #options: TerminalServerOptions
  readonly #platform = currentPlatform()
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 })
  readonly #sessions = new Map<string, TerminalSession>()

  constructor(options: TerminalServerOptions) {
    this.#options = options
  }

  /** `?cols=…&rows=…`, and `shell=ID` for another than the user's own; `session=ID` comes back to one that still runs. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = new URL(request.url ?? '/', 'http://lab').searchParams
    const [cols, rows] = [sizeOf(query.get('cols'), 80), sizeOf(query.get('rows'), 24)]
    this.#sockets.handleUpgrade(request, socket, head, client => {
      try {
        const kept = this.#sessions.get(query.get('session') ?? '')
        const session = kept ?? this.#start(query.get('shell') ?? '', cols, rows)
        session.attach(client, cols, rows)
      } catch (error) {
        this.#options.log.error('no terminal', { error })
        client.send(JSON.stringify({ type: 'error', message: messageOf(error) } satisfies TerminalNotice))
        client.close(1011)
      }
    })
  }

  /** All that run, the oldest first. */
  list(): TerminalInfo[] {
    return [...this.#sessions.values()].map(session => session.info())
  }

  /** Shells to choose from, the user's own first. */
  shells(): ShellChoice[] {
    return this.#platform.shells().map(({ id, name }) => ({ id, name }))
  }

  dispose(): void {
    for (const session of this.#sessions.values()) session.dispose()
    for (const client of this.#sockets.clients) client.terminate()
  }

  #start(wanted: string, cols: number, rows: number): TerminalSession {
    this.#makeRoom()
    const { clock, limits = LIMITS } = this.#options
    const shells = this.#platform.shells()
    const shell: Shell = shells.find(s => s.id === wanted) ?? shells[0]!
    const pty = loadPty().spawn(shell.command, shell.args, {
      cols,
      rows,
      name: 'xterm-256color',
      cwd: homedir(),
      env: this.environment(),
    })
    const id = randomBytes(24).toString('base64url')
    const session = new TerminalSession({
      ...{ id, shell: shell.name, pty, clock, limits },
      killTree: pid => this.#platform.killTree(pid),
      onEnd: () => this.#sessions.delete(id),
    })
    this.#sessions.set(id, session)
    return session
  }

  /** What no page has shown for longest goes before a new one is refused. */
  #makeRoom(): void {
    if (this.#sessions.size < MAX_TERMINALS) return
    const [longest] = [...this.#sessions.values()]
      .filter(session => session.detachedAt !== undefined)
      .sort((a, b) => a.detachedAt! - b.detachedAt!)
    if (!longest) throw new Error(`${MAX_TERMINALS} terminals are open; close one first`)
    longest.end()
    this.#sessions.delete(longest.id)
  }

  /** The user's environment with what makes the cluster reachable. */
  environment(): Record<string, string> {
    const { host, binDir } = this.#options
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return {
      ...Object.fromEntries(inherited),
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      ...labEnvironment(host.config, host.paths),
      PATH: `${process.env.PATH ?? ''}${delimiter}${binDir}`,
    }
  }
}
