import { request as httpsRequest } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { ApiError, badRequest } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'
import type { RequestContext } from '../request/context.ts'
import { commonHeaders } from '../request/respond.ts'
import type { SubresourceHandler } from '../rest.ts'

/** Headers that belong to one hop, and credentials that the kubelet must not see. */
const NOT_FORWARDED = new Set([
  'host',
  'authorization',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'te',
  'upgrade',
])

/** GET pods/NAME/log: the kubelet's answer, passed on as it comes. */
export const serveLog: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace, name } = ctx.info
  const { object: pod } = await backend.registry.get(resource, namespace, name)
  const container = chooseContainer(pod, ctx.query.get('container'), 'log')
  if (!pod.spec.nodeName) {
    commonHeaders(ctx)
    ctx.response.setHeader('Content-Type', 'text/plain')
    ctx.response.statusCode = 204
    return void ctx.response.end()
  }
  const query = new URLSearchParams(ctx.query)
  for (const unwanted of ['container', 'pretty']) query.delete(unwanted)
  const target = await kubeletOf(backend, pod.spec.nodeName)
  await pipe(backend, ctx, target, 'GET', `/containerLogs/${namespace}/${name}/${container}`, query, 'text/plain')
}

/** exec, attach and portforward: the client's upgraded connection and the kubelet's become one. */
export const serveStream: SubresourceHandler = async (backend, ctx, resource) => {
  const { namespace, name, subresource } = ctx.info
  const { object: pod } = await backend.registry.get(resource, namespace, name)
  const query = new URLSearchParams(ctx.query)
  let path: string
  if (subresource === 'portforward') path = `/portForward/${namespace}/${name}`
  else {
    const container = chooseContainer(pod, ctx.query.get('container'), subresource)
    query.delete('container')
    if (subresource === 'exec' && !query.has('command'))
      throw badRequest('you must specify at least one command for the container')
    if (!['stdin', 'stdout', 'stderr'].some(stream => query.has(stream)))
      throw badRequest('you must specify at least 1 of stdin, stdout, stderr')
    path = `/${subresource}/${namespace}/${name}/${container}`
    // The kubelet has its own names for these.
    for (const [ours, theirs] of [
      ['stdin', 'input'],
      ['stdout', 'output'],
      ['stderr', 'error'],
      ['tty', 'tty'],
    ] as const) {
      const on = query.get(ours)
      if (on !== null && on !== 'false' && on !== '0') query.set(theirs, '1')
    }
  }
  if (!pod.spec.nodeName) throw badRequest(`pod ${name} does not have a host assigned`)
  if (!ctx.upgrade) throw badRequest('Upgrade request required')
  await tunnel(backend, ctx, await kubeletOf(backend, pod.spec.nodeName), path, query)
}

/** Any request to a kubelet under nodes/NAME/proxy. */
export const serveNodeProxy: SubresourceHandler = async (backend, ctx) => {
  const target = await kubeletOf(backend, ctx.info.name.split(':')[0]!)
  const path = '/' + ctx.info.rest
  if (ctx.upgrade) return tunnel(backend, ctx, target, path, ctx.query)
  await pipe(backend, ctx, target, ctx.method, path, ctx.query, undefined)
}

interface Target {
  node: string
  host: string
  port: number
}

/** Every kubelet listens on loopback, at the port that its Node tells. */
async function kubeletOf(backend: Backend, name: string): Promise<Target> {
  const nodes = backend.resources.must('', 'v1', 'nodes')
  const { object: node } = await backend.registry.get(nodes, '', name)
  const port = node.status?.daemonEndpoints?.kubeletEndpoint?.Port as number | undefined
  if (!port)
    throw new ApiError(
      500,
      'InternalError',
      `Internal error occurred: node ${name} has not told where its kubelet listens; wait until it is Ready`,
    )
  return { node: name, host: '127.0.0.1', port }
}

function chooseContainer(pod: KubeObject, wanted: string | null, what: string): string {
  const names = (list: unknown) => ((list ?? []) as { name: string }[]).map(container => container.name)
  const main = names(pod.spec.containers)
  const init = names(pod.spec.initContainers)
  const ephemeral = names(pod.spec.ephemeralContainers)
  if (wanted) {
    if ([...main, ...init, ...ephemeral].includes(wanted)) return wanted
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`)
  }
  if (main.length === 1) return main[0]!
  const preferred = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container']
  if (preferred && what !== 'log' && main.includes(preferred)) return preferred
  const hint = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  throw badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${main.join(' ')}]${hint}`,
  )
}

