import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Timer } from '../base/clock.ts'
import { UserError } from '../base/errors.ts'
import { Eventual } from '../base/eventual.ts'
import type { Logger } from '../base/log.ts'
import type { Platform } from '../base/platform/platform.ts'
import type { Random } from '../base/random.ts'
import { writeImageSettings } from '../kubelet/images/import.ts'
import { readImageSettings } from '../kubelet/images/store.ts'
import { removeMemoryFolder } from '../kubelet/volumes/memory-folder.ts'
import type { MemberStatus } from '../store/kv.ts'
import {
  labPaths,
  type MachineSpec,
  makeFolder,
  readLabConfig,
  reservedPorts,
  writeFileAtomically,
  writeLabConfig,
  type LabConfig,
  type LabPaths,
} from './config.ts'
import { otherLabs } from './client.ts'
import type { HostRecord, LabStatus, MachineAction, MachineStatus, OtherLab, Progress } from './contract.ts'
import { checkEtcdIsEmpty } from './external-etcd.ts'
import { explainDisk, takeHostRecord } from './host-record.ts'
import { untilClusterAdmitsPods } from './host/default-service-account.ts'
import { detailsOf } from './host/details.ts'
import { Entrance } from './host/entrance.ts'
import { waitedFor } from './host/progress.ts'
import { surroundingsOf } from './host/surroundings.ts'
import { UsageMeter } from './host/usage.ts'
import type { MachineConfig } from './machine/config.ts'
import type { MachineMessage } from './machine/messages.ts'
import { addMaster, removeMaster, type MachineKeeper } from './masters.ts'
import { Pki } from './pki.ts'
import {
  adminClient,
  adminKubeconfig,
  labIdentities,
  planLab,
  planWorker,
  provisionMachine,
  repairPorts,
  type LabIdentities,
  type NewLab,
} from './provision.ts'
import { Supervisor, type MachineView } from './supervisor.ts'

export interface LabHostOptions {
  dataDir: string
  clock: Clock
  random: Random
  platform: Platform
  log: Logger
  /** Node binary that machines and pods run on. */
  node: string
  /** Script of the machine process. */
  machineEntry: string
  imagesDir: string
}

/** glibc keeps an arena for each thread, and most of each for itself; two are plenty for processes like ours. */
const LEAN_MEMORY = { MALLOC_ARENA_MAX: '2' }
const FOLDER_CHECK_MS = 5_000

/**
 * Owns one lab while it is up: folder, identities, machines, load balancer and open ports. Holds no state of the
 * cluster. One host per lab at a time, guarded by `host.json`.
 */
export class LabHost {
  readonly config: LabConfig
  readonly paths: LabPaths
  readonly record: HostRecord
  readonly #options: LabHostOptions
  readonly #pki: Pki
  readonly #supervisor: Supervisor
  readonly #entrance: Entrance
  readonly #usage: UsageMeter
  readonly #stores = new Map<string, MemberStatus>()
  readonly #listeners = new Set<() => void>()
  readonly #startedAt: string
  readonly #ready = new Eventual<void>()
  readonly #ending = new AbortController()
  readonly #abandoned = Promise.withResolvers<void>()
  #watch: Timer | undefined
  #wasReady = false
  #stopping = false

