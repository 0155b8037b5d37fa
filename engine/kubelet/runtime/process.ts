import { existsSync, mkdirSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { CONTAINER_MARK, type Platform } from '../../base/platform/platform.ts'
import type { ContainerConfig, ContainerProcess, ContainerRuntime } from './contract.ts'
import { adoptDetached, startDetached } from './detached/detached.ts'
import type { NamedPipes } from './detached/named-pipes.ts'
import { mapPaths, pathInContainer } from './paths.ts'
import { spawnProcess } from './spawned.ts'

export { StartError } from './start-error.ts'

export interface ProcessRuntimeOptions {
  platform: Platform
  clock: Clock
  /** For containers that can be adopted; absent: they end with this machine. */
  pipes?: NamedPipes
  /** Node binary for images whose program is written for Node. */
  node: string
  /** Told of every process, so that it can be found and ended should this machine die. */
  record(pid: number): void
}

/** Containers as process groups of the user's own, on every platform. */
export function createProcessRuntime(options: ProcessRuntimeOptions): ContainerRuntime {
  const { platform, clock, pipes, record } = options
  /** What has left the container's group ends with it too, where it can be found. */
  const endStrays = (container: ContainerConfig, process: ContainerProcess): ContainerProcess => {
    const exited = process.exited.then(exit => {
      platform.endMarked(container.root)
      return exit
    })
    return { ...process, exited }
  }
  const launch = (container: ContainerConfig, argv: string[]) => {
    const cwd = pathInContainer(container, container.workingDir) ?? container.root
    const env = environment(container)
    // As other runtimes do, for images and pods that name a folder which is not there.
    for (const folder of [cwd, env.HOME]) if (folder && !existsSync(folder)) mkdirSync(folder, { recursive: true })
    return { ...commandLine(container, argv, options), how: { platform, record, cwd, env } }
  }
  return {
    version: 'process://1.0',
    handlers: [{ name: 'process', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
    start(container) {
      const { command, args, how } = launch(container, container.argv)
      const { tty, stdin, runDir } = container
      const detached = pipes && runDir && !tty && !stdin
      const started = detached
        ? startDetached(command, args, runDir, { ...how, clock, pipes })
        : spawnProcess(command, args, { ...how, stdin, ...(tty ? { tty: {} } : {}) })
      return endStrays(container, started)
    },
    adopt: (container, leader) => endStrays(container, adoptDetached(leader, container.runDir!, { platform, clock })),
    exec(container, argv, { tty, stdin, cols, rows }) {
      const { command, args, how } = launch(container, argv)
      return spawnProcess(command, args, { ...how, stdin, ...(tty ? { tty: { cols, rows } } : {}) })
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

/** What the container says, but for its home: the machine's folder of that path is a person's, with what their shells do at their start. */
function environment(container: ContainerConfig): Record<string, string> {
  const mounts = container.mounts.map(m => [m.containerPath, m.hostPath])
  const home = container.env.HOME === undefined ? undefined : pathInContainer(container, container.env.HOME)
  return {
    ...container.env,
    ...(home ? { HOME: home } : {}),
    [CONTAINER_MARK]: container.root,
    KUBARIUM_ROOT: container.root,
    KUBARIUM_MOUNTS: JSON.stringify(mounts),
  }
}
