import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Headers of one hop (RFC 9110, 7.6.1); Expect is answered by the server itself. */
const HOP_HEADERS = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
  'expect',
]
/** Headers without which a message has other limits or another addressee: no `Connection` can take them away. */
const FRAMING_HEADERS = new Set(['content-length', 'transfer-encoding', 'host'])
/** What the backend is told by us alone: a client could make others believe anything. */
const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-forwarded-scheme',
  'x-scheme',
  'x-real-ip',
]
const ID_HEADER = 'x-request-id'

export interface Caller {
  ip: string
  secure: boolean
}

/** The header lines of a request for its backend, as name and value in turn. */
export function backendHeaders(message: IncomingMessage, { ip, secure }: Caller): string[] {
  const lines = endToEnd(message, FORWARDING_HEADERS)
  const host = message.headers.host ?? ''
  const scheme = secure ? 'https' : 'http'
  const { method = 'GET', headers } = message
  const id = headers[ID_HEADER] ? [] : ['X-Request-ID', randomBytes(16).toString('hex')]
  const bodiless = headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
  const length = bodiless && /^(POST|PUT|PATCH)$/.test(method) ? ['Content-Length', '0'] : []
  const upgrade = headers.upgrade ? ['Connection', 'Upgrade', 'Upgrade', headers.upgrade] : ['Connection', 'close']
  return [
    ...lines,
    ...length,
    ...id,
    ...['X-Real-IP', ip],
    ...['X-Forwarded-For', ip],
    ...['X-Forwarded-Host', host],
    ...['X-Forwarded-Port', /:(\d+)$/.exec(host)?.[1] ?? (secure ? '443' : '80')],
    ...['X-Forwarded-Proto', scheme],
    ...['X-Forwarded-Scheme', scheme],
    ...['X-Scheme', scheme],
    ...upgrade,
  ]
}

/** The header lines that are not of one hop, in their order and spelling. */
export function endToEnd(message: IncomingMessage, without: string[] = []): string[] {
  const named = (message.headers.connection ?? '').toLowerCase().split(',')
  const droppable = named.map(n => n.trim()).filter(n => !FRAMING_HEADERS.has(n))
  const drop = new Set([...HOP_HEADERS, ...without, ...droppable])
  const lines: string[] = []
  for (let i = 0; i < message.rawHeaders.length; i += 2)
    if (!drop.has(message.rawHeaders[i]!.toLowerCase())) lines.push(message.rawHeaders[i]!, message.rawHeaders[i + 1]!)
  return lines
}
