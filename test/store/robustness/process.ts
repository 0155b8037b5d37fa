import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Disposable } from '../../../engine/base/disposable.ts'
import { UnavailableError, UnknownOutcomeError } from '../../../engine/store/kv.ts'
import type {
  MemberStatus,
  RangeRequest,
  RangeResponse,
  StoreError,
  TxnRequest,
  TxnResponse,
  Watch,
  WatchEvent,
  WatchObserver,
  WatchRequest,
} from '../../../engine/store/kv.ts'
import type { StoreMemberConfig } from '../../../engine/store/remote.ts'

const ENTRY = fileURLToPath(new URL('../member-process.ts', import.meta.url))

/** What the clients of these tests need of a store, however they reach it. */
export interface AskedStore {
  range(request: RangeRequest): Promise<RangeResponse>
  txn(request: TxnRequest): Promise<TxnResponse>
  compact(revision: number): Promise<void>
  watch(request: WatchRequest, observer: WatchObserver): Disposable & Partial<Watch>
}

interface Waiting {
  resolve(value: never): void
  reject(error: Error): void
  writes: boolean
}

interface Failure {
  name: string
  message: string
  compactRevision?: number
}

type Told =
  | { started: true }
  | { status: MemberStatus }
  | { id: number; value: never }
  | { id: number; failed: Failure }
  | { watch: number; failed: Failure }
  | { watch: number; events?: WatchEvent[]; revision: number }

/** One life of a member, in a process that ends with this one. */
export class MemberProcess implements AskedStore {
  readonly config: StoreMemberConfig
  readonly started: Promise<void>
  readonly exited: Promise<void>
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  readonly #watches = new Map<number, WatchObserver>()
  #net: ChildProcess | undefined
  #lastId = 0
  #status: MemberStatus | undefined
  #alive = true

  /** `mount`: the size of a file system of its own in memory for the member's folder; it goes with the process. */
  constructor(config: StoreMemberConfig, mount?: string) {
    this.config = config
    const env = { ...process.env, MEMBER: JSON.stringify(config), NODE_OPTIONS: '' }
    const script = 'mkdir -p "$1" && mount -t tmpfs -o size="$2" none "$1" && exec "$3" "$4"'
    const [command, args] =
      mount === undefined
        ? [process.execPath, [ENTRY]]
        : ['unshare', [...MOUNTS, 'sh', '-c', script, 'sh', config.dataDir, mount, process.execPath, ENTRY]]
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    this.#process = child
    this.exited = new Promise(resolve => child.once('exit', () => resolve()))
    this.started = new Promise((resolve, reject) => {
      child.on('message', (told: Told) => {
        if ('started' in told) resolve()
        else this.#take(told)
      })
      child.once('error', reject)
      child.once('exit', code => {
        this.#end()
        reject(new Error(`member ${config.name} ended with ${code} before it had started`))
      })
    })
  }

  get pid(): number {
    return this.#process.pid!
  }

  get alive(): boolean {
    return this.#alive
  }

  get status(): MemberStatus | undefined {
    return this.#alive ? this.#status : undefined
  }

  range(argument: RangeRequest): Promise<RangeResponse> {
    return this.#ask({ method: 'range', argument })
  }

  txn(argument: TxnRequest): Promise<TxnResponse> {
    return this.#ask({ method: 'txn', argument }, true)
  }

  compact(argument: number): Promise<void> {
    return this.#ask({ method: 'compact', argument }, true)
  }

  askStatus(): Promise<MemberStatus> {
    return this.#ask({ method: 'status' })
  }

  watch(argument: WatchRequest, observer: WatchObserver): Watch {
    if (!this.#alive) throw gone()
    const id = ++this.#lastId
    this.#watches.set(id, observer)
    this.#send({ id, method: 'watch', argument })
    return {
      dispose: () => {
        if (this.#watches.delete(id) && this.#alive) this.#send({ id, method: 'unwatch' })
      },
      requestProgress: () => {
        if (this.#alive) this.#send({ id, method: 'requestProgress' })
      },
    }
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL')
    await this.exited
    this.#net?.kill()
  }

  /** SIGSTOP. Should this process die meanwhile, the member goes on after `atMostSeconds` by itself (and ends). */
  pause(atMostSeconds: number): void {
    const script = 'sleep "$2"; kill -CONT "$1"'
    this.#net = spawn('sh', ['-c', script, 'sh', String(this.pid), String(atMostSeconds)], { stdio: 'ignore' })
    this.#process.kill('SIGSTOP')
  }

  goOn(): void {
    this.#process.kill('SIGCONT')
    this.#net?.kill()
  }

  #ask<T>(call: object, writes = false): Promise<T> {
    if (!this.#alive) return Promise.reject(gone())
    const id = ++this.#lastId
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, writes })
      this.#send({ id, ...call })
    })
  }

  #send(message: object): void {
    // That it is gone is told by its exit.
    if (this.#process.connected) this.#process.send(message, undefined, {}, () => {})
  }

  #take(told: Exclude<Told, { started: true }>): void {
    if ('status' in told) {
      this.#status = told.status
      return
    }
    if ('watch' in told) {
      const observer = this.#watches.get(told.watch)
      if (!observer) return
      if ('failed' in told) {
        this.#watches.delete(told.watch)
        observer.onError(toError(told.failed))
      } else if (told.events) observer.onEvents(told.events, told.revision)
      else observer.onProgress(told.revision)
      return
    }
    const waiting = this.#waiting.get(told.id)
    if (!waiting) return
    this.#waiting.delete(told.id)
    if ('failed' in told) waiting.reject(toError(told.failed))
    else waiting.resolve(told.value)
  }

  #end(): void {
    this.#alive = false
    for (const { reject, writes } of this.#waiting.values())
      reject(writes ? new UnknownOutcomeError('the member is gone') : gone())
    this.#waiting.clear()
    const watches = [...this.#watches.values()]
    this.#watches.clear()
    for (const observer of watches) observer.onError(gone())
  }
}

const MOUNTS = ['--mount', '--propagation', 'private']

function gone(): UnavailableError {
  return new UnavailableError('the member is gone')
}

function toError({ name, message, compactRevision }: Failure): StoreError {
  return Object.assign(new Error(message), { name, compactRevision })
}
