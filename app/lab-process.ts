import { join } from 'node:path'
import { systemClock } from '../engine/base/clock.ts'
import type { Logger } from '../engine/base/log.ts'
import { currentPlatform } from '../engine/base/platform/platform.ts'
import { systemRandom } from '../engine/base/random.ts'
import { interfaceAddress } from '../engine/lab/client.ts'
import type { Progress } from '../engine/lab/contract.ts'
import { LabHost } from '../engine/lab/host.ts'
import type { NewLab } from '../engine/lab/provision.ts'
import { startLabServer } from '../engine/lab/server/server.ts'
import { distDir } from './dist.ts'

export interface RunOptions {
  dataDir: string
  lab: NewLab
}

export interface RunningLab {
  /** Address of the user interface, with its token. */
  address: string
  host: LabHost
  /** Stops the lab. Resolves when no process of it is left. */
  close(): Promise<void>
  /** Resolves when the lab has stopped, whoever asked for it. */
  closed: Promise<void>
}

/**
 * Brings a lab up in this process: the host with its machines and the lab server. Resolves when every machine is ready.
 * The lab server answers from the beginning, so that the start can be watched.
 */
export async function runLab(
  options: RunOptions,
  log: Logger,
  onProgress: (progress: Progress) => void,
): Promise<RunningLab> {
  const host = await LabHost.open(options.lab, {
    dataDir: options.dataDir,
    clock: systemClock,
    random: systemRandom,
    platform: currentPlatform(),
    log,
    node: process.env.KUBARIUM_NODE ?? process.execPath,
    machineEntry: join(distDir, 'machine.mjs'),
    imagesDir: join(distDir, 'images'),
  })
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      await server?.close()
      await host.close()
      onClosed()
    })()
    return closing
  }
  let server: Awaited<ReturnType<typeof startLabServer>> | undefined
  try {
    server = await startLabServer({
      host,
      log: log.child('server'),
      rendererDir: join(distDir, 'renderer'),
      binDir: join(distDir, 'bin'),
      onDown: () => void close(),
    })
    host.announce(server.url)
    void host.untilAbandoned().then(close)
    await host.up(onProgress)
  } catch (error) {
    await close()
    throw error
  }
  return { address: interfaceAddress(server.url, host.record.token), host, close, closed }
}
