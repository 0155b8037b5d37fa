import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { connect as connectTLS } from 'node:tls'
import { badRequest, serviceUnavailable } from '../../api/status.ts'
import { messageOf } from '../../base/errors.ts'
import { intBelow } from '../../base/random.ts'
import type { Backend } from '../backend.ts'
import type { Resource } from '../registry/resources.ts'
import type { RequestContext } from '../request/context.ts'
import { sendBytes } from '../request/respond.ts'
import type { SubresourceHandler } from '../rest.ts'
import { dialCluster, kubeletOf, kubeletOptions, kubeletUnreachable, readyKubelets } from './kubelet-client.ts'
import { podLocation, serviceLocation, splitSchemeNamePort } from './proxy-location.ts'
import type { Location } from './proxy-location.ts'
import { pipe, tunnel } from './upstream.ts'
import type { Upstream } from './upstream.ts'

/** Any method on pods/NAME/proxy, services/NAME/proxy and nodes/NAME/proxy, with whatever path follows. */
export const serveProxy: SubresourceHandler = async (backend, ctx, resource) => {
  const { prefix, rest } = splitPath(ctx)
  const upstream = await upstreamFor(backend, ctx, resource, prefix, rest)
  if (ctx.upgrade) return tunnel(ctx, upstream)
  // Relative links of a page would lead astray without the slash at the end.
  if (rest === '' && (ctx.method === 'GET' || ctx.method === 'HEAD')) return redirect(ctx)
  await pipe(ctx, upstream)
}

async function upstreamFor(
  backend: Backend,
  ctx: RequestContext,
  resource: Resource,
  prefix: string,
  rest: string,
): Promise<Upstream> {
  const { namespace, name } = ctx.info
  const query = queryOf(ctx)
  const base = {
    method: ctx.method,
    path: (rest || '/') + query,
    answered: (answer: IncomingMessage) => rewriteLocation(answer, prefix),
  }
  if (resource.resource === 'nodes') {
    const { name: node, scheme, port } = splitSchemeNamePort(name, 'node')
    const kubelet = await kubeletOf(backend, node)
    if (!port || (Number(port) === kubelet.port && scheme !== 'http'))
      return {
        ...base,
        secure: true,
        options: kubeletOptions(backend, kubelet),
        unreachable: error => kubeletUnreachable(backend, kubelet, error),
      }
    const nodes = backend.resources.must('', 'v1', 'nodes')
    const { object } = await backend.registry.get(nodes, '', node)
    const addresses = (object.status?.addresses ?? []) as { type: string; address: string }[]
    const ip = addresses.find(a => a.type === 'InternalIP')?.address
    if (!ip) throw serviceUnavailable(`no address of node "${node}" is known`)
    return overNetwork(backend, ctx, base, { scheme: scheme || 'http', ip, port: wholePort(port), node }, prefix, rest)
  }
  const location =
    resource.resource === 'pods'
      ? await podLocation(backend, namespace, name)
      : await serviceLocation(backend, namespace, name, count => intBelow(backend.random, count))
  return overNetwork(backend, ctx, base, location, prefix, rest)
}

/** A request to an address of the cluster's network, which only nodes are on: one of them connects. */
async function overNetwork(
  backend: Backend,
  ctx: RequestContext,
  base: Pick<Upstream, 'method' | 'path' | 'answered'>,
  { scheme, ip, port, node }: Location,
  prefix: string,
  rest: string,
): Promise<Upstream> {
  const kubelet = node ? await kubeletOf(backend, node) : (await readyKubelets(backend))[0]
  if (!kubelet) throw serviceUnavailable('error trying to reach service: no node is ready that could connect to it')
  let socket: Duplex
  try {
    socket = await dialCluster(backend, kubelet, ip, port, ctx.signal)
    if (scheme === 'https') socket = await startTLS(socket)
  } catch (error) {
    throw serviceUnavailable(`error trying to reach service: ${messageOf(error)}`)
  }
  const usual = scheme === 'https' ? 443 : 80
  const client = ctx.request.socket.remoteAddress
  return {
    ...base,
    secure: false,
    options: { createConnection: () => socket },
    headers: {
      host: port === usual ? ip : `${ip}:${port}`,
      'x-forwarded-uri': prefix + rest,
      ...(client
        ? { 'x-forwarded-for': [ctx.headers['x-forwarded-for'], client].flat().filter(Boolean).join(', ') }
        : {}),
    },
    unreachable: error => serviceUnavailable(`error trying to reach service: ${error.message}`),
  }
}

/** As Kubernetes' proxies do, whoever answers is believed: pods have certificates of their own making. */
function startTLS(socket: Duplex): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secured = connectTLS({ socket, rejectUnauthorized: false })
    secured.once('secureConnect', () => {
      secured.off('error', reject)
      resolve(secured)
    })
    secured.once('error', reject)
  })
}

/** The path up to and with `proxy`, and what follows it, as the client wrote it: not a character is decoded. */
function splitPath({ path }: RequestContext): { prefix: string; rest: string } {
  const match = /^(\/+api\/+[^/]+(?:\/+namespaces\/+[^/]+)?\/+(?:pods|services|nodes)\/+[^/]+\/+proxy)(.*)$/s.exec(path)
  if (!match) throw badRequest(`the path ${path} is not one of a proxy`)
  return { prefix: match[1]!, rest: match[2]! }
}

function queryOf(ctx: RequestContext): string {
  const url = ctx.request.url ?? ''
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at)
}

async function redirect(ctx: RequestContext): Promise<void> {
  const location = `${ctx.path}/${queryOf(ctx)}`
  ctx.response.setHeader('Location', location)
  await sendBytes(ctx, 301, Buffer.from(`<a href="${location}">Moved Permanently</a>.\n\n`), 'text/html; charset=utf-8')
}

/** A redirect inside the pod's own server leads back through the proxy. Others, and relative ones, are left alone. */
function rewriteLocation(answer: IncomingMessage, prefix: string): void {
  const { location } = answer.headers
  if (location?.startsWith('/') && !location.startsWith('//') && !location.startsWith(prefix))
    answer.headers.location = prefix + location
}

function wholePort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw badRequest(`"${text}" is not a port`)
  return port
}
