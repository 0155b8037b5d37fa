import { PassThrough } from 'node:stream'
import type { KubeObject } from '../../engine/api/object.ts'
import type { RestClient } from '../../engine/client/rest.ts'

interface StreamOptions {
  signal?: AbortSignal
  query?: { resourceVersion?: string }
}

/** Collections by path, listed and watched as an API server would; writes are recorded. */
export class FakeApi {
  readonly writes: { method: string; path: string; body: unknown }[] = []
  readonly #collections = new Map<string, Map<string, KubeObject>>()
  readonly #watches = new Map<string, Set<PassThrough>>()
  readonly #waiting = new Set<() => void>()
  #version = 1

  get rest(): RestClient {
    return {
      request: (method: string, path: string, options?: { body?: unknown }) => this.#request(method, path, options),
      stream: (_method: string, path: string, options?: StreamOptions) => this.#stream(path, options),
    } as unknown as RestClient
  }

  put(path: string, object: object): void {
    const stored = structuredClone(object) as KubeObject
    stored.metadata.resourceVersion = String(++this.#version)
    stored.metadata.uid ??= `uid-${stored.metadata.name}`
    const key = `${stored.metadata.namespace ?? ''}/${stored.metadata.name}`
    const type = this.#of(path).has(key) ? 'MODIFIED' : 'ADDED'
    this.#of(path).set(key, stored)
    for (const watch of this.#watches.get(path) ?? []) watch.write(JSON.stringify({ type, object: stored }) + '\n')
  }

  /** Resolves with the first write that fits, past or to come. */
  written(fits: (write: FakeApi['writes'][number]) => boolean): Promise<FakeApi['writes'][number]> {
    return new Promise(resolve => {
      const look = () => {
        const found = this.writes.find(fits)
        if (!found) return
        this.#waiting.delete(look)
        resolve(found)
      }
      this.#waiting.add(look)
      look()
    })
  }

  async #request(method: string, path: string, { body }: { body?: unknown } = {}): Promise<unknown> {
    if (method === 'GET')
      return { metadata: { resourceVersion: String(this.#version) }, items: [...this.#of(path).values()] }
    this.writes.push({ method, path, body })
    for (const tell of this.#waiting) tell()
    return body
  }

  async #stream(path: string, { signal, query }: StreamOptions = {}): Promise<PassThrough> {
    const stream = new PassThrough()
    for (const object of this.#of(path).values())
      if (Number(object.metadata.resourceVersion) > Number(query?.resourceVersion))
        stream.write(JSON.stringify({ type: 'MODIFIED', object }) + '\n')
    const watches = this.#watches.get(path) ?? new Set()
    this.#watches.set(path, watches.add(stream))
    signal?.addEventListener('abort', () => stream.destroy(signal.reason as Error))
    stream.once('close', () => watches.delete(stream))
    return stream
  }

  #of(path: string): Map<string, KubeObject> {
    let collection = this.#collections.get(path)
    if (!collection) this.#collections.set(path, (collection = new Map()))
    return collection
  }
}

export const PATHS = {
  nodes: '/api/v1/nodes',
  services: '/api/v1/services',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
}

export function node(name: string, address: string, podCIDR: string, gatewayPort: number): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, annotations: { 'kubarium.io/overlay-gateway': `127.0.0.1:${gatewayPort}` } },
    spec: { podCIDR },
    status: { addresses: [{ type: 'InternalIP', address }], conditions: [] },
  }
}

export function service(name: string, spec: object, namespace = 'default'): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { type: 'ClusterIP', ...spec } }
}

export function slice(name: string, ports: object[], endpoints: object[], namespace = 'default'): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports,
    endpoints,
  }
}

export function endpoint(
  ip: string,
  nodeName: string,
  conditions: object = { ready: true, serving: true, terminating: false },
): object {
  return { addresses: [ip], nodeName, conditions }
}