function optionsFor(
  backend: Backend,
  target: Target,
  method: string,
  path: string,
  query: URLSearchParams,
): RequestOptions {
  const { kubeletClient: kubelet } = backend.config
  if (!kubelet)
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: this API server has no certificate for kubelets; set "kubeletClient" in its configuration',
    )
  const text = query.toString()
  return {
    ...{ method, host: target.host, port: target.port, path: text ? `${path}?${text}` : path },
    ...{ cert: kubelet.cert, key: kubelet.key, ca: kubelet.ca ?? backend.config.clientCA },
    // The certificate is the node's, not the loopback address': its signer is what counts.
    checkServerIdentity: () => undefined,
    agent: false,
  }
}

function unreachable(backend: Backend, target: Target, error: NodeJS.ErrnoException): ApiError {
  backend.log.info('a kubelet cannot be reached', { node: target.node, error: error.message })
  return new ApiError(
    500,
    '',
    `error dialing backend: dial tcp ${target.host}:${target.port}: ${error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message}`,
  )
}

function forwardedHeaders(ctx: RequestContext): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(ctx.headers))
    if (value !== undefined && !name.startsWith(':') && !name.startsWith('impersonate-') && !NOT_FORWARDED.has(name))
      headers[name] = value
  return headers
}

/** Passes a plain request on and its answer back, without keeping either in memory. */
function pipe(
  backend: Backend,
  ctx: RequestContext,
  target: Target,
  method: string,
  path: string,
  query: URLSearchParams,
  type: string | undefined,
) {
  return new Promise<void>((resolve, reject) => {
    const options = {
      ...optionsFor(backend, target, method, path, query),
      headers: forwardedHeaders(ctx),
      signal: ctx.signal,
    }
    let answered = false
    const outgoing = httpsRequest(options, answer => {
      answered = true
      const { response } = ctx
      if (type && answer.statusCode !== 200) return void collectError(answer).then(reject, reject)
      commonHeaders(ctx)
      for (const [name, value] of Object.entries(answer.headers))
        if (value !== undefined && !NOT_FORWARDED.has(name)) response.setHeader(name, value)
      if (type) response.setHeader('Content-Type', type)
      response.statusCode = answer.statusCode ?? 502
      response.flushHeaders()
      answer.pipe(response)
      answer.on('end', resolve)
      answer.on('error', () => {
        response.destroy()
        resolve()
      })
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (answered || ctx.signal.aborted) resolve()
      else reject(unreachable(backend, target, error))
    })
    if (method === 'GET' || method === 'HEAD') outgoing.end()
    else ctx.request.pipe(outgoing)
  })
}

/** A kubelet's refusal as the API words it. */
async function collectError(answer: IncomingMessage): Promise<ApiError> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString().trim()
  const code = answer.statusCode ?? 500
  if (code === 404) return new ApiError(404, 'NotFound', text || 'the server could not find the requested resource')
  return code === 400 ? badRequest(text) : new ApiError(code, 'InternalError', text || `the kubelet answered ${code}`)
}

/** Upgrades the connection to the kubelet like the client's, then copies bytes both ways until either side ends. */
function tunnel(
  backend: Backend,
  ctx: RequestContext,
  target: Target,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const { socket, head } = ctx.upgrade!
  return new Promise<void>((resolve, reject) => {
    const headers = { ...forwardedHeaders(ctx), connection: 'Upgrade', upgrade: String(ctx.headers.upgrade) }
    const outgoing = httpsRequest({ ...optionsFor(backend, target, ctx.method, path, query), headers })
    outgoing.on('upgrade', (answer, remote, remoteHead) => {
      ctx.response.detachSocket(socket as never)
      const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`]
      for (let i = 0; i < answer.rawHeaders.length; i += 2)
        lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`)
      socket.write(lines.join('\r\n') + '\r\n\r\n')
      if (remoteHead.length > 0) socket.write(remoteHead)
      if (head.length > 0) remote.write(head)
      socket.pipe(remote)
      remote.pipe(socket)
      const end = () => {
        socket.destroy()
        remote.destroy()
        resolve()
      }
      for (const side of [socket, remote]) {
        side.on('error', end)
        side.on('close', end)
      }
      ctx.signal.addEventListener('abort', end, { once: true })
    })
    outgoing.on('response', answer => void collectError(answer).then(reject, reject))
    outgoing.on('error', (error: NodeJS.ErrnoException) => reject(unreachable(backend, target, error)))
    outgoing.end()
  })
}
