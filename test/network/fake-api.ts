import { PassThrough } from 'node:stream'
import type { KubeObject } from '../../engine/api/object.ts'
import type { RestClient } from '../../engine/client/rest.ts'

/** Collections by path, listed and watched as an API server would; writes are recorded. */
export class FakeApi {
  readonly writes: { method: string; path: string; body: unknown }[] = []
  readonly #collections = new Map<string, Map<string, KubeObject>>()
  readonly #watches = new Map<string, Set<PassThrough>>()
  readonly #waiting = new Set<() => void>()
  #version = 1

  get rest(): RestClient {
    const api = this
    return {
      async request(method: string, path: string, options: { body?: unknown } = {}) {
        if (method === 'GET')
          return { metadata: { resourceVersion: String(api.#version) }, items: [...api.#of(path).values()] }
        api.writes.push({ method, path, body: options.body })
        for (const tell of api.#waiting) tell()
        return options.body
      },
      async stream(
        _method: string,
        path: string,
        { signal, query }: { signal?: AbortSignal; query?: { resourceVersion?: string } } = {},
      ) {
        const stream = new PassThrough()
        for (const object of api.#of(path).values())
          if (Number(object.metadata.resourceVersion) > Number(query?.resourceVersion))
            stream.write(JSON.stringify({ type: 'MODIFIED', object }) + '\n')
        const watches = api.#watches.get(path) ?? new Set()
        api.#watches.set(path, watches.add(stream))
        signal?.addEventListener('abort', () => stream.destroy(signal.reason as Error))
        stream.once('close', () => watches.delete(stream))
        return stream
      },
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
