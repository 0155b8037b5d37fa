import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import { EXPOSITION_TYPE, exposition, type Family } from '../../base/exposition.ts'
import type { Logger } from '../../base/log.ts'
import type { RestClient } from '../../client/rest.ts'
import type { KeyPair } from '../pki.ts'

export interface ComponentServerOptions {
  port: number
  ca: string
  serving: KeyPair
  /** The component's own: by it the API server is asked who somebody is, and whether they may. */
  rest: RestClient
  clock: Clock
  log: Logger
  families(): Family[]
}

interface User {
  username: string
  groups: string[]
}

const HEALTH = ['/healthz', '/livez', '/readyz']
/** As components of Kubernetes have it: these need not be asked about. */
const MASTERS = 'system:masters'
/** How long an answer of the API server counts, and how many are remembered. */
const VERDICT_MS = 10_000
const MOST_VERDICTS = 200
const ASK_MS = 5_000

/**
 * Serves what a scheduler or controller manager tells of itself over TLS, as Kubernetes' own do on 10259 and 10257: `/metrics` for
 * those who may read it, by certificate or token, and its health for everybody.
 */
export async function startComponentServer(options: ComponentServerOptions): Promise<{ close(): Promise<void> }> {
  const { port, ca, serving, log } = options
  const guard = new Guard(options)
  const server = createServer(
    { ...serving, ca, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    (request, response) => {
      answer(request, response, guard, options).catch((error: unknown) => {
        log.warn('a request was not answered', { path: request.url, error: messageOf(error) })
        send(response, 500, 'Internal Server Error\n')
      })
    },
  )
  server.headersTimeout = 10_000
  await listen(server, port)
  return {
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  { families }: ComponentServerOptions,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://component')
  if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'Method Not Allowed\n')
  if (HEALTH.includes(pathname)) return send(response, 200, 'ok')
  const user = await guard.userOf(request)
  if (!user) return send(response, 401, 'Unauthorized\n')
  if (!(await guard.mayGet(user, pathname)))
    return send(response, 403, `forbidden: User "${user.username}" cannot get path "${pathname}"\n`)
  if (pathname !== '/metrics') return send(response, 404, '404 page not found\n')
  send(response, 200, exposition(families()), EXPOSITION_TYPE)
}

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** Asks the API server, as every component of Kubernetes does that is asked itself. */
class Guard {
  readonly #options: Pick<ComponentServerOptions, 'rest' | 'clock'>
  readonly #verdicts = new Map<string, { at: number; value: Promise<unknown> }>()

  constructor(options: Pick<ComponentServerOptions, 'rest' | 'clock'>) {
    this.#options = options
  }

  /** Undefined for one who cannot say who they are; who says nothing is anonymous. */
  async userOf({ socket, headers }: IncomingMessage): Promise<User | undefined> {
    const { authorized } = socket as TLSSocket
    const { CN, O } = authorized ? (socket as TLSSocket).getPeerCertificate().subject : {}
    if (CN) return { username: String(CN), groups: [...[O ?? []].flat(), 'system:authenticated'] }
    const token = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
    if (!token) return { username: 'system:anonymous', groups: ['system:unauthenticated'] }
    return this.#remembered(`token ${token}`, async () => {
      const { status } = await this.#review<{ authenticated?: boolean; user?: User }>(
        '/apis/authentication.k8s.io/v1/tokenreviews',
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } },
      )
      return status.authenticated && status.user
        ? { username: status.user.username, groups: status.user.groups ?? [] }
        : undefined
    })
  }

  async mayGet({ username, groups }: User, path: string): Promise<boolean> {
    if (groups.includes(MASTERS)) return true
    return this.#remembered(`access ${JSON.stringify([username, groups, path])}`, async () => {
      const { status } = await this.#review<{ allowed?: boolean }>(
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { user: username, groups, nonResourceAttributes: { path, verb: 'get' } },
        },
      )
      return status.allowed === true
    })
  }

  #review<T>(path: string, body: object): Promise<{ status: T }> {
    return this.#options.rest.request<{ status: T }>('POST', path, { body, timeoutMs: ASK_MS })
  }

  #remembered<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#options.clock.monotonic()
    const known = this.#verdicts.get(key)
    if (known && now - known.at < VERDICT_MS) return known.value as Promise<T>
    if (this.#verdicts.size >= MOST_VERDICTS) this.#verdicts.clear()
    const value = ask()
    this.#verdicts.set(key, { at: now, value })
    // What was not answered is asked again.
    value.catch(() => this.#verdicts.delete(key))
    return value
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => resolve())
  })
}
