/** The channels of v5.channel.k8s.io: the first byte of each message names one. */
export const CHANNEL_PROTOCOL = 'v5.channel.k8s.io'
const STDIN = 0
const STDOUT = 1
const STDERR = 2
const STATUS = 3
const RESIZE = 4
/** Says of the channel that its second byte names that nothing more comes on it. */
const CLOSE = 255

/** How a command ended: with an exit code, or not as one would wish. */
export type CommandEnd = { code: number } | { message: string }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function stdinMessage(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return onChannel(STDIN, bytes)
}

/** Says that there is no more input. */
export function stdinEnd(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(CLOSE, STDIN)
}

export function resizeMessage(cols: number, rows: number): Uint8Array<ArrayBuffer> {
  return onChannel(RESIZE, encoder.encode(JSON.stringify({ Width: cols, Height: rows })))
}

/** What a message brings: output, the end, or nothing that concerns a terminal. */
export function readMessage(message: Uint8Array): { output: Uint8Array } | { end: CommandEnd } | undefined {
  if (message.length < 2) return undefined // the empty one says that the command has begun
  const payload = message.subarray(1)
  if (message[0] === STDOUT || message[0] === STDERR) return { output: payload }
  return message[0] === STATUS ? { end: readStatus(decoder.decode(payload)) } : undefined
}

/** Reads the `Status` with which a command ends. */
export function readStatus(text: string): CommandEnd {
  let status: {
    status?: string
    message?: string
    details?: { causes?: { reason?: string; message?: string }[] }
  } | null
  try {
    status = JSON.parse(text) as typeof status
  } catch {
    return { message: text }
  }
  if (status?.status === 'Success') return { code: 0 }
  const code = Number(status?.details?.causes?.find(cause => cause.reason === 'ExitCode')?.message ?? NaN)
  return Number.isInteger(code) ? { code } : { message: status?.message ?? text }
}

function onChannel(channel: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(payload.length + 1)
  message[0] = channel
  message.set(payload, 1)
  return message
}
