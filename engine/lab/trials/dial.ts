import type { Socket } from 'node:net'
import { CALLER_HEADER, dialLoopback, ENDPOINT_HEADER, ERROR_HEADER } from '../../network/proxy/dial.ts'
import { PROOF_HEADER, type Peers } from '../../network/proxy/peers.ts'
import { isRouteErrorCode, RouteError } from '../../network/proxy/route-error.ts'
import type { TrialPlace } from '../contract.ts'
import type { WorkerProxy } from '../edge.ts'

export interface Link {
  socket: Socket
  /** Where the proxy led it (`ip:port`). */
  endpoint: string | undefined
}

const LAPTOP = '127.0.0.1'
/** An answer to CONNECT longer than this is none. */
const MAX_ANSWER_BYTES = 8_192

/**
 * Connects to `target` (`host:port`) through the proxy of a worker, in the name of a place of the lab.
 * @throws RouteError with the words of that proxy; what the signal was aborted with
 */
export async function dialFrom(
  place: TrialPlace,
  worker: WorkerProxy,
  target: string,
  peers: Peers,
  signal: AbortSignal,
): Promise<Link> {
  const socket = await dialLoopback(worker.port, signal).catch((error: unknown) => {
    if (!(error instanceof RouteError)) throw error
    throw new RouteError('EHOSTUNREACH', `the proxy of ${worker.name} does not answer`)
  })
  const abort = () => socket.destroy(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  try {
    const lines = [`CONNECT ${target} HTTP/1.1`, `Host: ${target}`, `${ENDPOINT_HEADER}: ?`]
    socket.write([...lines, ...identityOf(place, worker.port, target, peers), '', ''].join('\r\n'))
    return { socket, endpoint: await answerOf(socket, worker.name) }
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Who asks, and the proof that it is the lab's host that says so. */
function identityOf(place: TrialPlace, port: number, target: string, peers: Peers): string[] {
  if (place.kind === 'outside')
    return [`Forwarded: for="${LAPTOP}"`, `${PROOF_HEADER}: ${peers.prove(port, 'client', target, LAPTOP)}`]
  const caller = place.kind === 'node' ? 'node' : `pod ${place.ip}`
  return [`${CALLER_HEADER}: ${caller}`, `${PROOF_HEADER}: ${peers.prove(port, 'caller', target, caller)}`]
}

function answerOf(socket: Socket, worker: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0)
    const settle = (act: () => void) => {
      socket.off('readable', read)
      socket.off('error', broken)
      socket.off('end', broken)
      socket.off('close', broken)
      act()
    }
    const broken = (error?: unknown) =>
      settle(() => {
        const refusal = refusalOf(answer.toString('utf8'))
        reject(
          refusal ??
            (error instanceof Error ? error : new RouteError('EHOSTUNREACH', `the proxy of ${worker} broke off`)),
        )
      })
    const read = () => {
      const chunk = socket.read() as Buffer | null
      if (!chunk) return
      answer = Buffer.concat([answer, chunk])
      const end = answer.indexOf('\r\n\r\n')
      if (answer.length > MAX_ANSWER_BYTES) return broken()
      const head = answer.toString('latin1', 0, end)
      // A refusal says why in its body, and ends.
      if (end < 0 || !/^HTTP\/1\.[01] 2/.test(head)) return
      settle(() => {
        if (answer.length > end + 4) socket.unshift(answer.subarray(end + 4))
        resolve(new RegExp(`^${ENDPOINT_HEADER}: *(\\S+)`, 'im').exec(head)?.[1])
      })
    }
    // Not by `data`: to stop that is to pause the connection, and who gets it would have to know.
    socket.on('readable', read)
    socket.on('error', broken)
    socket.on('end', broken)
    socket.on('close', broken)
  })
}

function refusalOf(answer: string): RouteError | undefined {
  const [head = '', body] = answer.split('\r\n\r\n')
  if (body === undefined) return undefined
  const code = new RegExp(`^${ERROR_HEADER}: *(\\w+)`, 'im').exec(head)?.[1]
  // Without a code it is the caller that the proxy does not take: a pod that is gone, most often.
  if (/^HTTP\/1\.[01] 407/.test(head)) return new RouteError('EACCES', 'that pod is not on this worker any more')
  return new RouteError(isRouteErrorCode(code) ? code : 'ECONNREFUSED', body.trim())
}
