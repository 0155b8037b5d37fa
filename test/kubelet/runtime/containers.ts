import { chmodSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { systemClock } from '../../../engine/base/clock.ts'
import { createLogger } from '../../../engine/base/log.ts'
import { currentPlatform } from '../../../engine/base/platform/platform.ts'
import { createBubblewrapRuntime } from '../../../engine/kubelet/runtime/bubblewrap/bubblewrap.ts'
import { probeBubblewrap } from '../../../engine/kubelet/runtime/bubblewrap/probe.ts'
import type { ContainerConfig, ContainerProcess, ContainerRuntime } from '../../../engine/kubelet/runtime/contract.ts'
import { namedPipesOn, type NamedPipes } from '../../../engine/kubelet/runtime/detached/named-pipes.ts'
import { createProcessRuntime } from '../../../engine/kubelet/runtime/process.ts'

export const platform = currentPlatform()
export const bubblewrap = await probeBubblewrap(platform)

/** A folder of its own for each test file, and containers in it. */
export class Workbench {
  readonly dir: string
  readonly pids: number[] = []
  readonly pipes: NamedPipes | undefined
  #count = 0

  /** @param parent where that folder is made; who removes this one need not dispose of the bench */
  constructor(parent = tmpdir()) {
    this.dir = mkdtempSync(join(parent, 'kubarium-runtime-'))
    const log = createLogger(() => undefined, 'error', 'test')
    this.pipes = namedPipesOn(platform, join(this.dir, 'pipes'), log)
    chmodSync(this.dir, 0o755)
    mkdirSync(join(this.dir, 'images', 'host'), { recursive: true })
  }

  process(): ContainerRuntime {
    return createProcessRuntime({
      platform,
      clock: systemClock,
      pipes: this.pipes,
      node: process.execPath,
      record: pid => this.pids.push(pid),
    })
  }

  bubblewrap(): ContainerRuntime {
    if (!bubblewrap.works) throw new Error(bubblewrap.why)
    return createBubblewrapRuntime({
      platform,
      clock: systemClock,
      pipes: this.pipes,
      node: process.execPath,
      record: pid => this.pids.push(pid),
      programs: [],
      version: bubblewrap.version,
    })
  }

  container(argv: string[], more: Partial<ContainerConfig> = {}): ContainerConfig {
    const id = `c${this.#count++}`
    return {
      id,
      image: {
        names: ['host'],
        runs: 'host',
        entry: [],
        dir: join(this.dir, 'images', 'host'),
        digest: 'sha256:0',
        sizeBytes: 0,
      } as ContainerConfig['image'],
      argv,
      env: { PATH: process.env.PATH! },
      root: this.folder(join(id, 'root')),
      runDir: join(this.dir, id, 'run'),
      workingDir: '/',
      mounts: [],
      tty: false,
      stdin: false,
      ...more,
    }
  }

  folder(name: string): string {
    const path = join(this.dir, name)
    mkdirSync(path, { recursive: true })
    return path
  }

  dispose(): void {
    for (const pid of this.pids) platform.killTree(pid)
    rmSync(this.dir, { recursive: true, force: true })
  }
}

/** Everything that a process says until its end, and how that was. */
export async function outcome(process: ContainerProcess) {
  const [stdout, stderr, status] = await Promise.all([
    text(process.stdout),
    process.stderr ? text(process.stderr) : '',
    process.exited,
  ])
  return { stdout, stderr, ...status }
}

/** Resolves once a process has written this. */
export function written(process: ContainerProcess, wanted: string): Promise<void> {
  return new Promise(resolve => {
    let all = ''
    process.stdout.on('data', (chunk: Buffer | string) => {
      all += chunk.toString()
      if (all.includes(wanted)) resolve()
    })
  })
}
