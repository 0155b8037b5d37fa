import { session } from '../lab/session.svelte.ts'
import { socketBase } from '../shell/desktop.ts'

/** A shell on the lab's side, as bytes in both directions. */
export interface ShellConnection {
  send(bytes: Uint8Array): void
  resize(cols: number, rows: number): void
  close(): void
}

export interface ShellObserver {
  /** Resolves once the bytes are shown; nothing more is read before that, where the browser can wait. */
  onData(bytes: Uint8Array | string): Promise<void>
  onClose(reason: string): void
}

/** Of the WebSocketStream API, which Chromium has: a WebSocket that can be read at the reader's pace. */
interface SocketStream {
  opened: Promise<{ readable: ReadableStream<ArrayBuffer | string>; writable: WritableStream<Uint8Array | string> }>
  closed: Promise<{ closeCode?: number; reason?: string }>
  close(): void
}

/** Where a browser cannot wait, so many unshown bytes end the connection rather than the browser. */
const MOST_PENDING = 64 << 20

/** Opens a shell. With WebSocketStream a program that floods the terminal is held back by the terminal itself. */
export function connectShell(cols: number, rows: number, observer: ShellObserver): ShellConnection {
  const url = `${socketBase()}/lab/v1/terminal?cols=${cols}&rows=${rows}`
  const Stream = (
    globalThis as { WebSocketStream?: new (url: string, options: { protocols: string[] }) => SocketStream }
  ).WebSocketStream
  const { protocols } = session
  return Stream ? pulled(new Stream(url, { protocols }), observer) : pushed(new WebSocket(url, protocols), observer)
}

function pulled(stream: SocketStream, observer: ShellObserver): ShellConnection {
  let writer: WritableStreamDefaultWriter<Uint8Array | string> | undefined
  const write = (data: Uint8Array | string) => void writer?.write(data).catch(() => stream.close())
  const run = async () => {
    const { readable, writable } = await stream.opened
    writer = writable.getWriter()
    for await (const chunk of readable as unknown as AsyncIterable<ArrayBuffer | string>) {
      await observer.onData(typeof chunk === 'string' ? chunk : new Uint8Array(chunk))
    }
    observer.onClose((await stream.closed).reason ?? '')
  }
  run().catch(() => observer.onClose('The connection to the lab broke.'))
  return { send: write, resize: (c, r) => write(resizeMessage(c, r)), close: () => stream.close() }
}

function pushed(socket: WebSocket, observer: ShellObserver): ShellConnection {
  socket.binaryType = 'arraybuffer'
  let pending = 0
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => {
    const size = typeof data === 'string' ? data.length : data.byteLength
    pending += size
    void observer.onData(typeof data === 'string' ? data : new Uint8Array(data)).then(() => (pending -= size))
    if (pending > MOST_PENDING) socket.close(4000, 'too much output at once')
  }
  socket.onclose = event =>
    observer.onClose(event.reason || (event.code === 1006 ? 'The connection to the lab broke.' : ''))
  const send = (data: Uint8Array | string) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(data as string)
  }
  return { send, resize: (c, r) => send(resizeMessage(c, r)), close: () => socket.close() }
}

function resizeMessage(cols: number, rows: number): string {
  return JSON.stringify({ type: 'resize', cols, rows })
}
