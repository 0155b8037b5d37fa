import { createSecureServer } from 'node:http2'
import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Store } from '../store/kv.ts'
import { buildBackend } from './assemble.ts'
import { bootstrap } from './bootstrap/bootstrap.ts'
import { createChain } from './chain.ts'
import { DEFAULT_LIMITS } from './config.ts'
import type { APIServerConfig } from './config.ts'
import { Endpoints } from './endpoints/endpoints.ts'
import { Health } from './endpoints/health.ts'
import { weightOfList } from './request/in-flight.ts'
import { parseRequestInfo } from './request/info.ts'
import type { RequestContext, Telemetry } from './request/context.ts'
import { ANONYMOUS } from './auth/authenticate.ts'
import { serveResource } from './rest.ts'
import { specialHandler } from './subresources/index.ts'

export type { APIServerConfig } from './config.ts'
export type { StageEvent, Telemetry } from './request/context.ts'

export interface APIServer {
  /** Host that it listens on. */
  address: string
  port: number
  /** Resolves once the bootstrap objects are there; requests are served before. */
  ready: Promise<void>
  /** Serves a connection that somebody else has accepted, as one of its own. */
  serve(socket: Socket): void
  /** Ends every connection. Resolves when the port is free. */
  close(): Promise<void>
}

/** Milliseconds that a client may take to send its headers. */
const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 120_000

/** Starts an API server on a store. Resolves when it listens and its first caches are filled. */
export async function startAPIServer(
  config: APIServerConfig,
  deps: { store: Store; clock: Clock; random: Random; log: Logger; telemetry?: Telemetry },
): Promise<APIServer> {
  const { clock, random, log } = deps
  const limits = { ...DEFAULT_LIMITS, ...config.limits }
  const backend = await buildBackend(config, limits, deps)
  const stopping = new AbortController()
  let bootstrapped = false
  const health = new Health([
    { name: 'ping', run: () => {} },
    { name: 'log', run: () => {} },
    { name: 'etcd', run: async () => void (await within(clock, 2000, deps.store.readRevision())) },
    { name: 'informer-sync', run: () => {}, readinessOnly: true },
    {
      name: 'poststarthook/rbac/bootstrap-roles',
      run: () => {
        if (!bootstrapped) throw new Error('not finished')
      },
    },
    {
      name: 'shutdown',
      readinessOnly: true,
      run: () => {
        if (stopping.signal.aborted) throw new Error('process is shutting down')
      },
    },
  ])
  const endpoints = new Endpoints(backend, health)
  const handle = createChain({
    authenticator: backend.authenticator,
    authorizer: backend.authorizer,
    limits,
    clock,
    log,
    telemetry: deps.telemetry,
    weigh: ({ info }) => {
      if (info.verb !== 'list' && info.verb !== 'deletecollection') return 1
      const resource = backend.resources.find(info.group, info.version, info.resource)
      const cache = resource && backend.feed.loaded(resource.prefix)
      if (!cache) return 1
      const { from, to } = cache.range(info.namespace ? `${resource.prefix}${info.namespace}/` : resource.prefix)
      return weightOfList(to - from)
    },
    serve: ctx => (ctx.info.isResource ? serveResource(backend, specialHandler, ctx) : endpoints.serve(ctx)),
  })

  const server = createSecureServer({
    cert: config.tls.cert,
    key: config.tls.key,
    ca: config.clientCA,
    requestCert: true,
    rejectUnauthorized: false,
    allowHTTP1: true,
    settings: { maxConcurrentStreams: 250 },
  })
  // The HTTP/1 side of the server takes its limits from these fields.
  Object.assign(server, {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', error => log.debug('a connection broke', { error: error.message }))
  })
  server.on('tlsClientError', error => log.debug('a TLS handshake failed', { error: error.message }))
  server.on('sessionError', error => log.debug('an HTTP/2 session broke', { error: error.message }))

  const begin = (request: IncomingMessage, response: ServerResponse, upgrade?: RequestContext['upgrade']) => {
    const url = request.url ?? '/'
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
    const signal = signalOf(response, stopping.signal)
    const method = request.method ?? 'GET'
    const ctx: RequestContext = {
      auditID: (request.headers['audit-id'] as string | undefined) ?? random.uuid(),
      method,
      path,
      query,
      headers: request.headers,
      info: parseRequestInfo(method, path, query),
      user: ANONYMOUS,
      reason: '',
      warnings: [],
      get signal() {
        return signal()
      },
      startedAt: clock.now(),
      request,
      response,
      ...(upgrade ? { upgrade } : {}),
    }
    response.on('error', error => log.debug('an answer could not be sent', { error: error.message }))
    const finished = endpoints.metrics.begin(ctx)
    handle(ctx)
      .catch((error: unknown) => {
        log.error('an answer could not be made', { auditID: ctx.auditID, method, path, error })
        response.destroy()
      })
      .finally(finished)
  }
  // The compatibility API of node:http2 has the shape of node:http's.
  server.on('request', (request, response) =>
    begin(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  )
  server.on(
    'upgrade' as never,
    ((request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // Until a handler takes the socket over, the request is answered like any other.
      const response = new ServerResponse(request)
      response.assignSocket(socket as Socket)
      response.shouldKeepAlive = false
      response.on('finish', () => socket.end())
      socket.on('error', error => log.debug('an upgraded connection broke', { error: error.message }))
      begin(request, response, { socket, head })
    }) as never,
  )

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.listen.port, config.listen.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { address, port } = server.address() as AddressInfo
  const stop = new AbortController()
  const boot = bootstrap(backend, port, stop.signal)
  const ready = boot.ready.then(() => void (bootstrapped = true))
  return {
    address,
    port,
    ready,
    serve: socket => void server.emit('connection', socket),
    async close() {
      stopping.abort(new Error('the server is stopping'))
      stop.abort(new Error('the server is stopping'))
      await boot.stopped
      backend.feed.dispose()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
    },
  }
}

/** The signal of a request: aborts when its client goes away or the server stops. Made at its first use: few ask for it. */
function signalOf(response: ServerResponse, stopping: AbortSignal): () => AbortSignal {
  let signal: AbortSignal | undefined
  return () => {
    if (signal) return signal
    const aborter = new AbortController()
    const gone = () => aborter.abort(new Error('the client went away'))
    if (response.closed || response.destroyed) gone()
    else response.once('close', gone)
    return (signal = AbortSignal.any([aborter.signal, stopping]))
  }
}

async function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)))
    promise.then(resolve, reject).finally(() => timer.cancel())
  })
}
