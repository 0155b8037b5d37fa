import type { ProcessIdentity } from '../../base/platform/platform.ts'
import { StartError } from './start-error.ts'
import type {
  ContainerConfig,
  ContainerProcess,
  ContainerRuntime,
  ExitStatus,
  ResourceLimits,
  RuntimeHandler,
} from './contract.ts'

/** One of a node's runtimes as a pod's RuntimeClass names it. */
export interface NamedRuntime {
  handler: string
  runtime: ContainerRuntime
}

/** A container as the runtime knows it (k8s.io/cri-api: ContainerStatus). */
export interface ContainerStatus {
  id: string
  sandbox: string | undefined
  handler: string
  state: 'CONTAINER_RUNNING' | 'CONTAINER_EXITED'
  pid: number
  config: ContainerConfig
  exit: ExitStatus | undefined
}

/**
 * Something happened to a container (k8s.io/cri-api: ContainerEventResponse). That its limits were changed is told too,
 * which the CRI does not.
 */
export interface ContainerEvent {
  type: 'CONTAINER_STARTED_EVENT' | 'CONTAINER_UPDATED_EVENT' | 'CONTAINER_STOPPED_EVENT' | 'CONTAINER_DELETED_EVENT'
  container: ContainerStatus
}

interface Running {
  status: ContainerStatus
  process: ContainerProcess
  /** Why it is being ended by the node itself. */
  reason: string | undefined
  /** Leaders of the commands that run in it beside its main process. */
  commands: Set<number>
}

/** So many commands may run in a container beside its main process; more are refused. */
const MAX_COMMANDS = 128

/** The pod's RuntimeClass names a handler that this node does not have. */
export class UnknownHandlerError extends Error {
  constructor(handler: string, known: string[]) {
    super(
      `failed to get sandbox runtime: no runtime for "${handler}" is configured on this node, which has: ${known.join(', ')}`,
    )
  }
}

/**
 * All runtimes of a node as one, after the CRI: pods choose by handler, and what runs can be listed, followed, ended by
 * pod and measured. The first runtime serves pods that choose nothing.
 */
export class RuntimeService implements ContainerRuntime {
  readonly version: string
  readonly handlers: readonly RuntimeHandler[]
  readonly #runtimes: Map<string, ContainerRuntime>
  readonly #first: string
  readonly #containers = new Map<string, Running>()
  readonly #listeners = new Set<(event: ContainerEvent) => void>()

  constructor(runtimes: NamedRuntime[]) {
    this.#first = runtimes[0].handler
    this.#runtimes = new Map(runtimes.map(({ handler, runtime }) => [handler, runtime]))
    this.version = runtimes[0].runtime.version
    const own = runtimes.flatMap(({ runtime }) => runtime.handlers ?? [])
    // As a node says it: an entry without a name for what pods get that choose nothing.
    this.handlers = own.length ? [{ ...own[0], name: '' }, ...own] : []
  }

  /** @throws UnknownHandlerError for a pod that this node cannot run, StartError for a program that is not there */
  start(config: ContainerConfig): ContainerProcess {
    return this.#follow(config, this.#runtime(config).start(config))
  }

  /** @throws UnknownHandlerError if its runtime is no longer here, Error if it cannot be gone on with */
  adopt(config: ContainerConfig, leader: ProcessIdentity): ContainerProcess {
    const runtime = this.#runtime(config)
    if (!runtime.adopt) throw new Error(`${runtime.version} does not adopt containers`)
    return this.#follow(config, runtime.adopt(config, leader))
  }

