import { createRequire } from 'node:module'
import type { IncomingMessage } from 'node:http'
import { delimiter } from 'node:path'
import type { Duplex } from 'node:stream'
import type { IPty } from 'node-pty'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { currentPlatform } from '../../base/platform/platform.ts'
import { labEnvironment } from '../environment.ts'
import type { LabHost } from '../host.ts'

/** The program is stopped when so many bytes wait for the browser, and goes on when few are left. */
const HIGH_WATER = 1 << 20
const LOW_WATER = 1 << 17
const MAX_TERMINALS = 32

/** What a terminal's page sends as text; bytes that are typed come as binary messages. */
type TerminalCommand = { type: 'resize'; cols: number; rows: number }

/** Shells of the user, with the lab's kubeconfig, proxy and commands at hand, over WebSockets. */
export class TerminalServer implements Disposable {
  readonly #host: LabHost
  readonly #binDir: string
  readonly #log: Logger
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 })
  readonly #open = new Set<IPty>()

  constructor(host: LabHost, binDir: string, log: Logger) {
    this.#host = host
    this.#binDir = binDir
    this.#log = log
  }

  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const query = new URL(request.url ?? '/', 'http://lab').searchParams
    this.#sockets.handleUpgrade(request, socket, head, client => {
      try {
        if (this.#open.size >= MAX_TERMINALS) throw new Error(`${MAX_TERMINALS} terminals are open; close one first`)
        this.#attach(client, sizeOf(query.get('cols'), 80), sizeOf(query.get('rows'), 24))
      } catch (error) {
        this.#log.error('no terminal', { error })
        client.send(`\r\nThe shell cannot be started: ${messageOf(error)}\r\n`)
        client.close(1011)
      }
    })
  }

  dispose(): void {
    for (const terminal of this.#open) terminal.kill()
    for (const client of this.#sockets.clients) client.terminate()
  }

  #attach(client: WebSocket, cols: number, rows: number): void {
    const { command, args } = currentPlatform().shell()
    const { spawn } = createRequire(import.meta.url)('node-pty') as typeof import('node-pty')
    const terminal = spawn(command, args, {
      cols,
      rows,
      name: 'xterm-256color',
      cwd: process.env.HOME ?? process.cwd(),
      env: this.environment(),
    })
    this.#open.add(terminal)
    let paused = false
    terminal.onData(text => {
      client.send(Buffer.from(text), () => {
        if (paused && client.bufferedAmount < LOW_WATER) {
          paused = false
          terminal.resume()
        }
      })
      if (!paused && client.bufferedAmount > HIGH_WATER) {
        paused = true
        terminal.pause()
      }
    })
    terminal.onExit(({ exitCode }) => {
      this.#open.delete(terminal)
      client.close(1000, `exit ${exitCode}`)
    })
    client.on('message', (data, isBinary) => {
      if (isBinary) terminal.write((data as Buffer).toString('utf8'))
      else this.#command(terminal, (data as Buffer).toString('utf8'))
    })
    client.on('error', () => client.terminate())
    client.on('close', () => {
      if (this.#open.has(terminal)) terminal.kill()
    })
  }

  #command(terminal: IPty, text: string): void {
    let command: TerminalCommand
    try {
      command = JSON.parse(text) as TerminalCommand
    } catch {
      this.#log.debug('a terminal sent what is no command')
      return
    }
    if (command.type === 'resize') terminal.resize(sizeOf(command.cols, 80), sizeOf(command.rows, 24))
  }

  /** The user's environment with what makes the cluster reachable. */
  environment(): Record<string, string> {
    const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined)
    return {
      ...Object.fromEntries(inherited),
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      ...labEnvironment(this.#host.config, this.#host.paths),
      PATH: `${process.env.PATH ?? ''}${delimiter}${this.#binDir}`,
    }
  }
}

function sizeOf(value: string | number | null, fallback: number): number {
  const size = Math.floor(Number(value))
  return size >= 2 && size <= 1000 ? size : fallback
}
