import type { Message } from '../raft/message.ts'
import type { Raft } from '../raft/raft.ts'
import type { DurableState } from './durable-state.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { SnapshotSender } from './snapshot-transfer.ts'

export interface OutboxOptions {
  raft: Raft
  state: DurableState
  snapshots: SnapshotSender
  /** False if the peer cannot be reached. */
  send(to: string, frame: PeerFrame): boolean
}

/** Raft's messages on their way out: one frame for each peer, and snapshots in pieces of their own. */
export class Outbox {
  readonly #options: OutboxOptions

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  send(messages: Message[]): void {
    const { raft, send } = this.#options
    const byPeer = new Map<string, Message[]>()
    for (const m of messages) {
      if (m.type === 'snapshot') this.#sendSnapshot(m)
      else {
        const list = byPeer.get(m.to)
        if (list) list.push(m)
        else byPeer.set(m.to, [m])
      }
    }
    for (const [to, list] of byPeer) if (!send(to, { type: 'raft', messages: list })) raft.reportUnreachable(to)
  }

  /** What a member may say though it cannot write goes out; the rest is lost. */
  sendWithoutDisk(messages: Message[]): void {
    this.send(messages.filter(needsNoDisk))
    this.lose(messages.filter(m => !needsNoDisk(m)))
  }

  /** What could not be sent: whoever waits for it begins anew. */
  lose(messages: Message[]): void {
    const { raft } = this.#options
    for (const { type, to } of messages)
      if (type === 'snapshot') raft.reportSnapshot(to, false)
      else if (type === 'append') raft.reportUnreachable(to)
  }

  #sendSnapshot(m: Message): void {
    const { raft, state, snapshots } = this.#options
    try {
      // The reader sees what is committed.
      state.commit()
    } catch (error) {
      this.lose([m])
      throw error
    }
    snapshots.start(m.to, state.snapshotMessage(m, raft))
  }
}

/** Nobody counts on this member's disk for these. */
function needsNoDisk(m: Message): boolean {
  switch (m.type) {
    case 'heartbeat':
    case 'heartbeatResponse':
    case 'readIndex':
    case 'readIndexResponse':
    case 'timeoutNow':
      return true
    default:
      return false
  }
}