  #follow(config: ContainerConfig, started: ContainerProcess): ContainerProcess {
    const handler = config.handler || this.#first
    const { pid } = started
    const exited = started.exited.then(exit => (running.reason ? { ...exit, code: 137, reason: running.reason } : exit))
    const process = { ...started, exited, handler }
    const status: ContainerStatus = {
      id: config.id,
      sandbox: config.sandbox,
      handler,
      state: 'CONTAINER_RUNNING',
      pid,
      config,
      exit: undefined,
    }
    const running: Running = { status, process, reason: undefined, commands: new Set() }
    this.#containers.set(config.id, running)
    this.#tell('CONTAINER_STARTED_EVENT', status)
    void process.exited.then(exit => {
      status.state = 'CONTAINER_EXITED'
      status.exit = exit
      this.#tell('CONTAINER_STOPPED_EVENT', status)
      // A further run may have the same id by now.
      if (this.#containers.get(config.id)?.status === status) this.remove(config.id)
    })
    return process
  }

  exec(
    config: ContainerConfig,
    command: string[],
    streams: { tty: boolean; stdin: boolean; cols?: number; rows?: number },
  ): ContainerProcess {
    const commands = this.#containers.get(config.id)?.commands
    if (commands && commands.size >= MAX_COMMANDS)
      throw new StartError(command[0], `${MAX_COMMANDS} commands run in the container already: wait for one to end`)
    const process = this.#runtime(config).exec(config, command, streams)
    commands?.add(process.pid)
    void process.exited.then(() => commands?.delete(process.pid))
    return process
  }

  /** The leaders of all that runs in a container. */
  leaders(id: string): number[] {
    const container = this.#containers.get(id)
    return container ? [container.status.pid, ...container.commands] : []
  }

  /** Ends a container that has overstepped a limit: its status gives the reason and exit code 137. */
  kill(id: string, reason: string): void {
    const container = this.#containers.get(id)
    if (!container) return
    container.reason ??= reason
    container.process.signal('SIGKILL')
  }

  /** @throws StartError if the container does not run: its limits are those of the next start then */
  update(id: string, limits: ResourceLimits): void {
    const container = this.#containers.get(id)
    if (!container) throw new StartError(id, 'the container is not running')
    const { status } = container
    const { processes } = status.config.limits ?? {}
    status.config = { ...status.config, limits: { ...(processes === undefined ? {} : { processes }), ...limits } }
    this.#tell('CONTAINER_UPDATED_EVENT', status)
  }

  /** The streams of the main process. @throws StartError if it does not run */
  attach(id: string): Pick<ContainerProcess, 'stdin' | 'stdout' | 'stderr' | 'resize'> {
    const container = this.#containers.get(id)
    if (!container) throw new StartError(id, 'the container is not running')
    return container.process
  }

  /** The containers that run, of one sandbox or of all. */
  list(sandbox?: string): ContainerStatus[] {
    return [...this.#containers.values()]
      .map(container => container.status)
      .filter(status => sandbox === undefined || status.sandbox === sandbox)
  }

  /** Ends all that runs in a sandbox, at once. Resolves when nothing of it is left. */
  async stopSandbox(sandbox: string): Promise<void> {
    const all = [...this.#containers.values()].filter(({ status }) => status.sandbox === sandbox)
    for (const { process } of all) process.signal('SIGKILL')
    await Promise.all(all.map(({ process }) => process.exited))
  }

  /** Forgets a container that has ended; one that runs is ended first. */
  remove(id: string): void {
    const container = this.#containers.get(id)
    if (!container) return
    if (container.status.state === 'CONTAINER_RUNNING') container.process.signal('SIGKILL')
    this.#containers.delete(id)
    this.#tell('CONTAINER_DELETED_EVENT', container.status)
  }

  /** Tells of everything from now on, until the returned function is called. */
  onEvent(listener: (event: ContainerEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #runtime({ handler }: ContainerConfig): ContainerRuntime {
    const runtime = this.#runtimes.get(handler || this.#first)
    if (!runtime) throw new UnknownHandlerError(handler!, [...this.#runtimes.keys()])
    return runtime
  }

  #tell(type: ContainerEvent['type'], container: ContainerStatus): void {
    for (const listener of [...this.#listeners]) listener({ type, container: { ...container } })
  }
}
