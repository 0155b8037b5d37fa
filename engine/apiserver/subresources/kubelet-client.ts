import { request as httpsRequest } from 'node:https'
import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { ApiError } from '../../api/status.ts'
import type { KubeObject } from '../../api/object.ts'
import type { Backend } from '../backend.ts'

/** Where a kubelet listens. */
export interface KubeletAddress {
  node: string
  host: string
  port: number
}

/** Every kubelet listens on loopback, at the port that its Node tells. @throws ApiError 404 or 500 */
export async function kubeletOf(backend: Backend, name: string): Promise<KubeletAddress> {
  const nodes = backend.resources.must('', 'v1', 'nodes')
  const { object: node } = await backend.registry.get(nodes, '', name)
  const port = portOf(node)
  if (!port)
    throw new ApiError(
      500,
      'InternalError',
      `Internal error occurred: node ${name} has not told where its kubelet listens; wait until it is Ready`,
    )
  return { node: name, host: '127.0.0.1', port }
}

/** The kubelets of all nodes that are Ready. */
export async function readyKubelets(backend: Backend): Promise<KubeletAddress[]> {
  const { prefix } = backend.resources.must('', 'v1', 'nodes')
  const cache = await backend.feed.cache(prefix)
  return [...cache.values(prefix)].flatMap(({ object: node }) => {
    const port = portOf(node)
    const conditions = (node.status?.conditions ?? []) as { type: string; status: string }[]
    const ready = conditions.some(c => c.type === 'Ready' && c.status === 'True')
    return port && ready ? [{ node: node.metadata.name!, host: '127.0.0.1', port }] : []
  })
}

function portOf(node: KubeObject): number | undefined {
  return node.status?.daemonEndpoints?.kubeletEndpoint?.Port as number | undefined
}

/** What a request to a kubelet needs: its address and this server's certificate. @throws ApiError without one */
export function kubeletOptions(backend: Backend, { host, port }: KubeletAddress): RequestOptions {
  const { kubeletClient: kubelet } = backend.config
  if (!kubelet)
    throw new ApiError(
      500,
      'InternalError',
      'Internal error occurred: this API server has no certificate for kubelets; set "kubeletClient" in its configuration',
    )
  return {
    ...{ host, port, cert: kubelet.cert, key: kubelet.key, ca: kubelet.ca ?? backend.config.clientCA },
    // The certificate is the node's, not the loopback address': its signer is what counts.
    checkServerIdentity: () => undefined,
    agent: false,
  }
}

/** What a client is told when a kubelet does not answer. */
export function kubeletUnreachable(backend: Backend, kubelet: KubeletAddress, error: NodeJS.ErrnoException): ApiError {
  backend.log.info('a kubelet cannot be reached', { node: kubelet.node, error: error.message })
  const why = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message
  return new ApiError(500, '', `error dialing backend: dial tcp ${kubelet.host}:${kubelet.port}: ${why}`)
}

/** Asks a kubelet for a JSON document. @throws Error if it does not answer, or not with 200, in time */
export function askKubelet(
  backend: Backend,
  kubelet: KubeletAddress,
  path: string,
  timeoutMs: number,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ ...kubeletOptions(backend, kubelet), path, timeout: timeoutMs }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if (answer.statusCode !== 200) return reject(new Error(`the kubelet of ${kubelet.node} answered: ${text}`))
        try {
          resolve(JSON.parse(text))
        } catch (error) {
          reject(error as Error)
        }
      })
    })
    request.on('timeout', () =>
      request.destroy(new Error(`the kubelet of ${kubelet.node} did not answer in ${timeoutMs} ms`)),
    )
    request.on('error', reject)
    request.end()
  })
}

/** Connects to an address of the cluster's network through a node, which is on it. @throws Error in Go's words */
export function dialCluster(
  backend: Backend,
  kubelet: KubeletAddress,
  ip: string,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const path = `/dial/${ip}/${port}`
    const headers = { connection: 'Upgrade', upgrade: 'tcp' }
    const request = httpsRequest({ ...kubeletOptions(backend, kubelet), path, headers, signal })
    request.on('upgrade', (_answer, socket: Duplex, head: Buffer) => {
      if (head.length) socket.unshift(head)
      resolve(socket)
    })
    request.on('response', answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => reject(new Error(`dial tcp ${ip}:${port}: ${Buffer.concat(chunks).toString()}`)))
    })
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`dial tcp ${ip}:${port}: node ${kubelet.node} does not answer: ${error.message}`)),
    )
    request.end()
  })
}
