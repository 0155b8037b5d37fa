import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { PassThrough, type Readable } from 'node:stream'
import type { Platform } from '../../base/platform/platform.ts'
import { loadPty } from '../../base/platform/pty.ts'
import type { ContainerProcess, ExitStatus } from './contract.ts'
import { startError, StartError } from './start-error.ts'

export interface SpawnOptions {
  platform: Platform
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
  cwd: string
  env: Record<string, string>
  stdin: boolean
  /** A terminal of this size; both outputs come on `stdout` then. */
  tty?: { cols?: number; rows?: number }
  /** The command as the pod calls it, for the error of a start that failed. */
  name?: string
}

/** A process of this machine as the leader of a group of its own. @throws StartError if it cannot be started. */
export function spawnProcess(command: string, args: string[], options: SpawnOptions): ContainerProcess {
  return options.tty
    ? spawnInTerminal(command, args, options, options.tty)
    : spawnWithPipes(command, args, options).process
}

/** Like `spawnProcess` without a terminal, with one more pipe that the process writes to as its fourth descriptor. */
export function spawnWithPipes(
  command: string,
  args: string[],
  { platform, record, cwd, env, stdin, name }: SpawnOptions,
  extraPipe = false,
): { process: ContainerProcess; extra: Readable | undefined } {
  let child: ChildProcess
  try {
    child = spawn(command, args, {
      cwd,
      env,
      stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(extraPipe ? ['pipe' as const] : [])],
      detached: platform.detachGroups,
      windowsHide: true,
    })
  } catch (error) {
    throw startError(name ?? command, error)
  }
  // Also the listener for a start that failed: without a pid the error event follows, and its news is in StartError.
  child.on('error', () => child.kill('SIGKILL'))
  if (child.pid === undefined) throw new StartError(name ?? command)
  record(child.pid)
  const { pid } = child
  child.stdin?.on('error', () => child.stdin?.destroy())
  const process: ContainerProcess = {
    pid,
    stdin: child.stdin ?? undefined,
    stdout: child.stdout!,
    stderr: child.stderr!,
    exited: new Promise(resolve => child.once('close', (code, signal) => resolve(exitStatus(code, signal)))),
    signal: signal => platform.signalTree(pid, signal),
    resize: () => undefined,
  }
  return { process, extra: extraPipe ? (child.stdio[3] as Readable) : undefined }
}

function spawnInTerminal(
  command: string,
  args: string[],
  { platform, record, cwd, env }: SpawnOptions,
  { cols = 80, rows = 24 }: { cols?: number; rows?: number },
): ContainerProcess {
  const terminal = loadPty().spawn(command, args, {
    name: 'xterm-256color',
    cols,
    rows,
    cwd,
    env: { TERM: 'xterm-256color', ...env },
  })
  record(terminal.pid)
  const stdout = new PassThrough()
  terminal.onData(text => stdout.write(text))
  const stdin = new PassThrough()
  stdin.on('data', (chunk: Buffer) => terminal.write(chunk.toString('utf8')))
  return {
    pid: terminal.pid,
    stdin,
    stdout,
    stderr: undefined,
    exited: new Promise(resolve =>
      terminal.onExit(({ exitCode, signal }) => {
        stdout.end()
        resolve({ code: signal ? 128 + signal : exitCode, signal: signal || undefined })
      }),
    ),
    signal: signal => platform.signalTree(terminal.pid, signal),
    resize: (columns, lines) => terminal.resize(columns, lines),
  }
}

/** How a child of this process ended. */
export function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  const number = signal ? constants.signals[signal] : undefined
  return { code: code ?? 128 + (number ?? 0), signal: number }
}
