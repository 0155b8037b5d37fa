import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { PodNetwork } from '../pod-network.ts'
import type { ContainerRunner } from '../pods/container.ts'
import type { PodRunner } from '../pods/pod-runner.ts'
import type { ContainerRuntime } from '../runtime/contract.ts'
import type { StatsProvider } from '../stats/stats.ts'
import type { KubeletAuth } from './auth.ts'
import { serveLog } from './logs.ts'
import { servePortForward } from './port-forward.ts'
import { acceptRemoteCommand } from './remote-command.ts'
import { attach, exec, failure } from './run.ts'
import { serveDial } from './dial.ts'
import { documentAt } from './documents.ts'
import { HttpError } from './http-error.ts'

export interface KubeletServerConfig {
  port: number
  serving: { cert: string; key: string }
  /** Certificates of this authority say who somebody is. */
  clientCA: string
}

export interface KubeletServerDependencies {
  auth: Pick<KubeletAuth, 'check'>
  clock: Clock
  log: Logger
  runtime: ContainerRuntime
  network: PodNetwork
  find(namespace: string, name: string): PodRunner | undefined
  pods(): PodRunner[]
  stats: StatsProvider
  nodeName: string
  /** Version of Kubernetes that is spoken here, such as v1.36.0. */
  version: string
  /** The configuration, as far as it may be seen. */
  describe(): object
}

export interface KubeletServer {
  close(): Promise<void>
}

const TARGET = /^\/(containerLogs|exec|attach|portForward)\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/
const DIAL = /^\/dial\/([\d.]+)\/(\d{1,5})$/

/** The kubelet's own API: logs, exec, attach, port-forward, and what runs here. */
export async function startKubeletServer(
  config: KubeletServerConfig,
  dependencies: KubeletServerDependencies,
): Promise<KubeletServer> {
  const server = createServer({ ...config.serving, ca: config.clientCA, requestCert: true, rejectUnauthorized: false })
  server.on('request', (request, response) => {
    serve(request, response, dependencies).catch(error => answerError(response, error, dependencies.log))
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    upgrade(request, socket, head, dependencies).catch((error: unknown) => {
      const code = error instanceof HttpError ? error.code : 500
      const text = messageOf(error)
      socket.end(
        `HTTP/1.1 ${code} Error\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
      )
    })
  })
  await listen(server, config.port)
  return {
    async close() {
      const closed = new Promise(done => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  dependencies: KubeletServerDependencies,
): Promise<void> {
  await dependencies.auth.check(request)
  const url = new URL(request.url ?? '/', 'https://kubelet')
  const document = documentAt(url.pathname, dependencies)
  if (document) {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpError(405, 'Method Not Allowed')
    response.setHeader('content-type', document.type)
    response.end(request.method === 'HEAD' ? undefined : document.body)
    return
  }
  const target = TARGET.exec(url.pathname)
  if (target?.[1] === 'containerLogs')
    return serveLog(containerOf(target, dependencies), url.searchParams, response, dependencies.clock)
  const refused = refusalOf(url.pathname)
  if (refused) throw refused
  if (target) throw new HttpError(400, 'you must request an upgrade to a streaming protocol')
  throw new HttpError(404, '404 page not found')
}

async function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  dependencies: KubeletServerDependencies,
): Promise<void> {
  await dependencies.auth.check(request)
  if (socket.destroyed) return
  const url = new URL(request.url ?? '/', 'https://kubelet')
  const dialled = DIAL.exec(url.pathname)
  if (dialled) return serveDial(socket, head, dialled[1]!, Number(dialled[2]), dependencies.network)
  const target = TARGET.exec(url.pathname)
  if (!target) throw new HttpError(404, '404 page not found')
  if (target[1] === 'portForward') {
    const runner = podOf(target, dependencies)
    return servePortForward(request, socket, head, url.searchParams, port =>
      dependencies.network.dialInside(runner.pod.metadata.uid!, port),
    )
  }
  const container = containerOf(target, dependencies)
  if (!container.isRunning) throw new HttpError(400, `container ${container.spec.name} is not running`)
  acceptRemoteCommand(request, socket, head, url.searchParams, session => {
    if (target[1] === 'exec')
      exec(container, session, url.searchParams, dependencies.clock).catch(error =>
        session.finish(failure(`error executing command in container: ${messageOf(error)}`)),
      )
    else
      attach(container, session).catch(error =>
        session.finish(failure(`error attaching to container: ${messageOf(error)}`)),
      )
  })
}

/** What other kubelets have, and this one says that it has not. */
function refusalOf(path: string): HttpError | undefined {
  if (/^\/logs(\/|$)/.test(path)) return new HttpError(405, 'logs endpoint is disabled.')
  const [, what] = /^\/checkpoint\/([^/]+\/[^/]+\/[^/]+)$/.exec(path) ?? []
  if (what === undefined) return undefined
  const why = 'rpc error: code = Unimplemented desc = processes of this node cannot be checkpointed'
  return new HttpError(500, `checkpointing of ${what} failed (${why})`)
}

function podOf(target: RegExpExecArray, dependencies: KubeletServerDependencies): PodRunner {
  const [, , namespace, name] = target.map(part => (part === undefined ? part : decodeURIComponent(part)))
  const runner = dependencies.find(namespace, name)
  if (!runner) throw new HttpError(404, `pod ${name}_${namespace} does not exist`)
  if (!runner.attachment) throw new HttpError(409, `pod ${name}_${namespace} has no network yet`)
  return runner
}

function containerOf(target: RegExpExecArray, dependencies: KubeletServerDependencies): ContainerRunner {
  const [, , namespace, name] = target.map(part => (part === undefined ? part : decodeURIComponent(part)))
  const runner = dependencies.find(namespace, name)
  if (!runner) throw new HttpError(404, `pod "${name}" does not exist in namespace "${namespace}"`)
  const container = runner.container(decodeURIComponent(target[4] ?? ''))
  if (!container) throw new HttpError(404, `container "${target[4]}" not found in pod "${name}"`)
  return container
}

function answerError(response: ServerResponse, error: unknown, log: Logger): void {
  const code = error instanceof HttpError ? error.code : 500
  if (code === 500) log.warn('request failed', { error })
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(messageOf(error))
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port }, () => resolve())
  })
}
