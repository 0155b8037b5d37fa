import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../../base/errors.ts'
import { CALLER_HEADER, DIRECT_HEADER, ENDPOINT_HEADER, ERROR_HEADER, joinSockets, SOURCE_HEADER } from './dial.ts'
import { identify, PATIENCE_MS, type GatewayParts } from './gateway.ts'
import { PROOF_HEADER } from './peers.ts'
import type { PortRegistry } from '../overlay/port-registry.ts'
import { RouteError } from './route-error.ts'
import type { Source } from './router.ts'

const MAX_HEADER_BYTES = 8192
const NOT_PROVED = 'the token of the pod is not valid on this node'
/** Headers that belong to one hop (RFC 9110, 7.6.1) and to the proxy itself. */
const HOP_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
]
/** Headers without which a message has other limits or another addressee: no `Connection` can take them away. */
const FRAMING_HEADERS = new Set(['content-length', 'transfer-encoding', 'host'])

/** The HTTP side of the gateway: CONNECT, requests with a whole address, and questions to the gateway itself. Not listening. */
export function createHttpProxy(parts: GatewayParts): Server {
  const patienceMs = parts.patienceMs ?? PATIENCE_MS
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patienceMs,
    connectionsCheckingInterval: Math.min(1000, patienceMs / 4),
    requestTimeout: 0,
    keepAliveTimeout: 5_000,
  })
  server.on(
    'connect',
    (message: IncomingMessage, client: Socket, head: Buffer) => void tunnel(message, client, head, parts),
  )
  server.on('request', (message, response) => void forward(message, response, parts))
  server.on('clientError', (_error, socket) => {
    if (!socket.destroyed && socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
    else socket.destroy()
  })
  // It is handed its connections; only one that listens looks after their time limits.
  server.emit('listening')
  return server
}

async function tunnel(message: IncomingMessage, client: Socket, head: Buffer, parts: GatewayParts): Promise<void> {
  client.on('error', () => client.destroy())
  const gone = new AbortController()
  const onClose = () => gone.abort(new Error('the client is gone'))
  client.once('close', onClose)
  try {
    const source = sourceOf(message, parts)
    if (!source) return refuse(client, 407, 'Proxy Authentication Required', undefined, NOT_PROVED)
    const target = parseAuthority(message.url ?? '')
    if (!target) return refuse(client, 400, 'Bad Request', undefined, `CONNECT needs host:port, not ${message.url}`)
    const { host, port } = target
    const direct = source.kind === 'gateway' && message.headers[DIRECT_HEADER] !== undefined
    const route = await parts.router[direct ? 'locate' : 'open'](host, port, source, gone.signal)
    client.off('close', onClose)
    if ('realPort' in route) return void client.end(`HTTP/1.1 200 OK\r\n${DIRECT_HEADER}: ${route.realPort}\r\n\r\n`)
    if (client.destroyed) return void route.socket.destroy()
    const { ip: to, port: at } = route.endpoint ?? route
    const told = message.headers[ENDPOINT_HEADER] === undefined ? '' : `${ENDPOINT_HEADER}: ${to}:${at}\r\n`
    client.write(`HTTP/1.1 200 Connection established\r\n${told}\r\n`)
    if (head.length) route.socket.write(head)
    joinSockets(client, route.socket)
  } catch (error) {
    if (client.destroyed) return
    const { status, text } = statusOf(error)
    refuse(client, status, text, error instanceof RouteError ? error.code : undefined, messageOf(error))
  }
}

