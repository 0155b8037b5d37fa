import { request, ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../../base/errors.ts'
import { joinSockets } from '../proxy/dial.ts'
import { backendHeaders, endToEnd, type Caller } from './headers.ts'
import { IngressRefusal } from './refusal.ts'
import type { IngressRoute, RouteTable, ServiceBackend } from './routes.ts'

export interface ForwardParts {
  routes(): RouteTable
  open(backend: ServiceBackend, gone: AbortSignal): Promise<Socket>
  callerOf(message: IncomingMessage): Caller
  /** The port on the laptop where HTTPS answers, if it is open. */
  securePort(): number | undefined
}

/** Requests that may be sent again when a backend broke off before it answered. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS'])
const ATTEMPTS = 3
/** A message of HTTP that asks for another protocol and got it may be silent for long. */
const TUNNEL_SILENCE_MS = 3_600_000

/** Answers a request: by the Service that its host and path lead to, or with what kept it from there. */
export async function forward(message: IncomingMessage, response: ServerResponse, parts: ForwardParts): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the client is gone')))
  message.on('error', () => response.destroy())
  try {
    const route = routeOf(message, parts)
    const elsewhere = redirection(message, route, parts)
    if (elsewhere) return answer(response, 308, elsewhere, { location: elsewhere })
    if (!route.backend) throw new IngressRefusal(503, 'resources as backends are not served here; name a Service')
    const sent = { message, caller: parts.callerOf(message), silenceMs: route.settings.silenceMs }
    const repeatable = REPEATABLE.has(message.method ?? '') && !hasBody(message) && !message.headers.upgrade
    for (let left = repeatable ? ATTEMPTS : 1; left > 0; left--) {
      const socket = await parts.open(route.backend, gone.signal)
      if (response.destroyed) return void socket.destroy()
      const outcome = await exchange(socket, sent, response)
      if (outcome === 'answered') return
      if (left === 1) throw outcome
    }
  } catch (error) {
    if (response.destroyed) return
    if (response.headersSent) return void response.destroy()
    const status = error instanceof IngressRefusal ? error.status : 502
    answer(response, status, messageOf(error))
  }
}

/** The same for a request that asks to go on in another protocol, such as WebSocket. */
export async function forwardUpgrade(
  message: IncomingMessage,
  client: Socket,
  head: Buffer,
  parts: ForwardParts,
): Promise<void> {
  client.on('error', () => client.destroy())
  const response = new ServerResponse(message)
  response.shouldKeepAlive = false
  response.assignSocket(client)
  response.once('finish', () => client.end())
  if (head.length) client.unshift(head)
  await forward(message, response, parts)
}

interface Sent {
  message: IncomingMessage
  caller: Caller
  silenceMs: number
}

/** One try. A refusal that comes back leaves the response untouched. */
function exchange(
  socket: Socket,
  { message, caller, silenceMs }: Sent,
  response: ServerResponse,
): Promise<'answered' | IngressRefusal> {
  return new Promise(resolve => {
    const upstream = request({
      createConnection: () => socket,
      method: message.method,
      path: message.url,
      headers: backendHeaders(message, caller),
      setHost: false,
    })
    const abandon = () => upstream.destroy()
    response.once('close', abandon)
    let refusal: IngressRefusal | undefined
    upstream.setTimeout(silenceMs, () => {
      refusal = message.complete
        ? new IngressRefusal(504, 'the backend does not answer')
        : new IngressRefusal(408, 'the request does not go on')
      upstream.destroy(refusal)
    })
    upstream.on('error', error => {
      response.off('close', abandon)
      if (response.headersSent) response.destroy()
      resolve(refusal ?? new IngressRefusal(502, `the backend broke off: ${messageOf(error)}`))
    })
    upstream.on('response', reply => {
      relay(reply, response)
      resolve('answered')
    })
    upstream.on('upgrade', (reply, backend: Socket, first: Buffer) => {
      upgrade(reply, backend, first, response)
      resolve('answered')
    })
    send(message, upstream)
  })
}

function send(message: IncomingMessage, upstream: ClientRequest): void {
  if (hasBody(message)) message.pipe(upstream)
  else upstream.end()
}

function relay(reply: IncomingMessage, response: ServerResponse): void {
  response.writeHead(reply.statusCode ?? 502, reply.statusMessage, endToEnd(reply))
  reply.on('error', () => response.destroy())
  reply.pipe(response)
}

function upgrade(reply: IncomingMessage, backend: Socket, first: Buffer, response: ServerResponse): void {
  const client = response.socket
  if (!client || client.destroyed) return void backend.destroy()
  const lines = [`HTTP/1.1 ${reply.statusCode} ${reply.statusMessage}`]
  for (let i = 0; i < reply.rawHeaders.length; i += 2) lines.push(`${reply.rawHeaders[i]}: ${reply.rawHeaders[i + 1]}`)
  response.removeAllListeners('close')
  response.detachSocket(client)
  client.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (first.length) client.write(first)
  client.setTimeout(TUNNEL_SILENCE_MS, () => client.destroy())
  backend.setTimeout(0)
  joinSockets(client, backend)
}

function routeOf(message: IncomingMessage, { routes }: ForwardParts): IngressRoute {
  // One name decides the way, and the backend must not read another (RFC 9112, 3.2).
  if ((message.headersDistinct.host?.length ?? 0) > 1) throw new IngressRefusal(400, 'a request names one host')
  const target = message.url ?? '/'
  // A request for a proxy names the host in its target; that one counts (RFC 9112, 3.2.2).
  const authority = URL.canParse(target) ? new URL(target).host : (message.headers.host ?? '')
  const route = routes().match(authority.replace(/:\d*$/, ''), target)
  if (!route) throw new IngressRefusal(404, 'no Ingress has a rule for this host and path')
  return route
}

function redirection(message: IncomingMessage, route: IngressRoute, parts: ForwardParts): string | undefined {
  const { redirect } = route.settings
  if (parts.callerOf(message).secure || !(redirect === 'always' || (redirect === 'tls' && route.secure)))
    return undefined
  const host = (message.headers.host ?? '').replace(/:\d*$/, '')
  const port = parts.securePort() ?? 443
  return `https://${host}${port === 443 ? '' : `:${port}`}${message.url}`
}

function answer(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  // What is left of the request is not worth reading.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...headers })
  response.end(response.req.method === 'HEAD' ? undefined : `${text}\n`)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
