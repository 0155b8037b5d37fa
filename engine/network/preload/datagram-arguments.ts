/** What `send` of a datagram socket was asked for. */
export interface SendRequest {
  payload: Buffer
  /** Absent on a connected socket. */
  port?: number
  host?: string
  done?: (error: Error | null, bytes?: number) => void
}

/**
 * Reads `send(message[, offset, length][, port][, address][, done])` as Node's dgram does.
 * @throws TypeError, RangeError with Node's codes
 */
export function readSend(args: unknown[], connected: boolean): SendRequest {
  const [message] = args
  const hasRange = connected
    ? typeof args[2] === 'number'
    : Boolean(args[4] || (args[3] && typeof args[3] !== 'function'))
  const whole = bytesOf(message)
  const payload = hasRange ? cut(whole, args[1], args[2]) : whole
  const rest = args.slice(hasRange ? 3 : 1)
  const done = rest.find(a => typeof a === 'function') as SendRequest['done']
  if (connected) return { payload, done }
  const [port, host] = rest
  if (host !== undefined && host !== null && typeof host !== 'function' && typeof host !== 'string')
    throw invalid('TypeError', 'ERR_INVALID_ARG_TYPE', 'The "address" argument must be of type string')
  return { payload, port: portOf(port), host: typeof host === 'string' && host ? host : undefined, done }
}

/** A text, a view, or a list of these. */
function bytesOf(message: unknown): Buffer {
  if (Array.isArray(message)) return Buffer.concat(message.map(bytesOf))
  if (typeof message === 'string') return Buffer.from(message)
  if (ArrayBuffer.isView(message)) {
    // What the program does with its bytes after the call is its own.
    return Buffer.from(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
  }
  throw invalid(
    'TypeError',
    'ERR_INVALID_ARG_TYPE',
    'The "buffer" argument must be of type string or an instance of Buffer, TypedArray, or DataView, or a list of these',
  )
}

function cut(whole: Buffer, offset: unknown, length: unknown): Buffer {
  const [from, count] = [Number(offset), Number(length)]
  if (!(from >= 0 && from <= whole.length))
    throw invalid('RangeError', 'ERR_BUFFER_OUT_OF_BOUNDS', '"offset" is outside of buffer bounds')
  if (!(count >= 0 && from + count <= whole.length))
    throw invalid('RangeError', 'ERR_BUFFER_OUT_OF_BOUNDS', '"length" is outside of buffer bounds')
  return whole.subarray(from, from + count)
}

function portOf(port: unknown): number {
  const number = typeof port === 'number' || (typeof port === 'string' && port.trim()) ? Number(port) : NaN
  if (Number.isInteger(number) && number > 0 && number <= 65_535) return number
  throw invalid('RangeError', 'ERR_SOCKET_BAD_PORT', `Port should be > 0 and < 65536. Received ${String(port)}.`)
}

function invalid(kind: 'TypeError' | 'RangeError', code: string, message: string): Error {
  const error = kind === 'TypeError' ? new TypeError(message) : new RangeError(message)
  return Object.assign(error, { code })
}
