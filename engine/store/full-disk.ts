import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Raft } from '../raft/raft.ts'
import { NoSpaceError } from './kv.ts'

const RETRY_MS = 1000

export interface FullDiskOptions {
  path: string
  clock: Clock
  log: Logger
  raft: Raft
  /** Does what had to wait; if the disk is still full, that is reported again. */
  retry(): void
}

/** Whether a member's disk is full: it then takes part in what needs none, and tries again from time to time. */
export class FullDisk {
  readonly #options: FullDiskOptions
  #full = false
  /** How often others were asked to lead. */
  #asked = 0
  #timer: Timer | undefined

  constructor(options: FullDiskOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#full
  }

  /** A write found no space. */
  report(): void {
    const { log, clock, path, retry } = this.#options
    if (!this.#full) log.error('the disk is full', { path })
    this.#full = true
    this.#timer?.cancel()
    this.#timer = clock.after(RETRY_MS, () => {
      this.#full = false
      retry()
    })
  }

  /** Others may have space: a leader that cannot write asks them to lead, one after the other. False if there is nobody to ask. */
  handOver(): boolean {
    const { raft } = this.#options
    const { role, followers } = raft.status()
    const able = followers.filter(follower => follower.active && follower.state === 'replicate')
    if (role !== 'leader' || able.length === 0) return false
    raft.transferLeader(able[this.#asked++ % able.length]!.id)
    return true
  }

  stop(): void {
    this.#timer?.cancel()
  }
}

export function noSpace(): NoSpaceError {
  return new NoSpaceError('etcdserver: mvcc: database space exceeded: the disk is full, free some space')
}
