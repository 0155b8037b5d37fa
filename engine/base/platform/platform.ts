import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs'
import { darwinPlatform } from './darwin.ts'
import { linuxPlatform } from './linux.ts'
import { windowsPlatform } from './windows.ts'

/** A process as it can be found again later: a pid alone may belong to somebody else by then. */
export interface ProcessIdentity {
  pid: number
  /** When the process started, in the platform's own terms. Compare for equality only. */
  started: string
}

export interface ProcessUsage {
  /** Resident memory in bytes. */
  memory: number
  /** Processor time used since the start, in seconds. */
  cpuSeconds: number
}

/** What a process uses together with all that belongs to it. */
export interface TreeUsage extends ProcessUsage {
  /** All of its processes. */
  pids: number[]
}

/** The variable by which the processes of a container are known: its root folder. */
export const CONTAINER_MARK = 'KUBARIUM_CONTAINER'

/** Everything in which operating systems differ. Nothing outside this folder may ask for `process.platform`. */
export interface Platform {
  readonly name: 'linux' | 'darwin' | 'windows'
  /** Where labs live unless the user says otherwise. */
  dataDir(): string
  /** Where the system keeps files in memory for every user, where it has such a place. */
  memoryDir(): string | undefined
  /** Start times of those of the given processes that live. */
  identify(pids: number[]): Map<number, string>
  usage(pids: number[]): Map<number, ProcessUsage>
  /**
   * What each of these processes uses together with all that it started and that still lives. `marks` gives the leader
   * for values of the variable CONTAINER_MARK: processes that have left their leader's group are found by it, where a
   * platform tells the environment of others.
   */
  treeUsage(leaders: number[], marks?: ReadonlyMap<string, number>): Map<number, TreeUsage>
  /** Ends all processes whose CONTAINER_MARK has this value, as far as they can be found. Gives how many it found. */
  endMarked(mark: string): number
  /** How many processes and threads there are, if that can be had for next to nothing. */
  taskCount(): number | undefined
  /**
   * Memory of processes in which what they share counts once, in bytes. Dearer than `treeUsage`; undefined where the
   * system does not tell.
   */
  exactMemory(pids: number[]): number | undefined
  /** Whether a look at processes is a matter of microseconds, so that it may be had many times a second. */
  readonly looksAreCheap: boolean
  /** Ends a process and what it started, at once and without a chance to object. A process that is gone is no error. */
  killTree(pid: number): void
  /**
   * Sends a signal to a process started with `detachGroups`, and to what it started. Where there are no signals, those
   * that end a process end it at once, and others do nothing.
   */
  signalTree(pid: number, signal: NodeJS.Signals): void
  /** Sends a signal to one process, and to nothing that it started. Does nothing where there are no signals. */
  signalOne(pid: number, signal: NodeJS.Signals): void
  /**
   * The one child of a process that only sets the stage for it, such as bwrap, once that child runs its own program.
   * `pid` is that process, or has it as its one child. Undefined before, afterwards, and where there is no such thing.
   */
  launchedBy(pid: number, launcher: string): number | undefined
  /** Whether a process has something of its own to do on a signal; undefined if it is gone, and where that cannot be told. */
  catches(pid: number, signal: NodeJS.Signals): boolean | undefined
  /** Whether `pause` and `resume` work here. */
  readonly canPause: boolean
  pause(pid: number): void
  resume(pid: number): void
  /** The command that opens an address in the user's browser, or undefined where there is no display. */
  browserCommand(url: string): CommandLine | undefined
  /** The interactive shells that there are, the user's own first; at least one. */
  shells(): Shell[]
  /** `spawn` option `detached` for children that must live in a process group of their own. */
  readonly detachGroups: boolean
}

export interface CommandLine {
  command: string
  args: string[]
}

/** A shell to choose. */
export interface Shell extends CommandLine {
  /** Tells it from the others of this machine. */
  id: string
  name: string
}

/** What a platform's side may use of the machine; tests hand in their own. */
export interface PlatformHost {
  env: Record<string, string | undefined>
  homeDir: string
  /** Runs a command to its end and gives its standard output, or undefined if it failed or is missing. */
  run(command: string, args: string[]): string | undefined
  /** The text of a file, or undefined if it cannot be read. */
  readFile(path: string): string | undefined
  /** Whether there is a folder that may be written to. */
  isWritableFolder(path: string): boolean
  /** Names in a folder; none if it cannot be read. */
  listFolder(path: string): string[]
  kill(pid: number, signal: NodeJS.Signals | number): void
}

/** The side for the operating system whose `process.platform` is given. */
export function platformFor(os: string, host: PlatformHost): Platform {
  if (os === 'win32') return windowsPlatform(host)
  if (os === 'darwin') return darwinPlatform(host)
  return linuxPlatform(host)
}

/** The platform that this process runs on. */
export function currentPlatform(): Platform {
  const home = process.env.HOME ?? process.env.USERPROFILE ?? process.cwd()
  return platformFor(process.platform, {
    env: process.env,
    homeDir: home,
    run(command, args) {
      const done = spawnSync(command, args, { encoding: 'utf8', windowsHide: true, timeout: 10_000 })
      return done.status === 0 ? done.stdout : undefined
    },
    readFile(path) {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined // absent is an answer: processes come and go
      }
    },
    listFolder(path) {
      try {
        return readdirSync(path)
      } catch {
        return [] // absent is an answer here too
      }
    },
    isWritableFolder(path) {
      try {
        accessSync(path, constants.W_OK)
        return statSync(path).isDirectory()
      } catch {
        return false // not being there is the answer
      }
    },
    kill: (pid, signal) => void process.kill(pid, signal),
  })
}

/** Whether the very process that was recorded is still alive. */
export function isAlive(platform: Platform, identity: ProcessIdentity): boolean {
  return platform.identify([identity.pid]).get(identity.pid) === identity.started
}

/** Sends a signal; a process that is gone already is fine. */
export function signalIfAlive(host: PlatformHost, pid: number, signal: NodeJS.Signals): void {
  try {
    host.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
