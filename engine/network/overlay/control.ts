import type { Socket } from 'node:net'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Responder } from '../dns/responder.ts'
import { RouteError } from '../proxy/route-error.ts'
import type { Router, Source } from '../proxy/router.ts'
import { PortTakenError, type OverlayPod, type PortRegistry } from './port-registry.ts'
import type { ControlRequest, ControlResponse } from './protocol.ts'
import type { Tickets } from './tickets.ts'

export interface ControlParts {
  ports: PortRegistry
  router: Router
  /** The cluster's DNS. */
  respond: Responder
  tickets: Tickets
  log: Logger
}

const MAX_LINE_BYTES = 8192
/** Requests of one program that are answered at once; further ones wait, and the program with them. */
const MAX_PENDING = 4_096

/**
 * Serves one program of a pod: it says on which ports it listens and asks for connections and names. Requests and answers
 * are lines of JSON; answers may come in another order. When the connection ends, so does everything it registered.
 */
export function serveControl(socket: Socket, pod: OverlayPod, parts: ControlParts, early: Buffer): void {
  const holder = {}
  const source: Source = { kind: 'pod', ip: pod.ip, namespace: pod.namespace, pod }
  const connecting = new Map<number, AbortController>()
  /** Direct connections that are counted, by the request that opened them. */
  const counted = new Map<number, () => void>()
  let pending = 0
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('error', () => socket.destroy())
  socket.on('end', () => socket.end())
  socket.once('close', () => {
    for (const attempt of connecting.values()) attempt.abort(new Error('the program is gone'))
    for (const closed of counted.values()) closed()
    counted.clear()
    parts.ports.unbindAll(holder)
  })
  const take = (text: string) => {
    rest += text
    let from = 0
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      if (pending >= MAX_PENDING) {
        rest = rest.slice(from)
        socket.pause()
        return
      }
      const line = rest.slice(from, end)
      from = end + 1
      if (line.length > MAX_LINE_BYTES) return void socket.destroy()
      handleLine(line)
    }
    rest = rest.slice(from)
    if (rest.length > MAX_LINE_BYTES) socket.destroy()
  }
  /** Goes on with what has waited. */
  const resume = () => {
    take('')
    if (pending < MAX_PENDING) socket.resume()
  }
  socket.on('data', take as (chunk: unknown) => void)
  if (early.length) take(early.toString('utf8'))
  socket.resume()

  function handleLine(line: string): void {
    let request: ControlRequest
    try {
      request = JSON.parse(line) as ControlRequest
    } catch {
      socket.destroy() // no program of ours
      return
    }
    if (request.op === 'cancel' || request.op === 'closed') {
      connecting.get(request.of)?.abort(new Error('the program has given up'))
      counted.get(request.of)?.()
      counted.delete(request.of)
      return
    }
    pending++
    void answer(request)
      .catch((error: unknown): Partial<ControlResponse> => failure(error, parts.log))
      .then(response => {
        const wasFull = pending-- >= MAX_PENDING
        const isHeard = socket.destroyed || socket.write(JSON.stringify({ id: request.id, ...response }) + '\n')
        if (isHeard) {
          if (wasFull && !socket.writableNeedDrain) resume()
          return
        }
        if (socket.listenerCount('drain')) return
        // Who does not listen is not listened to.
        socket.pause()
        socket.once('drain', resume)
      })
  }

  async function answer(request: ControlRequest): Promise<Partial<ControlResponse>> {
    const { ports, router, tickets } = parts
    switch (request.op) {
      case 'listen':
        ports.bind(
          {
            pod,
            protocol: 'TCP',
            port: portOf(request.port),
            realPort: portOf(request.realPort),
            loopbackOnly: request.loopbackOnly === true,
          },
          holder,
        )
        return {}
      case 'close':
        ports.unbind(pod, 'TCP', portOf(request.port), holder)
        return {}
      case 'connect': {
        const attempt = new AbortController()
        connecting.set(request.id, attempt)
        try {
          const open = request.direct === true ? 'locate' : 'open'
          const route = await router[open](String(request.host), portOf(request.port), source, attempt.signal)
          const { ip } = route
          if ('socket' in route) return { ip, realPort: await tickets.issue(route.socket, pod) }
          if (attempt.signal.aborted || socket.destroyed) route.closed?.()
          else if (route.closed) counted.set(request.id, route.closed)
          return { ip, realPort: route.realPort, direct: true, counted: route.closed !== undefined }
        } finally {
          connecting.delete(request.id)
        }
      }
      case 'dns': {
        const answer = await parts.respond(Buffer.from(String(request.packet), 'base64'), 'tcp')
        return { packet: answer?.toString('base64') }
      }
      default:
        return { error: { code: 'EINVAL', message: 'unknown request' } }
    }
  }
}

function failure(error: unknown, log: Logger): Partial<ControlResponse> {
  if (error instanceof PortTakenError) return { error: { code: 'EADDRINUSE', message: error.message } }
  if (error instanceof RouteError)
    return { error: { code: error.code, message: error.message, address: error.address } }
  log.debug('a program of a pod was refused', { error: messageOf(error) })
  return { error: { code: 'ECONNREFUSED', message: messageOf(error) } }
}

function portOf(port: unknown): number {
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65535)
    throw new RouteError('EHOSTUNREACH', `${port} is no port`)
  return port as number
}
