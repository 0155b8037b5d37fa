import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Clock, Timer } from '../base/clock.ts'
import { codeOf, UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Platform } from '../base/platform/platform.ts'
import type { Backend } from './balancer.ts'
import { makeFolder, writeFileAtomically } from './config.ts'
import type { MachineState } from './contract.ts'
import { Handovers } from './handovers.ts'
import { endLeftovers, endMachine, recordIdentity } from './leftovers.ts'
import type { MachineConfig } from './machine/config.ts'
import type { HostMessage, MachineMessage } from './machine/messages.ts'

export interface MachineView {
  name: string
  state: MachineState
  pid: number | undefined
  /** Last phase of the start. */
  phase: string | undefined
  /** Why it is dead, or what is wrong. */
  reason: string | undefined
  startedAt: string | undefined
}

export interface SupervisorOptions {
  clock: Clock
  platform: Platform
  log: Logger
  /** Node binary for the machines. */
  node: string
  /** Script that is a machine's main. */
  entry: string
  /** Added to the environment of the machines. */
  env: Record<string, string>
  onState(machine: MachineView, previous: MachineState): void
  onMessage(machine: string, message: MachineMessage): void
}

interface Machine {
  config: MachineConfig
  handovers: Handovers
  state: MachineState
  child: ChildProcess | undefined
  phase: string | undefined
  reason: string | undefined
  startedAt: string | undefined
  lastAlive: number
}

/** Small young generations: machines live long and make little garbage, and the default reserves for servers under load. */
const NODE_FLAGS = ['--max-semi-space-size=4']
/** A machine that says nothing for so long is silent. */
const SILENT_AFTER_MS = 3_000
const CHECK_MS = 1_000
/** How long a machine may take to stop before it is killed: pods get their grace inside it. */
export const STOP_GRACE_MS = 15_000

