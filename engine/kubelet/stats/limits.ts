import type { Clock, Timer } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Platform, TreeUsage } from '../../base/platform/platform.ts'
import type { ContainerStatus, RuntimeService } from '../runtime/service.ts'
import { CpuAccount } from './cpu-account.ts'

export interface LimitOptions {
  platform: Platform
  clock: Clock
  log: Logger
  runtime: Pick<RuntimeService, 'list' | 'leaders' | 'kill' | 'onEvent'>
  /** Most processes of a pod. */
  processes: number
}

/** How often all processes of limited containers are looked for. */
const SCAN_MS = 1_000
const DEAR_SCAN_MS = 5_000
/** How often it is looked whether many processes have come since the last scan: a fork bomb must not wait for the next. */
const PULSE_MS = 100
const MANY_TASKS = 200
/** How often those are looked at that use much of what they may. */
const BUSY_MS = 50
const DEAR_BUSY_MS = 500
/** What Node itself takes, which a program written for another runtime would not: a limit of 20Mi is meant for those. */
export const NODE_ALLOWANCE_BYTES = 64 << 20

interface Limited {
  status: ContainerStatus
  leaders: number[]
  pids: number[]
  account: CpuAccount | undefined
  /** Processor seconds at the last scan, and those that were accounted for since. */
  scannedSeconds: number
  sinceScan: number
  perPid: Map<number, number>
  stopped: boolean
}

/**
 * Holds containers to their limits by measuring them. Memory and processes beyond a limit end the container, as
 * OOMKilled and PIDLimitExceeded; a processor limit is held by stopping and continuing its processes in turn, so that their
 * mean stays near it. What takes less than a look's time to overstep is not prevented.
 */
export class LimitEnforcer {
  readonly #options: LimitOptions
  readonly #limited = new Map<string, Limited>()
  readonly #unsubscribe: () => void
  #scan: Timer | undefined
  #busy: Timer | undefined
  #pulse: Timer | undefined
  #tasks: number | undefined

