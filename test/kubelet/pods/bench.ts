import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Container, ContainerStatus, Pod } from '../../../engine/api/types.ts'
import { FakeClock } from '../../../engine/base/clock.ts'
import type { Image } from '../../../engine/kubelet/images/image.ts'
import type { PodRecord } from '../../../engine/kubelet/pods/record.ts'
import { PodRunner, type PodDependencies } from '../../../engine/kubelet/pods/pod-runner.ts'
import { buildStatus } from '../../../engine/kubelet/pods/status.ts'
import type {
  ContainerConfig,
  ContainerProcess,
  ContainerRuntime,
  ExitStatus,
} from '../../../engine/kubelet/runtime/contract.ts'
import { StartError } from '../../../engine/kubelet/runtime/process.ts'

/** A process that does what the test says. */
export class FakeProcess implements ContainerProcess {
  readonly pid: number
  readonly config: ContainerConfig
  readonly command: string[]
  readonly stdin = undefined
  readonly stdout = new PassThrough()
  readonly stderr = undefined
  readonly signals: string[] = []
  readonly exited: Promise<ExitStatus>
  /** Signals that it ignores. */
  deafTo = new Set<string>()
  #exit!: (status: ExitStatus) => void
  over = false

  constructor(pid: number, config: ContainerConfig, command: string[]) {
    this.pid = pid
    this.config = config
    this.command = command
    this.exited = new Promise(resolve => (this.#exit = resolve))
  }

  signal(signal: NodeJS.Signals): void {
    if (this.over) return
    this.signals.push(signal)
    if (this.deafTo.has(signal)) return
    const number = { SIGKILL: 9, SIGTERM: 15, SIGQUIT: 3, SIGUSR1: 10 }[signal as string] ?? 1
    this.exit(128 + number, number)
  }

  exit(code: number, signal?: number): void {
    this.over = true
    this.stdout.end()
    this.#exit({ code, signal })
  }

  resize(): void {}
}

/** Runs nothing, and remembers all that it was asked to run. */
export class FakeRuntime implements ContainerRuntime {
  readonly version = 'fake://1.0'
  readonly processes: FakeProcess[] = []
  readonly commands: FakeProcess[] = []
  /** What becomes of commands at once; those that are not here run until the test ends them. */
  readonly exits = new Map<string, number>()
  #pid = 1000

  readonly updates: { id: string; limits: object }[] = []

  update(id: string, limits: object): void {
    this.updates.push({ id, limits })
  }

  start(config: ContainerConfig): ContainerProcess {
    if (config.argv[0] === 'missing') throw new StartError('missing')
    const process = new FakeProcess(this.#pid++, config, config.argv)
    this.processes.push(process)
    return process
  }

  exec(config: ContainerConfig, command: string[]): ContainerProcess {
    const process = new FakeProcess(this.#pid++, config, command)
    this.commands.push(process)
    const code = this.exits.get(command[0])
    if (code !== undefined) process.exit(code)
    return process
  }
}

const IMAGE = {
  names: ['docker.io/library/app'],
  runs: 'host',
  entry: ['run'],
  dir: '/',
  digest: 'sha256:1',
  sizeBytes: 1,
}

/** One pod with everything around it made up: clock, runtime, network, events. */
export class PodBench {
  readonly clock = new FakeClock(Date.UTC(2026, 0, 1))
  readonly runtime = new FakeRuntime()
  readonly dir = mkdtempSync(join(tmpdir(), 'kubarium-pod-'))
  readonly events: string[] = []
  readonly detached: string[] = []
  /** Real port behind each port of the pod. */
  readonly ports = new Map<number, number>()
  runner!: PodRunner
  wakes = 0

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }

  pod(spec: Partial<NonNullable<Pod['spec']>>, more: Partial<Pod> = {}): Pod {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      ...more,
      metadata: { name: 'p', namespace: 'ns', uid: 'u-1', generation: 1, ...more.metadata },
      spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, ...spec },
    } as Pod
  }

  /** Takes a pod in hand, and looks at it until it comes to rest. */
  async run(
    pod: Pod,
    options: { record?: PodRecord; over?: Partial<PodDependencies>; settle?: boolean } = {},
  ): Promise<void> {
    this.runner = new PodRunner(pod, {
      clock: this.clock,
      runtime: this.runtime,
      images: {
        ensure: ({ reference }) =>
          reference === 'absent'
            ? { reason: 'ErrImagePull', message: 'no such image', retryAfterMs: 2000 }
            : { image: IMAGE as unknown as Image },
        forget: () => undefined,
      },
      network: {
        attach: async () => ({ ip: '10.244.0.7', env: {} }),
        detach: uid => void this.detached.push(uid),
        dial: (_ip, port) => this.#dial(port),
        dialInside: (_uid, port) => this.#dial(port),
      },
      events: {
        event: (object, type, reason, message) =>
          void this.events.push(`${type} ${reason} ${(object as { fieldPath?: string }).fieldPath ?? ''}: ${message}`),
      },
      dir: join(this.dir, pod.metadata.uid!),
      record: options.record,
      sources: () => ({
        configMap: async () => undefined,
        secret: async () => undefined,
        services: () => [],
        hostIP: '172.18.0.2',
        allocatable: {},
      }),
      volumes: { token: async () => 'token' },
      nodeName: 'node',
      clusterDomain: 'cluster.local',
      handlerOf: async () => undefined,
      identify: pid => ({ pid, started: `t${pid}` }),
      refusesResize: () => undefined,
      memoryUsed: () => undefined,
      changed: () => void this.wakes++,
      ...options.over,
    })
    if (options.settle !== false) await this.settle()
  }

  /** Lets all that is ready happen, then lets the pod be looked at, until neither changes anything. */
  async settle(): Promise<number | undefined> {
    let next: number | undefined
    for (let i = 0; i < 10; i++) {
      next = await this.runner.sync()
      this.runner.pod = { ...this.runner.pod, status: this.status() }
      await new Promise(done => setImmediate(done))
    }
    return next
  }

  async advance(seconds: number): Promise<void> {
    // In steps that are shorter than any timeout: what happens at once must not be overtaken by it.
    for (let i = 0; i < seconds * 2; i++) {
      this.clock.advance(500)
      for (let j = 0; j < 3; j++) await new Promise(done => setImmediate(done))
    }
    await this.settle()
  }

  delete(deletionGracePeriodSeconds = 30): Promise<number | undefined> {
    const { pod } = this.runner
    const deletionTimestamp = '2026-01-01T00:00:00Z'
    this.runner.pod = { ...pod, metadata: { ...pod.metadata, deletionTimestamp, deletionGracePeriodSeconds } }
    return this.settle()
  }

  status() {
    return buildStatus(this.runner, '172.18.0.2', this.clock.now())
  }

  container(name: string): ContainerStatus {
    const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = this.status()
    return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(c => c.name === name)!
  }

  condition(type: string) {
    const { status, reason, message } = this.status().conditions!.find(c => c.type === type)!
    return [status, reason, message].filter(Boolean).join(': ')
  }

  /** The processes of a container that run. */
  running(name: string): FakeProcess[] {
    return this.runtime.processes.filter(p => !p.over && p.command[0] === name)
  }

  /** Its latest process. */
  process(name: string): FakeProcess {
    return this.runtime.processes.findLast(p => p.command[0] === name)!
  }

  #dial(port: number): Promise<Socket> {
    const real = this.ports.get(port)
    if (real === undefined) return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
    return new Promise((resolve, reject) => {
      const socket = connect(real, '127.0.0.1')
      socket.once('connect', () => resolve(socket))
      socket.once('error', reject)
    })
  }
}

/** A container that runs a program of its own name. */
export function container(name: string, more: Partial<Container> = {}): Container {
  return { name, image: 'app', command: [name], ...more } as Container
}
