import type { NodeId } from './message.ts'

export interface ReadRequest {
  from: NodeId
  context: number
  /** `from` was in the leader's term when it asked, and may speak for its disk: no later leader had its vote by then. */
  follows: boolean
}

interface Round {
  id: number
  index: number
  request: ReadRequest
  acks: Set<NodeId>
}

/**
 * ReadIndex (Raft thesis §6.4): a leader notes its commit index, proves by one round of heartbeats that it still
 * leads, and only then lets the read go. Rounds are numbered; a confirmed round confirms all before it.
 */
export class ReadRounds {
  #rounds: Round[] = []
  #lastId = 0

  /** Opens a round and returns the context for its heartbeats. */
  open(index: number, request: ReadRequest, self: NodeId): number {
    this.#rounds.push({ id: ++this.#lastId, index, request, acks: new Set([self]) })
    return this.#lastId
  }

  /** The newest round that waits, to be repeated with regular heartbeats; 0 if none. */
  get newest(): number {
    return this.#rounds.length ? this.#rounds[this.#rounds.length - 1]!.id : 0
  }

  /** The oldest round that waits; 0 if none. */
  get oldest(): number {
    return this.#rounds[0]?.id ?? 0
  }

  /** `from` has answered round `id`. Returns the requests that are confirmed by it, oldest first. */
  acknowledge(
    id: number,
    from: NodeId,
    isQuorum: (acks: Set<NodeId>) => boolean,
  ): { index: number; request: ReadRequest }[] {
    const at = this.#rounds.findIndex(round => round.id === id)
    if (at < 0) return []
    for (let i = 0; i <= at; i++) this.#rounds[i]!.acks.add(from)
    return isQuorum(this.#rounds[at]!.acks) ? this.#rounds.splice(0, at + 1) : []
  }

  clear(): void {
    this.#rounds = []
  }
}
