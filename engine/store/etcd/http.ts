import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../../base/log.ts'
import { messageOf } from '../../base/errors.ts'
import type { MemberStore } from '../kv.ts'
import { EXPOSITION_TYPE, exposition } from '../../base/exposition.ts'
import type { MemberMetrics } from '../metrics-member.ts'
import { ETCD_VERSION } from './version.ts'

const IDLE_MS = 60_000
const JSON_TYPE = 'application/json'

interface Page {
  status?: number
  type: string
  body: string
}

/**
 * What a member answers beside gRPC, as etcd does: `/metrics`, `/health` and `/version`. Takes connections from whoever
 * listens; those that are not `admitted` are refused.
 */
export function serveHttp(
  member: MemberStore,
  metrics: MemberMetrics | undefined,
  log: Logger,
): { inject(socket: Socket, admitted: boolean): void } {
  const refused = new WeakSet<Socket>()
  const server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
    if (refused.has(request.socket)) return send(request, response, text(403, 'permission denied'))
    const { pathname, searchParams } = new URL(request.url ?? '/', 'https://member')
    const page = pageOf(pathname, searchParams, member, metrics)
    if (!page) return send(request, response, text(404, '404 page not found'))
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET')
      return send(request, response, text(405, 'Method Not Allowed'))
    }
    page().then(
      answer => send(request, response, answer),
      (error: unknown) => {
        log.error('a page of the etcd API cannot be served', { pathname, error })
        send(request, response, text(500, messageOf(error)))
      },
    )
  })
  server.setTimeout(IDLE_MS)
  return {
    inject(socket, admitted) {
      if (!admitted) refused.add(socket)
      server.emit('connection', socket)
    },
  }
}

function pageOf(
  path: string,
  query: URLSearchParams,
  member: MemberStore,
  metrics: MemberMetrics | undefined,
): (() => Promise<Page>) | undefined {
  if (path === '/version') {
    const version = { etcdserver: ETCD_VERSION, etcdcluster: ETCD_VERSION, storage: ETCD_VERSION }
    return async () => ({ type: JSON_TYPE, body: JSON.stringify(version) })
  }
  if (!metrics) return undefined
  if (path === '/metrics')
    return async () => ({ type: EXPOSITION_TYPE, body: exposition(metrics.families(ETCD_VERSION)) })
  if (path === '/health') return () => health(query, member, metrics)
  return undefined
}

/** `exclude`: alarms that do not count; `serializable=true`: whether this member answers, with a leader or without. */
async function health(query: URLSearchParams, member: MemberStore, metrics: MemberMetrics): Promise<Page> {
  const serializable = query.get('serializable') === 'true'
  const reason = await illness(query.getAll('exclude'), serializable, member, metrics)
  if (reason === '') metrics.healthy++
  else metrics.unhealthy++
  const body = JSON.stringify({ health: String(reason === ''), reason })
  return { status: reason === '' ? 200 : 503, type: JSON_TYPE, body }
}

async function illness(excluded: string[], serializable: boolean, member: MemberStore, metrics: MemberMetrics) {
  const { alarms, status } = metrics.figures()
  const alarm = alarms.map(type => type.toUpperCase()).find(name => !excluded.includes(name))
  if (alarm !== undefined) return `ALARM ${alarm}`
  if (status.problem === undefined && !serializable && status.leader === undefined) return 'RAFT NO LEADER'
  try {
    await member.range({ key: new Uint8Array(1), keysOnly: true, limit: 1, serializable })
    return ''
  } catch (error) {
    return `RANGE ERROR:${messageOf(error)}`
  }
}

function text(status: number, line: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` }
}

function send(request: IncomingMessage, response: ServerResponse, { status = 200, type, body }: Page): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) })
  response.end(request.method === 'HEAD' ? undefined : body)
}
