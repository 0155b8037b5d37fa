import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { Configuration } from '../raft/message.ts'
import type { RaftStatus } from '../raft/raft.ts'
import type { Disk } from './disk.ts'
import type { Identity } from './durable-log.ts'
import type { StoreError, WatchEvent } from './kv.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { Transport } from './peer/transport.ts'
import type { Tuning } from './tuning.ts'

export interface ReplicaOptions {
  identity: Identity
  disk: Disk
  clock: Clock
  random: Random
  log: Logger
  transport: Transport
  tuning: Tuning
  /** Runs a task after what is going on now; inputs until then share one transaction. */
  defer(task: () => void): void
}

export interface ReplicaEvents {
  /** Committed and on this member's disk, in order. */
  onEvents(events: WatchEvent[]): void
  /** Leases were granted or revoked. */
  onLeaseChange(): void
  /** A snapshot has replaced the state: events were skipped. */
  onStateReplaced(): void
  /** Role, term or leader changed. */
  onRoleChange(status: RaftStatus): void
  /** Other members take part from here on, or are reached elsewhere. */
  onConfiguration(configuration: Configuration): void
  /** These took part, and are settled not to any more. */
  onRemoved(names: string[]): void
  /** Frames that are not the replica's own. */
  onFrame(from: string, frame: PeerFrame): void
  /** The member does not serve any more. */
  onFailure(problem: string, error: StoreError): void
}
