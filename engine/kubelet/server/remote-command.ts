import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable, Writable } from 'node:stream'
import { acceptSpdy } from './remote-command-spdy.ts'
import { acceptWebSocket } from './remote-command-websocket.ts'

/** The streams of one exec or attach, whichever protocol carries them. */
export interface RemoteSession {
  stdin: Readable | undefined
  stdout: Writable | undefined
  stderr: Writable | undefined
  onResize(listener: (cols: number, rows: number) => void): void
  /** The client has gone, or the session was finished. */
  onClose(listener: () => void): void
  /** Sends the final Status and closes. Later calls do nothing. */
  finish(status: FinalStatus): void
}

/** How a command ended, as a Status of the API. */
export interface FinalStatus {
  status: string
  message?: string
}

/** The streams that the client asked for. */
export interface WantedStreams {
  stdin: boolean
  stdout: boolean
  stderr: boolean
  tty: boolean
}

/**
 * Accepts an exec or attach over WebSocket or SPDY/3.1 and hands its streams on once all of them are there.
 * @throws HttpError if the client speaks no protocol that is known here, or asks for no stream
 */
export function acceptRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  query: URLSearchParams,
  onSession: (session: RemoteSession) => void,
): void {
  const flag = (...names: string[]) => names.some(n => query.get(n) === 'true' || query.get(n) === '1')
  const tty = flag('tty')
  const wanted: WantedStreams = {
    stdin: flag('stdin', 'input'),
    stdout: flag('stdout', 'output'),
    stderr: flag('stderr', 'error') && !tty,
    tty,
  }
  const accept = request.headers.upgrade?.toLowerCase() === 'websocket' ? acceptWebSocket : acceptSpdy
  accept(request, socket, head, wanted, onSession)
}

/** Reads a terminal's size; what cannot be read, or is no size, changes nothing. */
export function applyResize(payload: Buffer, resize: (cols: number, rows: number) => void): void {
  let size: { Width?: unknown; Height?: unknown } | null
  try {
    size = JSON.parse(payload.toString('utf8')) as typeof size
  } catch {
    return // no JSON, no size
  }
  const isLength = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_TERMINAL
  if (isLength(size?.Width) && isLength(size.Height)) resize(size.Width, size.Height)
}

/** Terminals count rows and columns in 16 bits. */
const MAX_TERMINAL = 0xffff
