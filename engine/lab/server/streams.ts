import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Disposable } from '../../base/disposable.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { StreamAnswer, StreamRequest } from '../contract.ts'

/** An answer that is read as it comes. */
export type StreamedAnswer = Readable & { statusCode?: number }

/** Asks for a path, as `GET`; what it gives ends when the signal aborts. Rejects if nobody answers. */
export type OpenUpstream = (path: string, accept: string, signal: AbortSignal) => Promise<StreamedAnswer>

/** So much of a stream may be under way to a page that has not said that it took it. */
const WINDOW_BYTES = 256 << 10
const MAX_STREAMS = 512
const MAX_MESSAGE_BYTES = 64 << 10

interface Stream {
  controller: AbortController
  answer?: StreamedAnswer
  /** Bytes that were sent and not yet taken. */
  pending: number
}

/**
 * Many answers that go on for long, such as watches and followed logs, over one WebSocket: a browser opens six connections to a
 * server, and a page looks at more than that. Each stream has a window of its own, so that one that is not read holds up neither
 * the others nor memory.
 */
export class StreamServer implements Disposable {
  readonly #openUpstream: OpenUpstream
  readonly #log: Logger
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })

  constructor(openUpstream: OpenUpstream, log: Logger) {
    this.#openUpstream = openUpstream
    this.#log = log
  }

  serve(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, client => this.#attach(client))
  }

  dispose(): void {
    for (const client of this.#sockets.clients) client.terminate()
  }

  #attach(client: WebSocket): void {
    const streams = new Map<number, Stream>()
    const tell = (answer: StreamAnswer) => client.send(JSON.stringify(answer))
    const end = (id: number, error?: string) => {
      if (streams.delete(id)) tell({ id, end: true, ...(error === undefined ? {} : { error }) })
    }
    const open = (id: number, path: string, accept: string) => {
      const stream: Stream = { controller: new AbortController(), pending: 0 }
      streams.set(id, stream)
      const { signal } = stream.controller
      this.#openUpstream(path, accept, signal).then(
        answer => {
          if (signal.aborted) return void answer.destroy()
          stream.answer = answer
          tell({ id, status: answer.statusCode ?? 502 })
          const decoder = new StringDecoder('utf8')
          answer.on('data', (chunk: Buffer) => {
            stream.pending += chunk.length
            if (stream.pending > WINDOW_BYTES) answer.pause()
            tell({ id, data: decoder.write(chunk), bytes: chunk.length })
          })
          answer.once('end', () => end(id))
          answer.once('error', error => end(id, error.message))
          answer.once('close', () => end(id, 'the connection broke'))
        },
        (error: unknown) => end(id, messageOf(error)),
      )
    }
    client.on('message', (data, isBinary) => {
      const request = isBinary ? undefined : parse((data as Buffer).toString('utf8'))
      if (!request) return client.close(1008, 'that is no request for a stream')
      const stream = streams.get(request.id)
      if (request.op === 'open') {
        if (stream || streams.size >= MAX_STREAMS) return client.close(1008, 'too many streams, or one twice')
        open(request.id, request.path, request.accept)
      } else if (request.op === 'close') {
        streams.delete(request.id)
        stream?.controller.abort()
      } else if (stream) {
        stream.pending -= request.bytes
        if (stream.pending <= WINDOW_BYTES) stream.answer?.resume()
      }
    })
    client.on('error', error => {
      this.#log.debug('a page of streams broke off', { error: error.message })
      client.terminate()
    })
    client.on('close', () => {
      const all = [...streams.values()]
      streams.clear()
      for (const { controller } of all) controller.abort()
    })
  }
}

function parse(text: string): StreamRequest | undefined {
  let request: Partial<Record<string, unknown>>
  try {
    request = JSON.parse(text) as typeof request
  } catch {
    return undefined
  }
  const { op, id, path, accept, bytes } = request ?? {}
  if (!Number.isSafeInteger(id)) return undefined
  if (op === 'open') return typeof path === 'string' && typeof accept === 'string' ? (request as never) : undefined
  if (op === 'taken') return Number.isSafeInteger(bytes) && (bytes as number) > 0 ? (request as never) : undefined
  return op === 'close' ? (request as never) : undefined
}
