import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../../../base/errors.ts'
import type { Logger } from '../../../base/log.ts'
import type { Platform } from '../../../base/platform/platform.ts'

const BATCH = 48
const LOW = 24

/**
 * Pipes with names, made in advance: there is no call for them in Node, and the command that makes them takes as long
 * as the start of a container may.
 */
export class NamedPipes {
  readonly #dir: string
  readonly #log: Logger
  #ready: string[] = []
  #made = 0
  #filling = false

  /** `dir` is emptied; it must be in the same file system as the places where pipes are wanted. */
  constructor(dir: string, log: Logger) {
    this.#dir = dir
    this.#log = log
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.#fill()
  }

  /** Puts pipes at these paths. @throws Error if none can be made */
  place(paths: string[]): void {
    if (this.#ready.length < paths.length) {
      const names = this.#names(paths.length)
      execFileSync('mkfifo', ['-m', '600', ...names])
      this.#ready.push(...names)
    }
    for (const path of paths) renameSync(this.#ready.pop()!, path)
    if (this.#ready.length < LOW) this.#fill()
  }

  #fill(): void {
    if (this.#filling) return
    this.#filling = true
    const names = this.#names(BATCH)
    execFile('mkfifo', ['-m', '600', ...names], error => {
      this.#filling = false
      if (!error) return void this.#ready.push(...names)
      // Whoever needs one before the next try makes it, and hears why if that fails.
      this.#log.warn('pipes could not be made in advance', { error: messageOf(error) })
      const there = new Set(readdirSync(this.#dir))
      for (const name of names) if (there.has(name)) rmSync(name, { force: true })
    })
  }

  #names(count: number): string[] {
    return Array.from({ length: count }, () => join(this.#dir, String(this.#made++)))
  }
}

/**
 * Pipes for containers that go on without the kubelet, where a platform has what these need: pipes with names, and a
 * POSIX shell that waits for a program's end.
 */
export function namedPipesOn({ name }: Pick<Platform, 'name'>, dir: string, log: Logger): NamedPipes | undefined {
  return name === 'windows' ? undefined : new NamedPipes(dir, log)
}