/** Starts, watches and ends the machine processes of one lab. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #machines = new Map<string, Machine>()
  readonly #check: Timer

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#check = options.clock.every(CHECK_MS, () => this.#findSilent())
  }

  view(name: string): MachineView {
    return viewOf(name, this.#require(name))
  }

  views(): MachineView[] {
    return Array.from(this.#machines, ([name, machine]) => viewOf(name, machine))
  }

  /** Makes a machine known; it is off. */
  define(config: MachineConfig): void {
    const machine: Machine = {
      config,
      handovers: new Handovers(this.#options.clock, (message, socket) => this.#send(machine, message, socket)),
      state: 'off',
      child: undefined,
      phase: undefined,
      reason: undefined,
      startedAt: undefined,
      lastAlive: 0,
    }
    this.#machines.set(config.name, machine)
  }

  /** What a machine is told when it is started the next time. */
  redefine(config: MachineConfig): void {
    this.#require(config.name).config = config
  }

  /** Forgets a machine that is off and removes its folder. */
  forget(name: string): void {
    const machine = this.#require(name)
    if (machine.child) throw new UserError(`Machine ${name} still runs.`, 'Stop it first.')
    this.#machines.delete(name)
    rmSync(machine.config.dir, { recursive: true, force: true })
  }

  /** Starts the process. An earlier one that still runs is ended first; its pods are for the new one to go on with. */
  start(name: string): void {
    const machine = this.#require(name)
    if (machine.child) throw new UserError(`Machine ${name} runs already.`, 'Nothing to do.')
    const { clock, platform, node, entry, env, log } = this.#options
    const { dir } = machine.config
    makeFolder(dir)
    endMachine(platform, dir)
    const configFile = join(dir, 'machine.json')
    writeFileAtomically(configFile, JSON.stringify(machine.config))
    const output = openSync(join(dir, 'machine.log'), 'a', 0o600)
    let child: ChildProcess
    try {
      child = spawn(node, [...NODE_FLAGS, entry, configFile], {
        stdio: ['ignore', output, output, 'ipc'],
        env: { ...process.env, ...env },
        windowsHide: true,
      })
    } finally {
      closeSync(output)
    }
    machine.child = child
    machine.phase = undefined
    machine.reason = undefined
    machine.startedAt = new Date(clock.now()).toISOString()
    machine.lastAlive = clock.monotonic()
    child.on('error', error => {
      machine.reason = `it cannot be started: ${error.message}`
      if (child.pid === undefined) this.#ended(name, machine, null, null)
    })
    child.on('message', message => this.#receive(name, machine, message as MachineMessage))
    child.on('exit', (code, signal) => this.#ended(name, machine, code, signal))
    if (child.pid !== undefined) recordIdentity(platform, dir, child.pid)
    log.info('machine started', { machine: name, pid: child.pid })
    this.#enter(name, machine, 'starting')
  }

  /** Asks the machine to stop, and kills it if that takes too long. Resolves when its process is gone. */
  async stop(name: string, graceMs = STOP_GRACE_MS): Promise<void> {
    const machine = this.#require(name)
    const child = machine.child
    if (!child) {
      endLeftovers(this.#options.platform, machine.config.dir)
      this.#enter(name, machine, 'off')
      return
    }
    if (machine.state === 'paused' || machine.state === 'silent') this.#options.platform.resume(child.pid!)
    const gone = new Promise(resolve => child.once('exit', resolve))
    this.#enter(name, machine, 'stopping')
    this.#send(machine, { type: 'stop' })
    const timer = this.#options.clock.after(graceMs, () => child.kill('SIGKILL'))
    await gone
    timer.cancel()
  }

  /** `kill -9`: nothing is asked and nothing is tidied up. A worker's pods go on, out of reach, until it is back. */
  async kill(name: string): Promise<void> {
    const machine = this.#require(name)
    const child = machine.child
    if (!child) throw new UserError(`Machine ${name} does not run.`, `Start it: kubarium lab machine start ${name}`)
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  pause(name: string): void {
    const machine = this.#requireRunning(name)
    this.#options.platform.pause(machine.child!.pid!)
    this.#enter(name, machine, 'paused')
  }

  resume(name: string): void {
    const machine = this.#require(name)
    if (machine.state !== 'paused' && machine.state !== 'silent')
      throw new UserError(`Machine ${name} is not paused; it is ${machine.state}.`, 'Nothing to do.')
    this.#options.platform.resume(machine.child!.pid!)
    machine.lastAlive = this.#options.clock.monotonic()
    this.#enter(name, machine, 'starting')
  }

  send(name: string, message: HostMessage): void {
    const machine = this.#machines.get(name)
    if (machine) this.#send(machine, message)
  }

  /** Ends everything. Resolves when no process is left. */
  async close(graceMs?: number): Promise<void> {
    this.#check.cancel()
    await Promise.all(Array.from(this.#machines.keys(), name => this.stop(name, graceMs)))
  }

  #receive(name: string, machine: Machine, message: MachineMessage): void {
    machine.lastAlive = this.#options.clock.monotonic()
    machine.handovers.receive(message)
    if (message.type === 'phase') machine.phase = message.phase
    if (message.type === 'fatal') machine.reason = message.message
    if (message.type === 'alive') {
      if (machine.state === 'starting' || machine.state === 'silent' || machine.state === 'running')
        this.#enter(name, machine, message.ready ? 'running' : 'starting')
    }
    this.#options.onMessage(name, message)
  }

  #ended(name: string, machine: Machine, code: number | null, signal: NodeJS.Signals | null): void {
    if (!machine.child) return
    machine.child = undefined
    const { platform } = this.#options
    if (machine.state === 'stopping') {
      endLeftovers(platform, machine.config.dir)
      return this.#enter(name, machine, 'off')
    }
    // Its pods go on, as they do on a cluster when a kubelet dies.
    endMachine(platform, machine.config.dir)
    machine.reason ??= signal ? `its process was ended by ${signal}` : `its process ended with exit code ${code}`
    this.#options.log.warn('machine is dead', { machine: name, reason: machine.reason })
    this.#enter(name, machine, 'dead')
  }

  #enter(name: string, machine: Machine, state: MachineState): void {
    if (machine.state === state) return
    const previous = machine.state
    machine.state = state
    if (previous === 'running') machine.handovers.abandon()
    this.#options.onState(viewOf(name, machine), previous)
  }

  #findSilent(): void {
    const now = this.#options.clock.monotonic()
    for (const [name, machine] of this.#machines)
      if (machine.state === 'running' && now - machine.lastAlive > SILENT_AFTER_MS) this.#enter(name, machine, 'silent')
  }

  /** A machine, to those who have connections for it. */
  backend(name: string): Backend {
    const { handovers } = this.#require(name)
    return { name, take: client => handovers.take(client) }
  }

  #send(machine: Machine, message: HostMessage, socket?: Socket): void {
    if (!machine.child?.connected) return
    // Kept open here: whoever cuts the connection later needs it.
    machine.child.send(message, socket, { keepOpen: true }, error => {
      if (error && codeOf(error) !== 'ERR_IPC_CHANNEL_CLOSED' && codeOf(error) !== 'EPIPE')
        this.#options.log.warn('message to machine lost', { machine: machine.config.name, error })
    })
  }

  #require(name: string): Machine {
    const machine = this.#machines.get(name)
    if (!machine)
      throw new UserError(`There is no machine ${name}.`, `The machines are: ${[...this.#machines.keys()].join(', ')}.`)
    return machine
  }

  #requireRunning(name: string): Machine {
    const machine = this.#require(name)
    if (!machine.child)
      throw new UserError(`Machine ${name} does not run.`, `Start it: kubarium lab machine start ${name}`)
    return machine
  }
}

function viewOf(name: string, machine: Machine): MachineView {
  const { state, child, phase, reason, startedAt } = machine
  return { name, state, pid: child?.pid, phase, reason, startedAt }
}
