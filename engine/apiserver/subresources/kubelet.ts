import { badRequest } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'
import { commonHeaders } from '../request/respond.ts'
import type { SubresourceHandler } from '../rest.ts'
import { kubeletOf, kubeletOptions, kubeletUnreachable } from './kubelet-client.ts'
import type { KubeletAddress } from './kubelet-client.ts'
import { copyBody, pipe, tunnel } from './upstream.ts'
import type { Upstream } from './upstream.ts'

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
  const path = `/containerLogs/${namespace}/${name}/${container}`
  const upstream = upstreamOf(backend, target, 'GET', path, query, 'text/plain')
  if (!ctx.upgrade) return pipe(ctx, upstream)
  const { acceptReader } = await import('./log-websocket.ts')
  await copyBody(ctx, upstream, () => acceptReader(ctx))
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
  const target = await kubeletOf(backend, pod.spec.nodeName)
  await tunnel(ctx, upstreamOf(backend, target, ctx.method, path, query, 'text/plain'))
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

function upstreamOf(
  backend: Backend,
  kubelet: KubeletAddress,
  method: string,
  path: string,
  query: URLSearchParams,
  type: string,
): Upstream {
  const text = query.toString()
  return {
    secure: true,
    options: kubeletOptions(backend, kubelet),
    method,
    path: text ? `${path}?${text}` : path,
    type,
    unreachable: error => kubeletUnreachable(backend, kubelet, error),
  }
}