  constructor(options: LimitOptions) {
    this.#options = options
    this.#unsubscribe = options.runtime.onEvent(({ type, container }) => {
      if (type === 'CONTAINER_STARTED_EVENT') this.#add(container)
      else if (type === 'CONTAINER_UPDATED_EVENT') this.#update(container)
      else if (this.#limited.get(container.id)?.status.pid === container.pid) this.#limited.delete(container.id)
    })
  }

  /** Lets everything go on that is stopped. */
  dispose(): void {
    this.#unsubscribe()
    this.#scan?.cancel()
    this.#busy?.cancel()
    this.#pulse?.cancel()
    for (const container of this.#limited.values()) this.#continue(container)
    this.#limited.clear()
  }

  #add(status: ContainerStatus): void {
    const { platform, clock } = this.#options
    const account = this.#newAccount(status)
    this.#limited.set(status.id, {
      status,
      leaders: [status.pid],
      pids: [],
      account,
      scannedSeconds: 0,
      sinceScan: 0,
      perPid: new Map(),
      stopped: false,
    })
    this.#scan ??= clock.after(platform.looksAreCheap ? SCAN_MS : DEAR_SCAN_MS, () => this.#scanAll())
    if (this.#tasks === undefined) this.#tasks = platform.taskCount()
    if (this.#tasks !== undefined) this.#pulse ??= clock.after(PULSE_MS, () => this.#feelPulse())
  }

  #feelPulse(): void {
    const { platform, clock } = this.#options
    this.#pulse = this.#limited.size > 0 ? clock.after(PULSE_MS, () => this.#feelPulse()) : undefined
    const tasks = platform.taskCount()
    if (tasks === undefined || tasks - this.#tasks! < MANY_TASKS) return
    this.#scan?.cancel()
    this.#scanAll()
  }

  #newAccount({ config }: ContainerStatus): CpuAccount | undefined {
    const { platform, clock } = this.#options
    const { cpuMillis } = config.limits ?? {}
    return cpuMillis && platform.canPause ? new CpuAccount(cpuMillis / 1000, clock.monotonic()) : undefined
  }

  #update(status: ContainerStatus): void {
    const container = this.#limited.get(status.id)
    if (!container) return
    container.status = status
    const { cpuMillis } = status.config.limits ?? {}
    if (container.account && cpuMillis)
      return container.account.changeLimit(cpuMillis / 1000, this.#options.clock.monotonic())
    if (!cpuMillis) this.#continue(container)
    container.account = this.#newAccount(status)
    // Time that was used without a limit is not held against it.
    container.scannedSeconds = this.#usedBy(container)
    container.sinceScan = 0
    container.perPid = this.#secondsOf(container.pids)
  }

  #usedBy({ leaders }: Limited): number {
    return [...this.#options.platform.treeUsage(leaders).values()].reduce((all, part) => all + part.cpuSeconds, 0)
  }

  #scanAll(): void {
    const { platform, clock, runtime, log } = this.#options
    this.#scan = undefined
    try {
      for (const container of this.#limited.values()) container.leaders = runtime.leaders(container.status.id)
      const marks = new Map(Array.from(this.#limited.values(), c => [c.status.config.root, c.status.pid]))
      const all = platform.treeUsage(
        [...this.#limited.values()].flatMap(c => c.leaders),
        marks,
      )
      this.#tasks = platform.taskCount()
      for (const container of [...this.#limited.values()]) {
        const parts = container.leaders.flatMap(pid => all.get(pid) ?? [])
        if (parts.length > 0) this.#judge(container, sum(parts))
      }
      this.#judgePods()
    } catch (error) {
      log.warn('the limits of containers could not be looked at', { error: messageOf(error) })
    }
    if (this.#limited.size > 0)
      this.#scan = clock.after(platform.looksAreCheap ? SCAN_MS : DEAR_SCAN_MS, () => this.#scanAll())
    this.#planBusy()
  }

  #judge(container: Limited, usage: TreeUsage): void {
    const { runtime } = this.#options
    const { id, config } = container.status
    container.pids = usage.pids
    if (this.#isBeyondMemory(container, usage)) return runtime.kill(id, 'OOMKilled')
    if (usage.pids.length > (config.limits?.processes ?? Infinity)) return runtime.kill(id, 'PIDLimitExceeded')
    this.#account(container, Math.max(0, usage.cpuSeconds - container.scannedSeconds - container.sinceScan))
    container.scannedSeconds = Math.max(container.scannedSeconds, usage.cpuSeconds)
    container.sinceScan = 0
    if (container.account) container.perPid = this.#secondsOf(container.pids)
  }

  /** Of a pod that has too many processes the container goes that has most of them. */
  #judgePods(): void {
    const { runtime, processes } = this.#options
    const pods = Map.groupBy(this.#limited.values(), ({ status }) => status.sandbox ?? status.id)
    for (const containers of pods.values()) {
      if (containers.reduce((all, { pids }) => all + pids.length, 0) <= processes) continue
      const [worst] = containers.sort((a, b) => b.pids.length - a.pids.length)
      runtime.kill(worst.status.id, 'PIDLimitExceeded')
    }
  }

  #isBeyondMemory({ status, pids }: Limited, usage: TreeUsage): boolean {
    const { limits, image } = status.config
    if (!limits?.memoryBytes) return false
    const most = limits.memoryBytes + (image.runs === 'node' ? NODE_ALLOWANCE_BYTES : 0)
    if (usage.memory <= most) return false
    // The sum counts what processes share many times: before one is ended for it, the true figure is asked for.
    return (this.#options.platform.exactMemory(pids) ?? usage.memory) > most
  }

  #account(container: Limited, usedSeconds: number): void {
    const { account } = container
    if (!account) return
    account.use(usedSeconds, this.#options.clock.monotonic())
    if (account.overdrawn) this.#stop(container)
    else this.#continue(container)
  }

  /** Between the scans only containers are looked at that are stopped, or near their limit. */
  #planBusy(): void {
    const { clock, platform } = this.#options
    const busy = [...this.#limited.values()].some(c => c.account && (c.stopped || c.account.busy))
    if (busy) this.#busy ??= clock.after(platform.looksAreCheap ? BUSY_MS : DEAR_BUSY_MS, () => this.#lookAtBusy())
  }

  #lookAtBusy(): void {
    this.#busy = undefined
    for (const container of this.#limited.values()) {
      if (!container.account || !(container.stopped || container.account.busy)) continue
      const seconds = this.#secondsOf(container.pids)
      let used = 0
      for (const [pid, now] of seconds) used += Math.max(0, now - (container.perPid.get(pid) ?? now))
      container.perPid = seconds
      container.sinceScan += used
      this.#account(container, used)
    }
    this.#planBusy()
  }

  #secondsOf(pids: number[]): Map<number, number> {
    return new Map(Array.from(this.#options.platform.usage(pids), ([pid, { cpuSeconds }]) => [pid, cpuSeconds]))
  }

  /** Leaders first: a shell that saw its children stop would take them for stopped jobs. */
  #stop(container: Limited): void {
    if (container.stopped) return
    container.stopped = true
    const { platform } = this.#options
    for (const pid of container.pids) platform.signalOne(pid, 'SIGSTOP')
  }

  #continue(container: Limited): void {
    if (!container.stopped) return
    container.stopped = false
    const { platform } = this.#options
    for (const pid of [...container.pids].reverse()) platform.signalOne(pid, 'SIGCONT')
  }
}

/** What of the limits a platform can hold, for a Node's annotation. */
export function enforcementOn({ canPause }: Pick<Platform, 'canPause'>): string {
  return `cpu=${canPause ? 'measured' : 'none'},memory=measured,pids=measured`
}

function sum(parts: TreeUsage[]): TreeUsage {
  return {
    memory: parts.reduce((all, part) => all + part.memory, 0),
    cpuSeconds: parts.reduce((all, part) => all + part.cpuSeconds, 0),
    pids: parts.flatMap(part => part.pids).sort((a, b) => a - b),
  }
}
