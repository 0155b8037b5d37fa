import type { Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import { isNotFound } from '../../client/errors.ts'
import type { RestClient } from '../../client/rest.ts'
import type { ControlPlaneSpec } from '../config.ts'
import type { LabHost } from '../host.ts'
import type { LabStatus } from '../contract.ts'
import type { MasterPart, MetricsSource } from './collector.ts'

/** Whoever takes longer leaves a gap. */
const TIMEOUT_MS = 3_000
/** Where each look at processes starts a program, it is taken so often only. */
const DEAR_LOOK_MS = 15_000
const USER_AGENT = 'kubarium-metrics'

/** Asks the machines of a lab: each master by itself, and the cluster through the load balancer. */
export class LabMetricsSource implements MetricsSource, Disposable {
  readonly #host: LabHost
  readonly #clock: Clock
  readonly #clients = new Map<string, RestClient>()
  #status: LabStatus | undefined
  #lookedAt = -Infinity
  #cpu = process.cpuUsage()
  #cpuAt: number

  constructor(host: LabHost, clock: Clock) {
    this.#host = host
    this.#clock = clock
    this.#cpuAt = clock.monotonic()
  }

  status(): LabStatus {
    const now = this.#clock.monotonic()
    if (!this.#status || this.#host.looksAreCheap || now - this.#lookedAt >= DEAR_LOOK_MS - 1_000) {
      this.#status = this.#host.status()
      this.#lookedAt = now
    }
    return this.#status
  }

  hostUsage(): { cpu: number; memory: number } {
    const now = this.#clock.monotonic()
    const { user, system } = process.cpuUsage(this.#cpu)
    const cpu = (user + system) / 1_000 / Math.max(1, now - this.#cpuAt)
    this.#cpu = process.cpuUsage()
    this.#cpuAt = now
    return { cpu, memory: process.memoryUsage.rss() }
  }

  async read(master: string, of: MasterPart): Promise<string> {
    const spec = this.#host.config.machines.find((m): m is ControlPlaneSpec => m.name === master)!
    const port = spec.ports[of === 'store' ? 'etcd' : of]
    const client = await this.#client(`${of} ${port}`, of === 'store' ? 'etcd' : 'admin', port)
    return (await client.requestText('GET', '/metrics', { timeoutMs: TIMEOUT_MS })).text
  }

  async list<T>(path: string): Promise<readonly T[] | undefined> {
    const { apiServer } = this.#host.config.ports
    const client = await this.#client(`cluster ${apiServer}`, 'admin', apiServer)
    try {
      return (await client.request<{ items: T[] | null }>('GET', path, { timeoutMs: TIMEOUT_MS })).items ?? []
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  dispose(): void {
    for (const client of this.#clients.values()) client.dispose()
  }

  async #client(key: string, as: 'admin' | 'etcd', port: number): Promise<RestClient> {
    const known = this.#clients.get(key)
    if (known) return known
    // A host that has just started has better things to load.
    const { RestClient } = await import('../../client/rest.ts')
    const { ca, [as]: identity } = await this.#host.identities()
    const client = new RestClient({
      ...{ server: `https://127.0.0.1:${port}`, ca, ...identity },
      ...{ userAgent: USER_AGENT, maxConnections: 2 },
    })
    this.#clients.set(key, client)
    return client
  }
}
