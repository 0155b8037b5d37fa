/** Most appends on their way to one follower at a time. */
export const MAX_INFLIGHT = 256

/**
 * What a leader knows about one follower.
 * - `probe`: it does not know where the logs part; one append at a time.
 * - `replicate`: it streams, optimistically, up to `MAX_INFLIGHT` appends ahead of the answers.
 * - `snapshot`: the follower is being sent a snapshot; no appends.
 */
export class Progress {
  match = 0
  next: number
  state: 'probe' | 'replicate' | 'snapshot' = 'probe'
  pendingSnapshot = 0
  /** Heard from since the last quorum check. */
  recentActive = false
  /** Heard from in the time before that; at first, the benefit of the doubt. */
  wasActive = true
  /** It has lost its disk: what it says does not count yet. */
  recovering = false
  /** Grows from answer to answer over all followers: who answered last. */
  lastHeard = 0
  /** In `probe`: an append is out, wait for its answer or a heartbeat's. */
  probeSent = false
  /** Last index of each append in flight, oldest first. */
  inflight: number[] = []

  constructor(next: number) {
    this.next = next
  }

  becomeProbe(): void {
    const next = this.state === 'snapshot' ? Math.max(this.match, this.pendingSnapshot) + 1 : this.match + 1
    this.#reset('probe')
    this.next = next
  }

  becomeReplicate(): void {
    this.#reset('replicate')
    this.next = this.match + 1
  }

  becomeSnapshot(index: number): void {
    this.#reset('snapshot')
    this.pendingSnapshot = index
    this.next = index + 1
  }

  /** The follower has lost its log: begin again. */
  forget(): void {
    this.match = 0
    this.#reset('probe')
    this.next = 1
  }

  #reset(state: Progress['state']): void {
    this.state = state
    this.pendingSnapshot = 0
    this.probeSent = false
    this.inflight = []
  }

  get paused(): boolean {
    switch (this.state) {
      case 'probe':
        return this.probeSent
      case 'replicate':
        return this.inflight.length >= MAX_INFLIGHT
      case 'snapshot':
        return true
    }
  }

  sent(lastIndex: number, count: number): void {
    if (this.state === 'replicate') {
      if (count === 0) return
      this.next = lastIndex + 1
      this.inflight.push(lastIndex)
    } else this.probeSent = true
  }

  /** The follower has everything up to `index`. True if that is news. */
  confirmed(index: number): boolean {
    this.next = Math.max(this.next, index + 1)
    if (index <= this.match) return false
    this.match = index
    this.probeSent = false
    return true
  }

  freeInflight(index: number): void {
    let n = 0
    while (n < this.inflight.length && this.inflight[n]! <= index) n++
    if (n) this.inflight.splice(0, n)
  }

  /** The follower refused the append after `refused`. False if that answer is stale. */
  refused(refused: number, hint: number): boolean {
    if (this.state === 'replicate') {
      if (refused <= this.match) return false
      this.next = this.match + 1
      return true
    }
    if (this.next - 1 !== refused) return false
    this.next = Math.max(Math.min(refused, hint + 1), this.match + 1)
    this.probeSent = false
    return true
  }
}
