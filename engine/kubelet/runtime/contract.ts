import type { Readable, Writable } from 'node:stream'
import type { Image } from '../images/image.ts'

/** Runs containers. Modelled on the CRI, as far as a process on the user's own machine can follow it. */
export interface ContainerRuntime {
  /** As in a Node's `containerRuntimeVersion`: "process://1.0". */
  readonly version: string
  /** Starts the main process of a container. @throws Error if the program cannot be started. */
  start(container: ContainerConfig): ContainerProcess
  /** Runs a further process in a container. */
  exec(
    container: ContainerConfig,
    command: string[],
    streams: { tty: boolean; stdin: boolean; cols?: number; rows?: number },
  ): ContainerProcess
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
}

export interface ContainerProcess {
  readonly pid: number
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  /** Absent with a terminal: both come on `stdout`. */
  readonly stderr: Readable | undefined
  /** Resolves when the process has ended and its output was read. */
  readonly exited: Promise<ExitStatus>
  /** Sends a signal to the process and all that it started. */
  signal(signal: NodeJS.Signals): void
  resize(cols: number, rows: number): void
}
