import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream'
import { systemClock, type Clock } from '../../base/clock.ts'
import { messageOf, UserError } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import { explainListenError } from '../balancer.ts'
import { MACHINE_ACTIONS, type LabError, type MachineAction } from '../contract.ts'
import type { LabHost } from '../host.ts'
import { MetricsCollector } from '../metrics/collector.ts'
import { LabMetricsSource } from '../metrics/lab-source.ts'
import { openMetrics } from '../metrics/stream.ts'
import { Access } from './access.ts'
import { Clusters } from './clusters.ts'
import { LabLogs } from './logs.ts'
import { networkRoutes } from './network.ts'
import { serveStatic } from './static.ts'
import { serveStatusStream } from './status-stream.ts'
import { StreamServer } from './streams.ts'
import { TerminalServer } from './terminal.ts'

export interface LabServerOptions {
  host: LabHost
  log: Logger
  /** Folder of the built user interface. */
  rendererDir: string
  /** Folder with the `kubarium` and `kubectl` commands for the terminal's PATH. */
  binDir: string
  /** Of logs that are followed and terminals that wait for their page; the system's by default. */
  clock?: Clock
  /** Asked to end the lab; the answer to the request goes out first. */
  onDown(): void
}

export interface LabServer {
  /** Base address, without a token. */
  url: string
  close(): Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse, match: RegExpExecArray) => void | Promise<void>

/**
 * Serves the user interface and the lab's own API on loopback. Every request passes `Access` first: Host, Origin and
 * token. Paths: `/lab/v1/…` the lab, `/cluster/…` its API server as administrator, `/contexts/NAME/…` those of the user's
 * kubeconfig, all else the user interface.
 */
export async function startLabServer(options: LabServerOptions): Promise<LabServer> {
  const { host, log, clock = systemClock } = options
  const access = new Access(host.record.token)
  const clusters = new Clusters({ host, clock, log: log.child('cluster') })
  const logs = new LabLogs(host, clock)
  const figures = new LabMetricsSource(host, clock)
  const metrics = new MetricsCollector(figures, clock, log.child('metrics'))
  const streams = new StreamServer(async (path, accept, signal) => {
    const cluster = clusters.at(path)
    if (cluster) return cluster.get(path, accept, signal)
    const lines = logs.open(path, signal) ?? openMetrics(path, metrics, signal)
    if (!lines) throw new Error('only paths of clusters, and logs and metrics of the lab, can be streamed')
    return lines
  }, log.child('streams'))
  const terminals = new TerminalServer({ host, binDir: options.binDir, clock, log: log.child('terminal') })
  const routes = [
    ...labRoutes(options),
    ...networkRoutes(host),
    ...logRoutes(logs),
    metricsRoute(metrics),
    ...terminalRoutes(terminals),
    ...elsewhereRoutes(host, clusters),
  ]

  const server = createServer({ headersTimeout: 10_000, requestTimeout: 60_000, maxHeaderSize: 32_768 })
  server.on('request', (request, response) => {
    handle(request, response).catch(error => answerError(response, error, log))
  })
  /** Connections that were upgraded belong to nobody else: they must be ended by hand. */
  const upgraded = new Set<Duplex>()
  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    try {
      upgrade(request, socket, head)
    } catch (error) {
      log.warn('upgrade failed', { error })
      refuseUpgrade(socket, 500, 'Internal Server Error')
    }
  })

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!access.admit(request, response)) return
    const path = pathOf(request)
    const cluster = clusters.at(path)
    if (cluster) return cluster.forward(request, response)
    if (!path.startsWith('/lab/')) return serveStatic(options.rendererDir, path, request, response)
    for (const [method, pattern, handler] of routes) {
      const match = pattern.exec(path)
      if (match && method === request.method) return handler(request, response, match)
    }
    answer(response, 404, { error: `There is nothing at ${request.method} ${path}.` })
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!access.mayUpgrade(request)) return refuseUpgrade(socket, 403, 'Forbidden')
    const path = pathOf(request)
    const cluster = clusters.at(path)
    if (cluster) cluster.forwardUpgrade(request, socket, head)
    else if (path === '/lab/v1/watch') serveStatusStream(host, request, socket, head)
    else if (path === '/lab/v1/streams') streams.serve(request, socket, head)
    else if (path === '/lab/v1/terminal') terminals.open(request, socket, head)
    else refuseUpgrade(socket, 404, 'Not Found')
  }

  const port = await listen(server, host.config.ports.labServer)
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      metrics.dispose()
      figures.dispose()
      terminals.dispose()
      streams.dispose()
      clusters.dispose()
      const closed = new Promise(done => server.close(done))
      server.closeAllConnections()
      for (const socket of upgraded) socket.destroy()
      await closed
    },
  }
}

