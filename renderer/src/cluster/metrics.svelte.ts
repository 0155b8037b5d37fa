import { createSubscriber } from 'svelte/reactivity'
import type { NodeMetrics, PodMetrics } from '../../../engine/api/types/metrics-v1beta1.ts'
import { parseQuantity } from '../../../engine/base/quantity.ts'
import { connection } from './connection.svelte.ts'
import { ApiError } from './api-error.ts'
import { requestJSON } from './rest.ts'
import type { Usage } from './usage.ts'

/** The metrics API measures every ten seconds or so; asking more often says nothing new. */
const EVERY_MS = 10_000
const ROOT = '/apis/metrics.k8s.io/v1beta1'

/** What nodes and pods use now, by the metrics API, for as long as somebody looks. */
class CurrentMetrics {
  #nodes: ReadonlyMap<string, Usage> = $state.raw(new Map())
  #pods: ReadonlyMap<string, Usage> = $state.raw(new Map())
  #error: ApiError | undefined = $state.raw()
  #subscribe = createSubscriber(() => {
    queueMicrotask(() => void this.#ask())
    const timer = setInterval(() => void this.#ask(), EVERY_MS)
    return () => clearInterval(timer)
  })

  /** By the name of the node. */
  get nodes(): ReadonlyMap<string, Usage> {
    this.#subscribe()
    return this.#nodes
  }

  /** By `namespace/name`, all containers together. */
  get pods(): ReadonlyMap<string, Usage> {
    this.#subscribe()
    return this.#pods
  }

  /** Why nothing is known: the cluster may have no metrics API. */
  get error(): ApiError | undefined {
    this.#subscribe()
    return this.#error
  }

  async #ask(): Promise<void> {
    if (document.hidden) return
    const list = <T>(resource: string) =>
      requestJSON<{ items: T[] | null }>(`${connection.cluster}${ROOT}/${resource}`).then(body => body.items ?? [])
    try {
      const [nodes, pods] = await Promise.all([list<NodeMetrics>('nodes'), list<PodMetrics>('pods')])
      this.#nodes = new Map(nodes.map(n => [n.metadata.name!, usageOf([n.usage])]))
      this.#pods = new Map(
        pods.map(p => [`${p.metadata.namespace}/${p.metadata.name}`, usageOf((p.containers ?? []).map(c => c.usage))]),
      )
      this.#error = undefined
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      this.#error = error
    }
  }
}

function usageOf(parts: readonly (Record<string, string> | undefined)[]): Usage {
  const sum = (resource: string, read: (text: string) => number) =>
    parts.reduce((total, usage) => total + (usage?.[resource] ? read(usage[resource]) : 0), 0)
  return {
    cpu: sum('cpu', text => parseQuantity(text).milliValue()),
    memory: sum('memory', t => parseQuantity(t).value()),
  }
}

export const currentMetrics = new CurrentMetrics()
