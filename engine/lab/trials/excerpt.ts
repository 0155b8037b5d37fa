import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'

/** What is read of one answer; the rest is left. */
const MAX_BYTES = 256 * 1024
const MAX_EXCERPT_CHARS = 1_024
/** A server that greets does so at once; most wait for the client. */
const GREETING_MS = 250

export interface Excerpt {
  bytes: number
  excerpt: string
}

/** Reads an answer to its end, or as far as is read of any. Rejects if it breaks off. */
export function readExcerpt(response: IncomingMessage): Promise<Excerpt> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const done = () => resolve({ bytes, excerpt: textOf(chunks) })
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      chunks.push(chunk)
      if (bytes <= MAX_BYTES) return
      done()
      response.destroy()
    })
    response.on('end', done)
    response.on('error', reject)
    response.on('close', () => reject(new Error('the answer broke off')))
  })
}

/** What a server says first, if it speaks first; it hears nothing. Rejects if the connection breaks. */
export function untilGreeting(socket: Socket, clock: Clock, signal: AbortSignal): Promise<Excerpt> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      timer.cancel()
      signal.removeEventListener('abort', aborted)
      act()
    }
    const done = (chunks: Buffer[]) => settle(() => resolve({ bytes: chunks[0]?.length ?? 0, excerpt: textOf(chunks) }))
    const aborted = () => settle(() => reject(signal.reason as Error))
    const timer = clock.after(GREETING_MS, () => done([]))
    signal.addEventListener('abort', aborted, { once: true })
    socket.once('data', (chunk: Buffer) => done([chunk]))
    socket.once('end', () => done([]))
    socket.once('error', error => settle(() => reject(error)))
  })
}

function textOf(chunks: Buffer[]): string {
  const text = Buffer.concat(chunks).toString('utf8', 0, MAX_EXCERPT_CHARS * 4)
  return text.slice(0, MAX_EXCERPT_CHARS).toWellFormed()
}
