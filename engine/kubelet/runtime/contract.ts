import type { Readable, Writable } from 'node:stream'
import type { ProcessIdentity } from '../../base/platform/platform.ts'
import type { Image } from '../images/image.ts'
import type { NetworkNamespace } from '../pod-network.ts'

/** Runs containers. Modelled on the CRI, as far as a process on the user's own machine can follow it. */
export interface ContainerRuntime {
  /** As in a Node's `containerRuntimeVersion`: "process://1.0". */
  readonly version: string
  /** What a RuntimeClass can choose from; the first one serves pods that choose nothing. Absent: only one, without a name. */
  readonly handlers?: readonly RuntimeHandler[]
  /** Starts the main process of a container. @throws Error if the program cannot be started. */
  start(container: ContainerConfig): ContainerProcess
  /** Runs a further process in a container. */
  exec(
    container: ContainerConfig,
    command: string[],
    streams: { tty: boolean; stdin: boolean; cols?: number; rows?: number },
  ): ContainerProcess
  /**
   * Goes on with a container that an earlier life of this machine has started detached. @throws Error if that cannot be
   */
  adopt?(container: ContainerConfig, leader: ProcessIdentity): ContainerProcess
  /** Holds a container that runs to other limits from now on; absent ones are taken away, `processes` stays if not said. */
  update?(id: string, limits: ResourceLimits): void
}

/** A way to run containers, by the name that a RuntimeClass calls it. */
export interface RuntimeHandler {
  name: string
  features: { recursiveReadOnlyMounts: boolean; userNamespaces: boolean }
  /** It starts containers in the network namespace that they are given. */
  entersNetwork?: boolean
}

export interface ContainerConfig {
  /** Unique on the node. */
  id: string
  image: Image
  /** Entry point and arguments, after expansion; the image's own if the pod says nothing. */
  argv: string[]
  env: Record<string, string>
  /** Folder that stands for `/`. */
  root: string
  workingDir: string
  mounts: Mount[]
  tty: boolean
  stdin: boolean
  /** The handler of the pod's RuntimeClass; absent: the node's own choice. */
  handler?: string
  /** Name of the host as the container sees it, where the runtime can say so. */
  hostname?: string
  /** Whom the program runs as, where the runtime can do that. */
  user?: { uid: number; gid?: number }
  /** The container's root cannot be written to, where the runtime can do that. */
  readOnlyRoot?: boolean
  limits?: ResourceLimits
  /** Folder for what outlives this machine's process, so that the container can do so too, where the runtime can do that. */
  runDir?: string
  /** The sandbox that the container belongs to: its pod's uid. */
  sandbox?: string
  /** The network namespace to start it in, where the runtime can do that; absent: the machine's. */
  network?: NetworkNamespace
}

/** Absent: no limit. */
export interface ResourceLimits {
  /** Thousandths of a processor. */
  cpuMillis?: number
  memoryBytes?: number
  processes?: number
}

export interface Mount {
  /** Absolute path in the container. */
  containerPath: string
  /** Folder or file on this machine. */
  hostPath: string
  readOnly: boolean
}

export interface ExitStatus {
  /** 128 + n for a process that was ended by signal n. */
  code: number
  signal: number | undefined
  /** Why the runtime itself ended the process, as a container's status calls it: "OOMKilled". */
  reason?: string
  /** When it ended, in milliseconds since 1970; absent: just now. */
  finishedAtMs?: number
}

export interface ContainerProcess {
  readonly pid: number
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Absent with a terminal: both come on `stdout`. */
  readonly stderr: Readable | undefined
  /** Resolves when the process has ended and its output was read. */
  readonly exited: Promise<ExitStatus>
  /** It goes on when this machine's process is gone, and can be adopted then. */
  readonly detached?: boolean
  /** The handler that started it, where there are several. */
  readonly handler?: string
  /** Sends a signal to the process and all that it started. */
  signal(signal: NodeJS.Signals): void
  resize(cols: number, rows: number): void
}
