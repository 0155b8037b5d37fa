import type { Socket } from 'node:net'
import { deadline } from './deadline.ts'
import { joinSockets } from './dial.ts'
import { identify, PATIENCE_MS, type GatewayParts } from './gateway.ts'
import { RouteError, type RouteErrorCode } from './route-error.ts'

const NO_AUTH = 0
const PASSWORD = 2
const NONE_FITS = 0xff
/** The longest handshake is a password sub-negotiation and a host name of 255 bytes each. */
const MAX_HANDSHAKE_BYTES = 1024

/** Reply codes of RFC 1928. */
const REPLIES: Record<RouteErrorCode, number> = {
  EACCES: 2,
  ENETUNREACH: 3,
  EHOSTUNREACH: 4,
  ENOTFOUND: 4,
  ECONNREFUSED: 5,
  ETIMEDOUT: 6,
}
const COMMAND_NOT_SUPPORTED = 7
const ADDRESS_NOT_SUPPORTED = 8
const GENERAL_FAILURE = 1

/** Serves one SOCKS5 client (RFC 1928, RFC 1929): CONNECT to names and addresses, with a pod's token as the password. */
export async function serveSocks(socket: Socket, first: Buffer, parts: GatewayParts): Promise<void> {
  const input = new Reader(socket, first)
  const asked = deadline(socket, parts.patienceMs ?? PATIENCE_MS)
  try {
    const [, count] = await input.take(2)
    const methods = [...(await input.take(count!))]
    const method = methods.includes(PASSWORD) ? PASSWORD : methods.includes(NO_AUTH) ? NO_AUTH : NONE_FITS
    socket.write(Buffer.from([5, method]))
    if (method === NONE_FITS) return void socket.end()
    const token = method === PASSWORD ? await readPassword(input) : undefined
    const source = identify(token || undefined, undefined, undefined, parts.ports)
    if (method === PASSWORD) socket.write(Buffer.from([1, source ? 0 : 1]))
    if (!source) return void socket.end()
    const [, command, , kind] = await input.take(4)
    const host = await readHost(input, kind!)
    if (host === undefined) return void socket.end(reply(ADDRESS_NOT_SUPPORTED))
    const port = (await input.take(2)).readUInt16BE()
    if (command !== 1) return void socket.end(reply(COMMAND_NOT_SUPPORTED))
    asked()
    const gone = new AbortController()
    const onClose = () => gone.abort(new Error('the client is gone'))
    socket.once('close', onClose)
    const route = await parts.router.open(host, port, source, gone.signal)
    socket.off('close', onClose)
    if (socket.destroyed) return void route.socket.destroy()
    socket.write(reply(0))
    input.release(route.socket)
    joinSockets(socket, route.socket)
  } catch (error) {
    if (socket.destroyed) return
    socket.end(reply(error instanceof RouteError ? REPLIES[error.code] : GENERAL_FAILURE))
  }
}

async function readPassword(input: Reader): Promise<string> {
  const [, userLength] = await input.take(2)
  await input.take(userLength!)
  const [length] = await input.take(1)
  return (await input.take(length!)).toString('utf8')
}

async function readHost(input: Reader, kind: number): Promise<string | undefined> {
  if (kind === 1) return [...(await input.take(4))].join('.')
  if (kind === 3) {
    const [length] = await input.take(1)
    return (await input.take(length!)).toString('latin1')
  }
  if (kind !== 4) return undefined
  const bytes = await input.take(16)
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16)).join(':')
}

function reply(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

/** Reads a handshake in pieces of known length. */
class Reader {
  readonly #socket: Socket
  #seen: Buffer
  #want: { bytes: number; resolve(bytes: Buffer): void; reject(error: Error): void } | undefined
  readonly #onData = (chunk: Buffer) => {
    this.#seen = Buffer.concat([this.#seen, chunk])
    if (this.#seen.length > MAX_HANDSHAKE_BYTES) {
      if (this.#want) return void this.#socket.destroy()
      // It sends already, while the connection is still being opened.
      this.#socket.pause()
    }
    this.#serve()
  }
  readonly #onEnd = () => {
    this.#want?.reject(new Error('the client broke off'))
    this.#socket.destroy()
  }

  constructor(socket: Socket, seen: Buffer) {
    this.#socket = socket
    this.#seen = seen
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('close', this.#onEnd)
    socket.resume()
  }

  take(bytes: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#want = { bytes, resolve, reject }
      this.#serve()
    })
  }

  /** Gives the stream back; what was read too much goes to `next`. */
  release(next: Socket): void {
    this.#socket.off('data', this.#onData)
    this.#socket.off('end', this.#onEnd)
    this.#socket.off('close', this.#onEnd)
    this.#socket.pause()
    if (this.#seen.length) next.write(this.#seen)
  }

  #serve(): void {
    const want = this.#want
    if (!want || this.#seen.length < want.bytes) return
    this.#want = undefined
    const bytes = this.#seen.subarray(0, want.bytes)
    this.#seen = this.#seen.subarray(want.bytes)
    want.resolve(bytes)
  }
}
