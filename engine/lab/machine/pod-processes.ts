import { appendFileSync } from 'node:fs'
import { isAlive, type Platform, type ProcessIdentity } from '../../base/platform/platform.ts'
import { writeFileAtomically } from '../config.ts'
import { readIdentities } from '../leftovers.ts'

/** Lines of a file that is not worth tidying up. */
const FEW = 256

/** Notes the processes of a machine's pods in a file, so that whoever finds the machine dead can end them. */
export class PodProcesses {
  readonly #platform: Platform
  readonly #file: string
  #lines: number
  #most: number

  constructor(platform: Platform, file: string) {
    this.#platform = platform
    this.#file = file
    this.#lines = readIdentities(file).length
    this.#most = FEW
  }

  /** To be called before anything else is done with a process. */
  record(pid: number): void {
    const started = this.#platform.identify([pid]).get(pid)
    if (!started) return
    appendFileSync(this.#file, line({ pid, started }), { mode: 0o600 })
    if (++this.#lines > this.#most) this.#rewrite(this.#alive())
  }

  /**
   * Ends all that an earlier life left, but for those that somebody else decides on, with all that belongs to them.
   * Gives how many that were.
   */
  endAllBut(stay: ProcessIdentity[]): number {
    const leaders = stay.filter(identity => isAlive(this.#platform, identity)).map(({ pid }) => pid)
    const staying = new Set(leaders)
    for (const { pids } of this.#platform.treeUsage(leaders).values()) for (const pid of pids) staying.add(pid)
    const alive = this.#alive()
    const ending = alive.filter(({ pid }) => !staying.has(pid))
    for (const { pid } of ending) this.#platform.killTree(pid)
    this.#rewrite(alive.filter(({ pid }) => staying.has(pid)))
    return ending.length
  }

  #alive(): ProcessIdentity[] {
    return readIdentities(this.#file).filter(identity => isAlive(this.#platform, identity))
  }

  /** Every line is read once for each time that as many were written. */
  #rewrite(identities: ProcessIdentity[]): void {
    writeFileAtomically(this.#file, identities.map(line).join(''))
    this.#lines = identities.length
    this.#most = Math.max(FEW, 2 * identities.length)
  }
}

function line({ pid, started }: ProcessIdentity): string {
  return JSON.stringify({ pid, started }) + '\n'
}
