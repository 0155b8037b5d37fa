export type Message = Uint8Array<ArrayBuffer> | string

export interface TransportObserver {
  /** Resolves once the message is done with. Where the browser can wait, little more is read before. */
  onMessage(message: Message): Promise<void> | void
  /** `opened`: whether it ever was open. */
  onClose(code: number, reason: string, opened: boolean): void
}

/** A WebSocket of which no more is taken than is shown. */
export interface Transport {
  send(message: Message): void
  close(): void
}

/** Of the WebSocketStream API, which Chromium has: a WebSocket that can be read at the reader's pace. */
interface SocketStream {
  opened: Promise<{ readable: ReadableStream<ArrayBuffer | string>; writable: WritableStream<Message> }>
  closed: Promise<{ closeCode?: number; reason?: string }>
  close(): void
}
type SocketStreamClass = new (url: string, options: { protocols: string[] }) => SocketStream

/** So many bytes may be read and not yet done with. */
const ROOM = 64 << 10
/** Where a browser cannot wait, so many bytes that are not shown end the connection rather than the browser. */
const MOST_PENDING = 64 << 20
const BROKEN = 1006

/** With WebSocketStream a program that floods the terminal is held back by the terminal itself. */
export function openTransport(url: string, protocols: string[], observer: TransportObserver): Transport {
  const Stream = (globalThis as { WebSocketStream?: SocketStreamClass }).WebSocketStream
  return Stream ? pulled(new Stream(url, { protocols }), observer) : pushed(new WebSocket(url, protocols), observer)
}

function pulled(stream: SocketStream, observer: TransportObserver): Transport {
  let writer: WritableStreamDefaultWriter<Message> | undefined
  let waiting: Message[] = []
  const write = (message: Message) => void writer?.write(message).catch(() => stream.close())
  const run = async () => {
    const { readable, writable } = await stream.opened
    writer = writable.getWriter()
    for (const message of waiting) write(message)
    waiting = []
    let pending = 0
    let roomAgain: (() => void) | undefined
    for await (const chunk of readable as unknown as AsyncIterable<ArrayBuffer | string>) {
      const size = sizeOf(chunk)
      pending += size
      void Promise.resolve(observer.onMessage(typeof chunk === 'string' ? chunk : new Uint8Array(chunk))).then(() => {
        pending -= size
        roomAgain?.()
      })
      if (pending > ROOM) await new Promise<void>(resolve => (roomAgain = resolve))
    }
    const { closeCode = 1005, reason = '' } = await stream.closed
    observer.onClose(closeCode, reason, true)
  }
  run().catch(() => observer.onClose(BROKEN, '', writer !== undefined))
  return {
    send: message => (writer ? write(message) : void waiting.push(message)),
    close: () => {
      // Before it is open there is nothing to close yet, and that must not be an error.
      stream.opened.then(
        () => stream.close(),
        () => undefined,
      )
    },
  }
}

function pushed(socket: WebSocket, observer: TransportObserver): Transport {
  socket.binaryType = 'arraybuffer'
  let pending = 0
  let opened = false
  let waiting: Message[] = []
  socket.onopen = () => {
    opened = true
    for (const message of waiting) socket.send(message)
    waiting = []
  }
  socket.onmessage = async ({ data }: MessageEvent<ArrayBuffer | string>) => {
    const size = sizeOf(data)
    pending += size
    if (pending > MOST_PENDING) socket.close(4000, 'too much output at once')
    await observer.onMessage(typeof data === 'string' ? data : new Uint8Array(data))
    pending -= size
  }
  socket.onclose = event => observer.onClose(event.code, event.reason, opened)
  return {
    send: message => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message)
      else if (socket.readyState === WebSocket.CONNECTING) waiting.push(message)
    },
    close: () => socket.close(),
  }
}

const sizeOf = (data: ArrayBuffer | string) => (typeof data === 'string' ? data.length : data.byteLength)