function refuse(client: Socket, status: number, text: string, code: string | undefined, reason: string): void {
  const body = `${reason}\n`
  client.end(
    `HTTP/1.1 ${status} ${text}\r\n${code ? `${ERROR_HEADER}: ${code}\r\n` : ''}Content-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

async function forward(message: IncomingMessage, response: ServerResponse, parts: GatewayParts): Promise<void> {
  if (message.url?.startsWith('/')) return ask(message, response, parts)
  const answer = (status: number, reason: string, code?: string) => {
    if (response.headersSent) return void response.destroy()
    response.writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      ...(code ? { [ERROR_HEADER]: code } : {}),
    })
    response.end(`${reason}\n`)
  }
  const source = sourceOf(message, parts)
  if (!source) return answer(407, NOT_PROVED)
  const url = URL.canParse(message.url ?? '') ? new URL(message.url!) : undefined
  if (url?.protocol !== 'http:') return answer(400, 'only http:// addresses can be asked for; use CONNECT for others')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const gone = new AbortController()
  response.once('close', () => gone.abort(new Error('the client is gone')))
  try {
    const route = await parts.router.open(host, Number(url.port || 80), source, gone.signal)
    if (response.destroyed) return void route.socket.destroy()
    const upstream = request({
      createConnection: () => route.socket,
      method: message.method,
      path: url.pathname + url.search,
      headers: { ...endToEnd(message), host: url.host, connection: 'close' },
      setHost: false,
    })
    response.once('close', () => upstream.destroy())
    upstream.on('error', error => answer(502, `${url.host}: ${messageOf(error)}`))
    upstream.on('response', reply => {
      response.writeHead(reply.statusCode ?? 502, reply.statusMessage, endToEnd(reply))
      reply.on('error', () => response.destroy())
      reply.pipe(response)
    })
    message.pipe(upstream)
  } catch (error) {
    if (!response.destroyed)
      answer(statusOf(error).status, messageOf(error), error instanceof RouteError ? error.code : undefined)
  }
}

function ask(message: IncomingMessage, response: ServerResponse, parts: GatewayParts): void {
  const url = new URL(message.url!, 'http://gateway')
  // A page in a browser must not read the cluster's rules by a name that it points here.
  const local = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(message.headers.host ?? '')
  const found = message.method === 'GET' && local ? parts.admin(url.pathname, url.searchParams) : undefined
  response.writeHead(found?.status ?? 404, { 'content-type': found?.type ?? 'text/plain; charset=utf-8' })
  response.end(found?.body ?? 'This is the gateway of a node. Use it as an HTTP or SOCKS5 proxy.\n')
}

/**
 * Who asks. Only other gateways and the lab's host can ask in another's name, and only the host can say which client it serves:
 * they prove it. A `Forwarded` without proof is what anybody may write, and counts for nothing.
 */
function sourceOf(message: IncomingMessage, { ports, peers, port, address }: GatewayParts): Source | undefined {
  const { 'proxy-authorization': proof, forwarded, [SOURCE_HEADER]: hop, [PROOF_HEADER]: peer } = message.headers
  const caller = message.headers[CALLER_HEADER]
  const proves = (word: string, said: string) => peers.proves(String(peer), port, word, message.url ?? '', said)
  if (hop !== undefined)
    return proves('source', String(hop)) ? identify(undefined, undefined, String(hop), ports) : undefined
  if (caller !== undefined)
    return proves('caller', String(caller)) ? callerOf(String(caller), address, ports) : undefined
  const basic = /^Basic +(\S+)$/i.exec(proof ?? '')?.[1]
  const credentials = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString('utf8')
  const token = proof === undefined ? undefined : (credentials?.slice(credentials.indexOf(':') + 1) ?? '')
  const client = /for="?\[?([0-9a-f.:]+?)\]?(?::\d+)?"?(?:[;,]|$)/i.exec(forwarded ?? '')?.[1]
  return identify(token, client !== undefined && proves('client', client) ? client : undefined, undefined, ports)
}

/** The node itself, or a pod that it has now. */
function callerOf(caller: string, address: string, ports: PortRegistry): Source | undefined {
  if (caller === 'node') return { kind: 'node', ip: address, namespace: 'default' }
  const ip = /^pod (\S+)$/.exec(caller)?.[1]
  const pod = ip === undefined ? undefined : ports.podAt(ip)
  return pod && { kind: 'pod', ip: pod.ip, namespace: pod.namespace, pod }
}

function parseAuthority(authority: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(authority)
  return match ? { host: (match[1] ?? match[2])!, port: Number(match[3]) } : undefined
}

function endToEnd(message: IncomingMessage): Record<string, string | string[]> {
  const named = (message.headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map(n => n.trim())
    .filter(n => !FRAMING_HEADERS.has(n))
  const drop = new Set([...HOP_HEADERS, ...named, SOURCE_HEADER, PROOF_HEADER, CALLER_HEADER, DIRECT_HEADER])
  const headers: Record<string, string | string[]> = {}
  for (const [name, values] of Object.entries(message.headersDistinct))
    if (!drop.has(name) && values) headers[name] = values.length === 1 ? values[0]! : values
  return headers
}

function statusOf(error: unknown): { status: number; text: string } {
  if (!(error instanceof RouteError)) return { status: 502, text: 'Bad Gateway' }
  if (error.code === 'ENETUNREACH' || error.code === 'EACCES') return { status: 403, text: 'Forbidden' }
  if (error.code === 'ETIMEDOUT') return { status: 504, text: 'Gateway Timeout' }
  return { status: 502, text: 'Bad Gateway' }
}
