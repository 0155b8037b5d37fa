import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Platform } from '../../base/platform/platform.ts'
import type { ContainerConfig, ContainerProcess, ContainerRuntime, ExitStatus } from './contract.ts'
import { mapPaths, pathInContainer } from './paths.ts'

export interface ProcessRuntimeOptions {
  platform: Platform
  /** Node binary for images whose program is written for Node. */
  node: string
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
}

/** Containers as process groups of the user's own, on every platform. */
export function createProcessRuntime(options: ProcessRuntimeOptions): ContainerRuntime {
  return {
    version: 'process://1.0',
    start(container) {
      const { command, args } = commandLine(container, container.argv, options)
      return container.tty
        ? startInTerminal(container, command, args, options, {})
        : startPlain(container, command, args, container.stdin, options)
    },
    exec(container, argv, { tty, stdin, cols, rows }) {
      const { command, args } = commandLine(container, argv, options)
      return tty
        ? startInTerminal(container, command, args, options, { cols, rows })
        : startPlain(container, command, args, stdin, options)
    },
  }
}

/**
 * What is really started. The image's entry and its commands are scripts of the image; all else is a program of this
 * machine, as far as the image lets it use those.
 */
function commandLine(
  container: ContainerConfig,
  argv: string[],
  { node }: ProcessRuntimeOptions,
): { command: string; args: string[] } {
  const { image } = container
  const [program, ...rest] = argv
  const name = program.split('/').at(-1)!
  const script = image.runs === 'node' && program === image.entry[0] ? image.entry[0] : image.commands?.[name]
  if (script) return { command: node, args: [join(image.dir, script), ...rest] }
  const inside = pathInContainer(container, program)
  const command = isAbsolute(program) && inside ? inside : name
  // A program of this machine knows nothing of the container's root: paths of mounts are spelled out for it.
  return { command, args: rest.map(arg => mapPaths(container, arg)) }
}

function environment(container: ContainerConfig): Record<string, string> {
  const mounts = container.mounts.map(m => [m.containerPath, m.hostPath])
  return {
    ...container.env,
    KUBARIUM_ROOT: container.root,
    KUBARIUM_MOUNTS: JSON.stringify(mounts),
  }
}

function startPlain(
  container: ContainerConfig,
  command: string,
  args: string[],
  stdin: boolean,
  options: ProcessRuntimeOptions,
): ContainerProcess {
  const { platform, record } = options
  const child = spawn(command, args, {
    cwd: pathInContainer(container, container.workingDir) ?? container.root,
    env: environment(container),
    stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: platform.detachGroups,
    windowsHide: true,
  })
  // Also the listener for a start that failed: without a pid the error event follows, and its news is in StartError.
  child.on('error', () => child.kill('SIGKILL'))
  if (child.pid === undefined) throw new StartError(command)
  record(child.pid)
  const { pid } = child
  child.stdin?.on('error', () => child.stdin?.destroy())
  return {
    pid,
    stdin: child.stdin ?? undefined,
    stdout: child.stdout!,
    stderr: child.stderr!,
    exited: new Promise(resolve => child.once('close', (code, signal) => resolve(exitStatus(code, signal)))),
    signal: signal => platform.signalTree(pid, signal),
    resize: () => undefined,
  }
}

function startInTerminal(
  container: ContainerConfig,
  command: string,
  args: string[],
  { platform, record }: ProcessRuntimeOptions,
  { cols = 80, rows = 24 }: { cols?: number; rows?: number },
): ContainerProcess {
  const pty = createRequire(import.meta.url)('node-pty') as typeof import('node-pty')
  const terminal = pty.spawn(command, args, {
    name: 'xterm-256color',
    cols,
    rows,
    cwd: pathInContainer(container, container.workingDir) ?? container.root,
    env: { TERM: 'xterm-256color', ...environment(container) },
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

/** The program is not there, or may not be run: what a container runtime reports as StartError. */
export class StartError extends Error {
  constructor(command: string) {
    super(`exec: "${command}": executable file not found in $PATH`)
  }
}

function exitStatus(code: number | null, signal: NodeJS.Signals | null): ExitStatus {
  const number = signal ? constants.signals[signal] : undefined
  return { code: code ?? 128 + (number ?? 0), signal: number }
}
