import type { StreamAnswer, StreamRequest } from '../../../engine/lab/contract.ts'

/** An answer that goes on: its status, and its text as it comes. */
export interface TextStream {
  status: number
  /** Ends with the answer. @throws Error if the connection breaks */
  text: AsyncIterable<string>
}

/** As much of a WebSocket as is used. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

interface Reader {
  began(status: number): void
  add(data: string, bytes: number): void
  ended(error: Error | undefined): void
}

const OPEN = 1
/** So much is taken before the lab hears of it, which is far less than what it sends without hearing anything. */
const TOLD_BYTES = 32 << 10

/**
 * Any number of streams over one WebSocket to the lab server, which is opened with the first of them and again after a break. What a
 * reader has not taken yet stays with the server: nothing piles up here.
 */
export class StreamClient {
  readonly #connect: () => Socket
  readonly #readers = new Map<number, Reader>()
  #socket: Socket | undefined
  #waiting: string[] = []
  #id = 0

  constructor(connect: () => Socket) {
    this.#connect = connect
  }

  /** Opens a path of the lab server, such as `/cluster/api/v1/pods?watch=true`, until the signal aborts. */
  open(path: string, accept: string, signal: AbortSignal): Promise<TextStream> {
    if (signal.aborted) return Promise.reject(signal.reason as Error)
    const id = ++this.#id
    const text = new Pieces(bytes => this.#send({ op: 'taken', id, bytes }))
    return new Promise((resolve, reject) => {
      const aborted = () => {
        if (this.#readers.delete(id)) this.#send({ op: 'close', id })
        text.end(signal.reason as Error)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', aborted, { once: true })
      this.#readers.set(id, {
        began: status => resolve({ status, text }),
        add: (data, bytes) => text.add(data, bytes),
        ended: error => {
          signal.removeEventListener('abort', aborted)
          text.end(error)
          reject(error ?? new Error('the lab gave no answer'))
        },
      })
      this.#send({ op: 'open', id, path, accept })
    })
  }

  #send(request: StreamRequest): void {
    const socket = this.#open()
    if (socket.readyState === OPEN) socket.send(JSON.stringify(request))
    else this.#waiting.push(JSON.stringify(request))
  }

  #open(): Socket {
    if (this.#socket) return this.#socket
    const socket = this.#connect()
    this.#socket = socket
    socket.addEventListener('open', () => {
      for (const text of this.#waiting.splice(0)) socket.send(text)
    })
    socket.addEventListener('message', ({ data }) => this.#hear(JSON.parse(String(data)) as StreamAnswer))
    socket.addEventListener('close', () => {
      this.#socket = undefined
      this.#waiting = []
      const readers = [...this.#readers.values()]
      this.#readers.clear()
      for (const reader of readers) reader.ended(new Error('The connection to the lab broke.'))
    })
    return socket
  }

  #hear(answer: StreamAnswer): void {
    const reader = this.#readers.get(answer.id)
    if (!reader) return // closed here while it was under way
    if ('status' in answer) reader.began(answer.status)
    else if ('data' in answer) reader.add(answer.data, answer.bytes)
    else {
      this.#readers.delete(answer.id)
      reader.ended(answer.error === undefined ? undefined : new Error(answer.error))
    }
  }
}

/** Pieces of text between who brings them and the one who reads; `taken` is told from time to time how much was read. */
class Pieces implements AsyncIterable<string> {
  readonly #taken: (bytes: number) => void
  #queue: { data: string; bytes: number }[] = []
  #untold = 0
  #end: { error: Error | undefined } | undefined
  #wake: (() => void) | undefined

  constructor(taken: (bytes: number) => void) {
    this.#taken = taken
  }

  add(data: string, bytes: number): void {
    this.#queue.push({ data, bytes })
    this.#wake?.()
  }

  end(error: Error | undefined): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      const all = this.#queue
      this.#queue = []
      if (all.length) {
        this.#untold += all.reduce((sum, piece) => sum + piece.bytes, 0)
        if (!this.#end && this.#untold >= TOLD_BYTES) {
          this.#taken(this.#untold)
          this.#untold = 0
        }
        yield all.map(piece => piece.data).join('')
      } else if (this.#end) {
        if (this.#end.error) throw this.#end.error
        return
      } else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }
}