  private constructor(
    config: LabConfig,
    paths: LabPaths,
    record: HostRecord,
    options: LabHostOptions,
    movable: boolean,
  ) {
    this.config = config
    this.paths = paths
    this.record = record
    this.#options = options
    const { clock, platform, log, node, machineEntry } = options
    this.#startedAt = new Date(clock.now()).toISOString()
    this.#pki = new Pki(paths.pki, options.random)
    this.#usage = new UsageMeter(platform, clock)
    this.#entrance = new Entrance({
      config,
      clock,
      log,
      overlayKey: () => this.#pki.overlayKey(),
      supervisor: () => this.#supervisor,
      identity: async () => {
        const { ca, admin } = await this.identities()
        return { ca, ...admin }
      },
      save: () => writeLabConfig(paths, config),
      movable,
      onChange: () => this.#changed(),
    })
    this.#supervisor = new Supervisor({
      clock,
      platform,
      log: log.child('supervisor'),
      node,
      entry: machineEntry,
      env: { NODE_COMPILE_CACHE: join(options.dataDir, 'compile-cache'), ...LEAN_MEMORY },
      onState: machine => this.#onState(machine),
      onMessage: (machine, message) => this.#onMessage(machine, message),
    })
  }

  /**
   * Takes a lab into hand: makes it if it does not exist, refuses if another host has it, ends what a dead host left.
   * @throws UserError with the way out.
   */
  static async open(wanted: NewLab, options: LabHostOptions): Promise<LabHost> {
    const paths = labPaths(options.dataDir, wanted.name)
    makeFolder(paths.root)
    makeFolder(paths.logs)
    const record = takeHostRecord(paths, options.platform)
    try {
      let config = readLabConfig(paths)
      const isNew = !config
      if (!config) {
        if (wanted.etcd) await checkEtcdIsEmpty(wanted.etcd, options)
        const now = new Date(options.clock.now()).toISOString()
        config = await planLab(wanted, now, options.random, reservedPorts(options.dataDir))
        writeLabConfig(paths, config)
      } else {
        const moved = wanted.port !== undefined && wanted.port !== config.ports.apiServer
        if (moved) config.ports.apiServer = wanted.port!
        if (wanted.allowedHostPaths) config.allowedHostPaths = wanted.allowedHostPaths
        if (wanted.dnsForward) config.network.dnsForward = wanted.dnsForward
        if ((await repairPorts(config)) || moved || wanted.allowedHostPaths || wanted.dnsForward)
          writeLabConfig(paths, config)
      }
      return new LabHost(config, paths, record, options, isNew && wanted.port === undefined)
    } catch (error) {
      rmSync(paths.host, { force: true })
      throw explainDisk(error)
    }
  }

  /** Starts everything and resolves when every machine is ready. */
  async up(onProgress: (progress: Progress) => void): Promise<void> {
    const begun = this.#options.clock.monotonic()
    const report = (phase: string, done = false) =>
      onProgress({ phase, elapsedMs: this.#options.clock.monotonic() - begun, done })
    try {
      await this.#entrance.open()
      report('certificates')
      for (const spec of this.config.machines) this.#supervisor.define(await this.#provision(spec))
      writeFileAtomically(this.paths.kubeconfig, await adminKubeconfig(this.config, this.#pki))
      // Whoever reads them from the lab's folder finds them made.
      await this.identities()
    } catch (error) {
      throw explainDisk(error)
    }
    report('machines')
    for (const spec of this.config.machines) this.#supervisor.start(spec.name)
    const off = this.onChange(() => report(waitedFor(this.#supervisor.views())))
    try {
      await this.#ready.wait()
      await this.#noteFounded()
    } finally {
      off()
    }
    report('ready', true)
  }

  /** Called after every change of the status. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  status(): LabStatus {
    this.#usage.measure(this.#supervisor.views().flatMap(m => (m.pid === undefined ? [] : [m.pid])))
    const machines = this.config.machines.map((spec): MachineStatus => {
      const { state, pid, phase, reason, startedAt } = this.#supervisor.view(spec.name)
      return {
        ...detailsOf(spec, this.config),
        state,
        pid,
        phase,
        reason,
        startedAt,
        store: this.#stores.get(spec.name),
        usage: this.#usage.of(pid),
        connections: spec.role === 'control-plane' ? this.#entrance.loadOf(spec.name) : undefined,
      }
    })
    const allRun = machines.every(m => m.state === 'running')
    return {
      ...surroundingsOf(this.config, this.paths),
      state: this.#stopping ? 'stopping' : !this.#wasReady ? 'starting' : allRun ? 'running' : 'degraded',
      pid: process.pid,
      startedAt: this.#startedAt,
      machines,
      exposed: this.#entrance.exposed(),
    }
  }

  async act(machine: string, action: MachineAction): Promise<void> {
    switch (action) {
      case 'kill':
        return this.#supervisor.kill(machine)
      case 'stop':
        return this.#supervisor.stop(machine)
      case 'start':
        return this.#supervisor.start(machine)
      case 'pause':
        return this.#supervisor.pause(machine)
      case 'resume':
        return this.#supervisor.resume(machine)
    }
  }

  /** What the lab is reached by from this laptop. */
  get entrance(): Entrance {
    return this.#entrance
  }

  /** Says whether pods may run programs of this machine. Machines that run see it at once. */
  allowHostPrograms(allowed: boolean): void {
    const { images } = this.paths
    writeImageSettings(images, { ...readImageSettings(images), hostPrograms: allowed })
    this.#changed()
  }

  /** By what the lab's API servers and store members know one who may ask for everything. */
  identities(): Promise<LabIdentities> {
    return labIdentities(this.config, this.#pki)
  }

  /** Whether a look at what processes use costs next to nothing here. */
  get looksAreCheap(): boolean {
    return this.#options.platform.looksAreCheap
  }

  /** Adds a worker and starts it. Gives its name. */
  async addWorker(): Promise<string> {
    const spec = await planWorker(this.config)
    this.#supervisor.define(await this.#provision(spec))
    this.config.machines.push(spec)
    writeLabConfig(this.paths, this.config)
    this.#supervisor.start(spec.name)
    return spec.name
  }

  /** Adds a master, whose store member gets a vote when it has caught up. Gives its name. */
  addMaster(): Promise<string> {
    return addMaster(this.#keeper())
  }

  #keeper(): MachineKeeper {
    return {
      clock: this.#options.clock,
      config: this.config,
      pki: this.#pki,
      save: () => writeLabConfig(this.paths, this.config),
      start: async spec => {
        this.#supervisor.define(await this.#provision(spec))
        this.#supervisor.start(spec.name)
      },
      discard: name => this.#discard(name),
      failureOf: name => {
        const { state, reason } = this.#supervisor.view(name)
        return state === 'dead' ? (reason ?? 'its process ended') : undefined
      },
    }
  }

  #provision(spec: MachineSpec): Promise<MachineConfig> {
    return provisionMachine(this.config, spec, this.paths, this.#pki, this.#options.imagesDir)
  }

  /** The cluster lives: from here on a master without its store's file has lost it. */
  async #noteFounded(): Promise<void> {
    if (this.config.machines.some(m => m.role === 'control-plane' && m.store === 'founding'))
      await untilClusterAdmitsPods(await adminClient(this.config, this.#pki), this.#options, this.#ending.signal)
    for (const spec of this.config.machines) {
      if (spec.role !== 'control-plane' || spec.store !== 'founding') continue
      spec.store = 'member'
      this.#supervisor.redefine(await this.#provision(spec))
    }
    writeLabConfig(this.paths, this.config)
  }

  /** Stops a machine for good and removes its folder. The caller removes a worker's Node. */
  async removeMachine(name: string): Promise<void> {
    const spec = this.config.machines.find(m => m.name === name)
    if (spec?.role === 'control-plane') await removeMaster(this.#keeper(), name)
    else await this.#discard(name)
  }

  async #discard(name: string): Promise<void> {
    await this.#supervisor.stop(name)
    this.#supervisor.forget(name)
    this.#clearMemory(name)
    this.config.machines = this.config.machines.filter(m => m.name !== name)
    writeLabConfig(this.paths, this.config)
    this.#changed()
  }

  /** Resolves when the lab's folder was deleted: nobody could find this host any more to end it. */
  untilAbandoned(): Promise<void> {
    this.#watch ??= this.#options.clock.every(FOLDER_CHECK_MS, () => {
      if (this.#stopping || existsSync(this.paths.root)) return
      this.#options.log.warn("the lab's folder is gone", { folder: this.paths.root })
      this.#abandoned.resolve()
    })
    return this.#abandoned.promise
  }

  /** The other labs of the data folder, by name. */
  otherLabs(): OtherLab[] {
    return otherLabs(this.#options.dataDir, this.config.name, this.#options.platform)
  }

  /** Notes the lab server's address, so that the command line finds it. */
  announce(url: string): void {
    this.record.url = url
    writeFileAtomically(this.paths.host, JSON.stringify(this.record))
  }

  /** Stops all machines, workers before masters, and lets go of the lab. */
  async close(): Promise<void> {
    if (this.#stopping) return
    this.#stopping = true
    this.#watch?.cancel()
    this.#changed()
    this.#ready.reject(new Error('the lab is stopping'))
    this.#ending.abort(new Error('the lab is stopping'))
    const workers = this.config.machines.filter(m => m.role === 'worker')
    const known = new Set(this.#supervisor.views().map(m => m.name))
    await Promise.all(workers.filter(w => known.has(w.name)).map(w => this.#supervisor.stop(w.name)))
    await this.#supervisor.close()
    // One that was killed has not cleared its own away.
    for (const { name } of workers) this.#clearMemory(name)
    this.#entrance.dispose()
    rmSync(this.paths.host, { force: true })
  }

  #onState(machine: MachineView): void {
    const spec = this.config.machines.find(m => m.name === machine.name)
    if (!spec) return
    const { name } = machine
    this.#entrance.follow(spec, machine)
    if (spec.role === 'control-plane' && machine.pid === undefined) this.#stores.delete(name)
    if (!this.#wasReady && this.#supervisor.views().every(m => m.state === 'running')) {
      this.#wasReady = true
      this.#ready.resolve()
    }
    if (machine.state === 'dead' && !this.#wasReady)
      this.#ready.reject(
        new UserError(
          `Machine ${name} did not come up: ${machine.reason}`,
          `Its log is ${this.paths.machine(name)}/machine.log.`,
        ),
      )
    this.#changed()
  }

  #onMessage(machine: string, message: MachineMessage): void {
    if (message.type === 'store') this.#stores.set(machine, message.status)
    else if (message.type === 'expose') this.#entrance.expose(machine, message.ports)
    else if (message.type === 'alive') return
    this.#changed()
  }

  #clearMemory(machine: string): void {
    removeMemoryFolder(this.#options.platform, this.paths.machine(machine))
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
