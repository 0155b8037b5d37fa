import { connect, type Socket } from 'node:net'
import { PROOF_HEADER, type Peers } from './peers.ts'
import { isRouteErrorCode, RouteError } from './route-error.ts'

const CONNECT_TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 8192

/** Header in which one node's gateway tells another on whose behalf it asks: the address of the caller. */
export const SOURCE_HEADER = 'kubarium-source'
/** Header of a refusal: its error code, such as `ECONNREFUSED`. */
export const ERROR_HEADER = 'kubarium-error'

/** Header by which the lab's host asks in the name of a node (`node`) or of a pod that is there (`pod IP`). */
export const CALLER_HEADER = 'kubarium-caller'
/** Header of a CONNECT that wants to know where the connection went, and of the answer that says it (`ip:port`). */
export const ENDPOINT_HEADER = 'kubarium-endpoint'

/**
 * Connects to a port on loopback, from a certain loopback address if one is given.
 * @throws RouteError; the system's own error if that address is not to be had.
 */
export function dialLoopback(port: number, signal?: AbortSignal, localAddress?: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, allowHalfOpen: true })
    const settle = (act: () => void) => {
      socket.setTimeout(0)
      // A later timeout is that of whoever gets the connection, and not a reason to end it here.
      socket.off('timeout', late)
      socket.off('error', failed)
      signal?.removeEventListener('abort', aborted)
      act()
    }
    const failed = (error: NodeJS.ErrnoException) =>
      settle(() => {
        socket.destroy()
        if (localAddress && (error.code === 'EADDRNOTAVAIL' || error.code === 'EADDRINUSE')) return reject(error)
        const code = isRouteErrorCode(error.code) ? error.code : 'ECONNREFUSED'
        reject(new RouteError(code, code === 'ECONNREFUSED' ? 'connection refused' : error.message))
      })
    const aborted = () => {
      socket.on('error', () => socket.destroy())
      socket.destroy()
      settle(() => reject(signal!.reason as Error))
    }
    socket.once('connect', () => settle(() => resolve(socket)))
    socket.on('error', failed)
    const late = () => socket.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' }))
    socket.setTimeout(CONNECT_TIMEOUT_MS, late)
    signal?.addEventListener('abort', aborted, { once: true })
  })
}

/** Header of a gateway that asks for a port instead of a connection, and of the answer that names one. */
export const DIRECT_HEADER = 'kubarium-direct'

/** What one gateway asks of another. */
export interface GatewayCall {
  /** Where the other one listens. */
  gatewayPort: number
  /** One of its addresses, `ip:port`. */
  target: string
  /** The address of who calls. */
  source: string
  /** The caller can connect on loopback by itself. */
  direct: boolean
}

/**
 * Asks the gateway of another node to connect to one of its addresses, or to say at which port on loopback that is.
 * @throws RouteError with the code that the other side gave; EHOSTUNREACH if the gateway itself does not answer.
 */
export async function dialThroughGateway(
  { gatewayPort, target, source, direct }: GatewayCall,
  peers: Peers,
  signal?: AbortSignal,
): Promise<{ socket: Socket } | { realPort: number }> {
  const proof = peers.prove(gatewayPort, 'source', target, source)
  const socket = await dialLoopback(gatewayPort, signal).catch(error => {
    if (!(error instanceof RouteError)) throw error
    throw new RouteError('EHOSTUNREACH', `the node of ${target} does not answer`)
  })
  try {
    const asked = direct ? [`${DIRECT_HEADER}: yes`] : []
    const headers = [`${SOURCE_HEADER}: ${source}`, `${PROOF_HEADER}: ${proof}`, ...asked]
    const head = await connectRequest(socket, target, headers, signal)
    const realPort = Number(new RegExp(`^${DIRECT_HEADER}: *(\\d+)`, 'im').exec(head)?.[1])
    if (!realPort) return { socket }
    socket.on('error', () => undefined)
    socket.destroy()
    return { realPort }
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  }
}

/** Gives the head of the answer, once that is good. */
function connectRequest(
  socket: Socket,
  target: string,
  headers: string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const settle = (act: () => void) => {
      socket.setTimeout(0)
      socket.off('timeout', broken)
      socket.off('readable', read)
      socket.off('error', broken)
      socket.off('close', broken)
      signal?.removeEventListener('abort', aborted)
      act()
    }
    const broken = () => settle(() => reject(new RouteError('EHOSTUNREACH', `the node of ${target} broke off`)))
    const aborted = () => settle(() => reject(signal!.reason as Error))
    const read = () => {
      const chunk = socket.read() as Buffer | null
      if (!chunk) return
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0 && answer.length <= MAX_ANSWER_BYTES) return
      if (end < 0) return broken()
      const head = answer.toString('latin1', 0, end)
      settle(() => {
        if (!/^HTTP\/1\.[01] 2/.test(head)) return reject(refusalOf(head, target))
        if (answer.length > end + 4) socket.unshift(answer.subarray(end + 4))
        resolve(head)
      })
    }
    // Not by `data`: to stop that is to pause the connection, and who gets it would have to know.
    socket.on('readable', read)
    socket.on('error', broken)
    socket.on('close', broken)
    socket.setTimeout(CONNECT_TIMEOUT_MS * 2, broken)
    signal?.addEventListener('abort', aborted, { once: true })
    socket.write([`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, ...headers, '', ''].join('\r\n'))
  })
}

function refusalOf(head: string, target: string): RouteError {
  const code = new RegExp(`^${ERROR_HEADER}: *(\\w+)`, 'im').exec(head)?.[1]
  return new RouteError(isRouteErrorCode(code) ? code : 'ECONNREFUSED', `${target}: refused by its node`)
}

/** Joins two connections until both directions have ended. Nothing is looked at on the way. */
export function joinSockets(a: Socket, b: Socket): void {
  a.on('error', () => b.destroy())
  b.on('error', () => a.destroy())
  // After two orderly ends each side still has to send what it holds; any other close ends both.
  const closed = (other: Socket) => () => {
    if (!a.readableEnded || !b.readableEnded) other.destroy()
  }
  a.once('close', closed(b))
  b.once('close', closed(a))
  if (a.destroyed || b.destroyed) {
    a.destroy()
    b.destroy()
    return
  }
  a.pipe(b)
  b.pipe(a)
}
