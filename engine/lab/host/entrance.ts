import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { LoadBalancer } from '../balancer.ts'
import type { LabConfig, MachineSpec } from '../config.ts'
import { Edge } from '../edge.ts'
import { UserError } from '../../base/errors.ts'
import type { WorkerRules } from '../contract.ts'
import { Pages, type PageTarget } from '../pages.ts'
import { Trials } from '../trials/trials.ts'
import { readRules } from '../worker-rules.ts'
import { Peers } from '../../network/proxy/peers.ts'
import type { MachineView, Supervisor } from '../supervisor.ts'

export interface EntranceOptions {
  config: LabConfig
  clock: Clock
  log: Logger
  /** By which workers know this host. */
  overlayKey(): string
  supervisor(): Supervisor
  /** As the administrator of the cluster. */
  identity(): Promise<{ ca: string; cert: string; key: string }>
  /** Writes the config down. */
  save(): void
  /** Whether the cluster's port may still change: nobody knows it yet. */
  movable: boolean
  onChange(): void
}

/** What a lab can be reached by from the laptop: the API server's address, the way to pods, and exposed ports. */
export class Entrance {
  readonly #options: EntranceOptions
  readonly #masters = new LoadBalancer()
  readonly #workers = new LoadBalancer()
  readonly #edge: Edge
  readonly #pages: Pages
  /** Requests through Services that a person tries. */
  readonly trials: Trials

  constructor(options: EntranceOptions) {
    this.#options = options
    const { config, log, overlayKey, supervisor, identity, onChange } = options
    let known: Peers | undefined
    const peers = () => (known ??= new Peers(overlayKey()))
    const workers = () => this.#workerProxies()
    const access = async () => ({ server: `https://127.0.0.1:${config.ports.apiServer}`, ...(await identity()) })
    this.#pages = new Pages(workers, peers, access, config.network.clusterDomain, log.child('pages'))
    this.trials = new Trials({ workers, peers, domain: config.network.clusterDomain, clock: options.clock })
    this.#edge = new Edge(
      log.child('edge'),
      workers,
      peers,
      results => {
        for (const spec of config.machines)
          if (spec.role === 'worker') supervisor().send(spec.name, { type: 'exposed', ports: results })
        onChange()
      },
      ({ kind, port }) =>
        kind !== 'Ingress' ? port : port === 80 ? config.ports.ingressHTTP : config.ports.ingressHTTPS,
    )
  }

  /** Opens the addresses. A new lab moves if its port was taken since it was planned; others are known by theirs. */
  async open(): Promise<void> {
    const { config, movable, save } = this.#options
    try {
      await this.#masters.listen(config.ports.apiServer)
    } catch (error) {
      if (!movable) throw error
      config.ports.apiServer = await this.#masters.listen(0)
      save()
    }
    await this.#workers.listen(config.ports.proxy)
  }

  /** A machine's state has changed. */
  follow(spec: MachineSpec, machine: MachineView): void {
    const { name } = machine
    const balancer = spec.role === 'control-plane' ? this.#masters : this.#workers
    if (machine.state === 'running') balancer.add(this.#options.supervisor().backend(name))
    else balancer.remove(name)
    if (spec.role === 'worker' && machine.pid === undefined) this.#edge.setWanted(name, undefined)
  }

  /** What a worker wants to be open to the laptop. */
  expose(worker: string, ports: Parameters<Edge['setWanted']>[1]): void {
    this.#edge.setWanted(worker, ports)
  }

  /** The connections to the API server that were passed on to a master. */
  loadOf(master: string): { open: number; served: number } {
    return this.#masters.loadOf(master)
  }

  exposed(): ReturnType<Edge['results']> {
    return this.#edge.results()
  }

  /** Opens a Service or pod for browsers of this laptop. Gives the port. @throws UserError */
  openPage(target: PageTarget): Promise<number> {
    return this.#pages.open(target)
  }

  /** The rules of a worker's proxy; those of one Service (`namespace/name`) if one is named. @throws UserError */
  async rulesOf(name: string, service?: string): Promise<WorkerRules> {
    const { proxyMode, ipvsScheduler = 'rr' } = this.#options.config.network
    const worker = this.#workerProxies().find(w => w.name === name)
    if (!worker)
      throw new UserError(`No worker ${name} is running.`, 'Choose a worker that runs, or start it under Machines.')
    return { mode: proxyMode, scheduler: ipvsScheduler, text: await readRules(worker, service) }
  }

  #workerProxies() {
    const { config, supervisor } = this.#options
    return config.machines
      .filter(m => m.role === 'worker')
      .filter(m => supervisor().view(m.name).state === 'running')
      .map(m => ({ name: m.name, host: '127.0.0.1', port: m.ports.proxy, address: m.address }))
  }

  dispose(): void {
    this.#edge.dispose()
    this.#pages.dispose()
    this.#masters.dispose()
    this.#workers.dispose()
  }
}
