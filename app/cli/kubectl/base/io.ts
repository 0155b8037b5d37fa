import type { Readable, Writable } from 'node:stream'
import { systemClock, type Clock } from '../../../../engine/base/clock.ts'
import { currentPlatform, type Platform } from '../../../../engine/base/platform/platform.ts'

/** Everything of the outside world that a verb may touch. */
export interface Io {
  stdin: Readable & { isTTY?: boolean; setRawMode?(on: boolean): unknown }
  stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number }
  stderr: Writable & { isTTY?: boolean }
  env: Record<string, string | undefined>
  cwd: string
  homeDir: string
  clock: Clock
  platform: Platform
  /** Aborts when the user interrupts. */
  signal: AbortSignal
}

/** The real process. An interrupt ends it at once, as it does kubectl, unless a verb takes the terminal over. */
export function processIo(): Io {
  const abort = new AbortController()
  const { stdin, stdout, stderr, env } = process
  // A reader that has seen enough (head, less) closes the pipe: nothing is left to say.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  const homeDir = env.HOME ?? env.USERPROFILE ?? process.cwd()
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    homeDir,
    clock: systemClock,
    platform: currentPlatform(),
    signal: abort.signal,
  }
}

/** Writes a whole piece and waits while the reader is behind. */
export function write(stream: Writable, data: string | Uint8Array): Promise<void> | void {
  if (stream.write(data) || stream.destroyed) return
  return new Promise(resolve => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.on('drain', done)
    stream.on('close', done)
  })
}
