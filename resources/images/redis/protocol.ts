/** RESP2 (redis.io/docs/reference/protocol-spec): what is said, in both directions. */

/** An error that goes over the wire; the first word is its kind. */
export class ReplyError extends Error {}

/** A short text without quotes, such as OK. */
export class SimpleString {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Reply = SimpleString | ReplyError | string | number | null | Reply[]

export const OK = new SimpleString('OK')

/** The bytes of a reply. Texts are Latin-1 strings, so that any bytes survive. */
export function encode(reply: Reply): string {
  if (reply instanceof SimpleString) return `+${reply.text}\r\n`
  if (reply instanceof ReplyError) return `-${reply.message}\r\n`
  if (typeof reply === 'number') return `:${reply}\r\n`
  if (reply === null) return '$-1\r\n'
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`
  return `*${reply.length}\r\n${reply.map(encode).join('')}`
}

const MAX_BUFFER = 64 << 20

/** Cuts a stream of bytes into what was said. @throws ReplyError if it is not the protocol */
export class Parser {
  #buffer = ''

  /** Gives all that is complete now. */
  push(piece: Buffer): Reply[] {
    this.#buffer += piece.toString('latin1')
    if (this.#buffer.length > MAX_BUFFER) throw new ReplyError('ERR Protocol error: too big')
    const replies: Reply[] = []
    let at = 0
    for (;;) {
      const read = this.#read(at)
      if (!read) break
      if (read.value !== undefined) replies.push(read.value)
      at = read.end
    }
    this.#buffer = this.#buffer.slice(at)
    return replies
  }

  #read(at: number): { value: Reply | undefined; end: number } | undefined {
    const eol = this.#buffer.indexOf('\n', at)
    if (eol < 0) return undefined
    const line = this.#buffer.slice(at, eol).replace(/\r$/, '')
    const rest = line.slice(1)
    const next = eol + 1
    switch (line[0]) {
      case '+':
        return { value: new SimpleString(rest), end: next }
      case '-':
        return { value: new ReplyError(rest), end: next }
      case ':':
        return { value: Number(rest), end: next }
      case '$': {
        const length = count(rest, 'bulk')
        if (length < 0) return { value: null, end: next }
        if (this.#buffer.length < next + length + 2) return undefined
        return { value: this.#buffer.slice(next, next + length), end: next + length + 2 }
      }
      case '*': {
        const items: Reply[] = []
        let end = next
        for (let left = count(rest, 'multibulk'); left > 0; left--) {
          const item = this.#read(end)
          if (!item) return undefined
          items.push(item.value ?? null)
          end = item.end
        }
        return { value: items, end }
      }
      default: {
        // A line as a person types it into a terminal.
        const words = line.trim().split(/\s+/).filter(Boolean)
        return { value: words.length ? words : undefined, end: next }
      }
    }
  }
}

function count(text: string, what: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < -1 || number > MAX_BUFFER)
    throw new ReplyError(`ERR Protocol error: invalid ${what} length`)
  return number
}
