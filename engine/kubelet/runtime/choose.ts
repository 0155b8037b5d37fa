import type { Clock } from '../../base/clock.ts'
import { UserError } from '../../base/errors.ts'
import type { Platform } from '../../base/platform/platform.ts'
import { createBubblewrapRuntime } from './bubblewrap/bubblewrap.ts'
import { probeBubblewrap } from './bubblewrap/probe.ts'
import type { NamedPipes } from './detached/named-pipes.ts'
import { createProcessRuntime } from './process.ts'
import { RuntimeService, type NamedRuntime } from './service.ts'

/** "auto" is "bubblewrap" where that works, else "process"; what works stands beside it for pods that choose. */
export type RuntimeChoice = 'auto' | 'process' | 'bubblewrap'

export interface RuntimeOptions {
  platform: Platform
  clock: Clock
  node: string
  record(pid: number): void
  /** For containers that go on without this machine's process; absent: they end with it. */
  pipes: NamedPipes | undefined
  /** Files and folders of this machine that pods' programs need where they are. */
  programs: string[]
}

/**
 * The runtimes that work on this machine, found by trying them. The one that is chosen serves pods without a RuntimeClass.
 * @throws UserError if the chosen one does not work here
 */
export async function chooseRuntimes(choice: RuntimeChoice, options: RuntimeOptions): Promise<RuntimeService> {
  const plain: NamedRuntime = { handler: 'process', runtime: createProcessRuntime(options) }
  const probe = await probeBubblewrap(options.platform)
  if (!probe.works) {
    if (choice !== 'bubblewrap') return new RuntimeService([plain])
    throw new UserError(
      `Containers in namespaces do not work on this machine: ${probe.why}`,
      'Install bubblewrap and util-linux and allow user namespaces, or start the lab with `--runtime process`.',
    )
  }
  const isolated = { handler: 'bubblewrap', runtime: createBubblewrapRuntime({ ...options, version: probe.version }) }
  return new RuntimeService(choice === 'process' ? [plain, isolated] : [isolated, plain])
}
