import type { TerminalCommand, TerminalNotice } from '../../../engine/lab/contract.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { ApiError } from '../cluster/api-error.ts'
import { request } from '../cluster/rest.ts'
import { session } from '../lab/session.svelte.ts'
import { socketBase } from '../shell/desktop.ts'
import { CHANNEL_PROTOCOL, readMessage, resizeMessage, stdinEnd, stdinMessage, type CommandEnd } from './channels.ts'
import { openTransport } from './transport.ts'
import { TypedLines, withReturns } from './line-discipline.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A program at the other side, as bytes in both directions. */
export interface TerminalConnection {
  send(bytes: Uint8Array<ArrayBuffer>): void
  resize(cols: number, rows: number): void
  /** The page goes; a shell of this machine waits for it. */
  leave(): void
  /** Ends the program, and with it the connection. */
  end(): void
}

/** `broken`: the connection, while the program may live on; `taken`: another page shows it now. */
export type TerminalEnd = CommandEnd | { broken: true } | { taken: true }

export interface TerminalObserver {
  /** Resolves once the bytes are shown. */
  onData(bytes: Uint8Array): Promise<void>
  onSession?(session: { id: string; shell: string; again: boolean }): void
  onEnd(end: TerminalEnd): void
}

export interface Size {
  cols: number
  rows: number
}

/** The server's codes: see `engine/lab/server/terminal-session.ts`. */
const TAKEN_OVER = 4001

/** A shell of this machine, with the lab at hand; or one that was left. */
export function connectShell(
  { cols, rows }: Size,
  { session: id, shell }: { session?: string; shell?: string },
  observer: TerminalObserver,
): TerminalConnection {
  const query = new URLSearchParams({
    ...{ cols: String(cols), rows: String(rows) },
    ...(id && { session: id }),
    ...(shell && { shell }),
  })
  let end: TerminalEnd | undefined
  const transport = openTransport(`${socketBase()}/lab/v1/terminal?${query}`, session.protocols, {
    onMessage(message) {
      // The lab holds the program back by this: no socket on the way fills with what would stand before the answer to a key.
      if (typeof message !== 'string')
        return observer.onData(message).then(() => command({ type: 'taken', bytes: message.length }))
      const notice = JSON.parse(message) as TerminalNotice
      if (notice.type === 'session') observer.onSession?.(notice)
      else end = notice.type === 'exit' ? { code: notice.code } : { message: notice.message }
    },
    onClose: code => observer.onEnd(end ?? (code === TAKEN_OVER ? { taken: true } : { broken: true })),
  })
  const command = (what: TerminalCommand) => transport.send(JSON.stringify(what))
  return {
    send: bytes => transport.send(bytes),
    resize: (cols, rows) => command({ type: 'resize', cols, rows }),
    leave: () => transport.close(),
    end: () => command({ type: 'end' }),
  }
}

export interface ContainerTarget {
  namespace: string
  pod: string
  container: string
  /** Start a shell in the container, or listen to and talk to what it runs. */
  how: 'exec' | 'attach'
  /** What the container has for those who attach: input, and a terminal. Without one input goes line by line. */
  streams?: Streams
}

export interface Streams {
  stdin: boolean
  tty: boolean
}

const ALL_STREAMS: Streams = { stdin: true, tty: true }

/** The best shell of an image, whichever it has. */
const BEST_SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh']

/** A command in a container, over the channels of Kubernetes. */
export function connectContainer(
  { cols, rows }: Size,
  { namespace, pod, container, how, streams: { stdin, tty } = ALL_STREAMS }: ContainerTarget,
  observer: TerminalObserver,
): TerminalConnection {
  const query = new URLSearchParams({
    ...(container && { container }),
    ...(stdin && { stdin: 'true' }),
    stdout: 'true',
    // A terminal has one stream for both.
    [tty ? 'tty' : 'stderr']: 'true',
  })
  if (how === 'exec') for (const word of BEST_SHELL) query.append('command', word)
  const path = `${connection.cluster}/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/${how}?${query}`
  let end: TerminalEnd | undefined
  const transport = openTransport(socketBase() + path, [CHANNEL_PROTOCOL, ...session.protocols], {
    onMessage(message) {
      const read = typeof message === 'string' ? undefined : readMessage(message)
      if (!read) return
      if ('output' in read) return observer.onData(tty ? read.output : withReturns(read.output))
      end = read.end
    },
    onClose(_code, _reason, opened) {
      if (end ?? opened) observer.onEnd(end ?? { broken: true })
      else void whyRefused(path).then(why => observer.onEnd(why ? { message: why } : { broken: true }))
    },
  })
  const resize = (cols: number, rows: number) => tty && transport.send(resizeMessage(cols, rows))
  const lines = new TypedLines({
    onEcho: text => void observer.onData(encoder.encode(text)),
    onLine: line => transport.send(stdinMessage(encoder.encode(line))),
    onEnd: () => transport.send(stdinEnd()),
  })
  resize(cols, rows)
  return {
    send(bytes) {
      if (!stdin) return
      if (tty) transport.send(stdinMessage(bytes))
      else lines.type(decoder.decode(bytes))
    },
    resize,
    leave: () => transport.close(),
    end: () => transport.close(),
  }
}

/** A WebSocket that is refused does not say why; the same path as a request does. */
async function whyRefused(path: string): Promise<string | undefined> {
  try {
    await request(path)
    return undefined
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === 0) return undefined
    return /upgrade/i.test(error.message) ? undefined : error.message
  }
}