export type Route = [method: string, path: RegExp, handler: Handler]

function logRoutes(logs: LabLogs): Route[] {
  return [
    ['GET', /^\/lab\/v1\/logs$/, async (_, response) => answer(response, 200, await logs.list())],
    [
      'GET',
      /^\/lab\/v1\/logs\/[^/]+$/,
      (request, response) => {
        const gone = new AbortController()
        const lines = logs.open(request.url ?? '', gone.signal)
        if (!lines)
          return answer(response, 404, {
            error: 'There is no such log, or that is no way to ask for one.',
            advice: 'GET /lab/v1/logs lists them; ask for NAME?tail=LINES and follow=1.',
          })
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
        // A reader that goes away, and a file that cannot be read any more, both end with the connection.
        pipeline(lines, response, () => gone.abort())
        response.once('close', () => gone.abort())
      },
    ],
  ]
}

/** Other clusters and other labs. */
function elsewhereRoutes(host: LabHost, clusters: Clusters): Route[] {
  return [
    ['GET', /^\/lab\/v1\/contexts$/, (_, response) => answer(response, 200, clusters.contexts())],
    ['GET', /^\/lab\/v1\/labs$/, (_, response) => answer(response, 200, host.otherLabs())],
  ]
}

function metricsRoute(metrics: MetricsCollector): Route {
  return [
    'GET',
    /^\/lab\/v1\/metrics$/,
    (request, response) => {
      const gone = new AbortController()
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
      pipeline(openMetrics(request.url!, metrics, gone.signal)!, response, () => gone.abort())
      response.once('close', () => gone.abort())
    },
  ]
}

function terminalRoutes(terminals: TerminalServer): Route[] {
  return [
    ['GET', /^\/lab\/v1\/terminals$/, (_, response) => answer(response, 200, terminals.list())],
    ['GET', /^\/lab\/v1\/shells$/, (_, response) => answer(response, 200, terminals.shells())],
  ]
}

function labRoutes({ host, onDown }: LabServerOptions): Route[] {
  return [
    ['GET', /^\/lab\/v1\/status$/, (_, response) => answer(response, 200, host.status())],
    [
      'POST',
      /^\/lab\/v1\/machines\/([^/]+)\/([^/]+)$/,
      async (_, response, [, name, action]) => {
        if (!MACHINE_ACTIONS.includes(action as MachineAction))
          return answer(response, 404, {
            error: `"${action}" is not done to machines.`,
            advice: `Use one of ${MACHINE_ACTIONS.join(', ')}.`,
          })
        await host.act(decodeURIComponent(name), action as MachineAction)
        answer(response, 200, host.status())
      },
    ],
    [
      'POST',
      /^\/lab\/v1\/machines$/,
      async (request, response) => {
        const role = new URL(request.url ?? '/', 'http://lab').searchParams.get('role') ?? 'worker'
        if (role !== 'worker' && role !== 'control-plane')
          return answer(response, 400, {
            error: `"${role}" is no role of a machine.`,
            advice: 'Use worker or control-plane.',
          })
        answer(response, 201, { name: await (role === 'worker' ? host.addWorker() : host.addMaster()) })
      },
    ],
    [
      'DELETE',
      /^\/lab\/v1\/machines\/([^/]+)$/,
      async (_, response, [, name]) => {
        await host.removeMachine(decodeURIComponent(name))
        answer(response, 200, host.status())
      },
    ],
    [
      'POST',
      /^\/lab\/v1\/images\/host\/(allow|deny)$/,
      (_, response, [, verdict]) => {
        host.allowHostPrograms(verdict === 'allow')
        answer(response, 200, host.status())
      },
    ],
    [
      'POST',
      /^\/lab\/v1\/down$/,
      (_, response) => {
        response.once('finish', onDown)
        answer(response, 202, { stopping: true })
      },
    ],
  ]
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://lab').pathname
}

/** Answers with JSON. */
export function answer(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(code, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  })
  response.end(text)
}

function answerError(response: ServerResponse, error: unknown, log: Logger): void {
  const known = error instanceof UserError
  if (!known) log.error('request failed', { error })
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body: LabError = { error: messageOf(error), advice: known ? error.advice : undefined }
  answer(response, known ? 409 : 500, body)
}

export function refuseUpgrade(socket: Duplex, code: number, reason: string): void {
  socket.end(`HTTP/1.1 ${code} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(explainListenError(error, port)))
    server.listen({ host: '127.0.0.1', port }, () => resolve((server.address() as { port: number }).port))
  })
}
