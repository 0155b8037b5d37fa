import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Platform } from '../../base/platform/platform.ts'
import type { ContainerConfig, ContainerRuntime } from './contract.ts'
import { mapPaths, pathInContainer } from './paths.ts'
import { spawnProcess } from './spawned.ts'

export { StartError } from './start-error.ts'

export interface ProcessRuntimeOptions {
  platform: Platform
  /** Node binary for images whose program is written for Node. */
  node: string
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
}

/** Containers as process groups of the user's own, on every platform. */
export function createProcessRuntime(options: ProcessRuntimeOptions): ContainerRuntime {
  const run = (
    container: ContainerConfig,
    argv: string[],
    stdin: boolean,
    tty: { cols?: number; rows?: number } | undefined,
  ) => {
    const { command, args } = commandLine(container, argv, options)
    const { platform, record } = options
    const cwd = pathInContainer(container, container.workingDir) ?? container.root
    return spawnProcess(command, args, { platform, record, cwd, env: environment(container), stdin, tty })
  }
  return {
    version: 'process://1.0',
    handlers: [{ name: 'process', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    start: container => run(container, container.argv, container.stdin, container.tty ? {} : undefined),
    exec: (container, argv, { tty, stdin, cols, rows }) =>
      run(container, argv, stdin, tty ? { cols, rows } : undefined),
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
  const command = isAbsolute(program) ? absoluteProgram(container, program, name) : name
  // A program of this machine knows nothing of the container's root: paths of mounts are spelled out for it.
  return { command, args: rest.map(arg => mapPaths(container, arg)) }
}

/** A program that the container has itself, else the machine's at that path, else the one that its PATH finds. */
function absoluteProgram(container: ContainerConfig, program: string, name: string): string {
  const inside = pathInContainer(container, program)
  if (inside && existsSync(inside)) return inside
  return existsSync(program) ? program : name
}

function environment(container: ContainerConfig): Record<string, string> {
  const mounts = container.mounts.map(m => [m.containerPath, m.hostPath])
  return {
    ...container.env,
    KUBARIUM_ROOT: container.root,
    KUBARIUM_MOUNTS: JSON.stringify(mounts),
  }
}
