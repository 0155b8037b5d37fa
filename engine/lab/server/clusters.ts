import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import type { Disposable } from '../../base/disposable.ts'
import type { Logger } from '../../base/log.ts'
import type { ContextEntry } from '../contract.ts'
import type { LabHost } from '../host.ts'
import { ClusterProxy, type Upstream } from './cluster-proxy.ts'
import { Contexts } from './contexts.ts'

export interface ClustersOptions {
  host: LabHost
  clock: Clock
  log: Logger
}

/** The API servers that pages reach through the lab server: the lab's own, and those of the user's kubeconfig. */
export class Clusters implements Disposable {
  readonly #log: Logger
  readonly #contexts: Contexts
  readonly #lab: ClusterProxy
  readonly #others = new Map<string, ClusterProxy>()

  constructor({ host, clock, log }: ClustersOptions) {
    this.#log = log
    const ownServer = `https://127.0.0.1:${host.config.ports.apiServer}`
    this.#contexts = new Contexts({ env: process.env, homeDir: homedir(), cwd: process.cwd(), clock, ownServer })
    let own: Promise<Upstream> | undefined
    // The identity is made while the lab starts, and read when it is first needed.
    const upstream = () => (own ??= Promise.resolve(labUpstream(host, ownServer)))
    this.#lab = new ClusterProxy({ prefix: '/cluster', upstream, log })
  }

  contexts(): ContextEntry[] {
    return this.#contexts.list()
  }

  /** Whom a path leads to: `/cluster/…` the lab's, `/contexts/NAME/…` that of a context; undefined for all others. */
  at(path: string): ClusterProxy | undefined {
    if (path.startsWith('/cluster/')) return this.#lab
    const written = /^\/contexts\/([^/]+)\//.exec(path)?.[1]
    return written === undefined ? undefined : this.#context(written)
  }

  dispose(): void {
    for (const proxy of [this.#lab, ...this.#others.values()]) proxy.dispose()
  }

  #context(written: string): ClusterProxy | undefined {
    const known = this.#others.get(written)
    if (known) return known
    const name = decoded(written)
    // One that does not exist must not take memory, however many of them are asked for; nor one that is spelt differently.
    if (name === undefined || encodeURIComponent(name) !== written) return undefined
    if (!this.#contexts.list().some(entry => entry.name === name)) return undefined
    const proxy = new ClusterProxy({
      prefix: `/contexts/${written}`,
      upstream: () => this.#contexts.upstream(name),
      refused: () => this.#contexts.refused(name),
      log: this.#log,
    })
    this.#others.set(written, proxy)
    return proxy
  }
}

function labUpstream(host: LabHost, server: string): Upstream {
  const read = (file: string) => readFileSync(join(host.paths.pki, file), 'utf8')
  return {
    base: new URL(server),
    tls: { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') },
    headers: {},
    unreachable: 'Is a majority of the masters running?',
  }
}

function decoded(written: string): string | undefined {
  try {
    return decodeURIComponent(written)
  } catch {
    return undefined // no address of ours
  }
}
