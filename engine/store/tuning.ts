/** The limits and rhythms of a member, in one place. */
export interface Tuning {
  /** Raft's unit of time. */
  tickMs: number
  /** Ticks of silence after which a follower campaigns: between this and twice this. */
  electionTicks: number
  heartbeatTicks: number
  /** Log entries that stay behind the applied index, for followers that lag. Those further behind get a snapshot. */
  snapshotEntries: number
  /** Bytes of log that stay at most, whatever the number of entries. */
  snapshotBytes: number
  /** How long a request waits for a leader or for its outcome. */
  requestTimeoutMs: number
  /** Bytes of commands that may wait to be proposed. */
  maxQueuedBytes: number
}

export const DEFAULT_TUNING: Tuning = {
  tickMs: 100,
  electionTicks: 6,
  heartbeatTicks: 2,
  snapshotEntries: 2000,
  snapshotBytes: 8 * 1024 * 1024,
  requestTimeoutMs: 5000,
  maxQueuedBytes: 64 * 1024 * 1024,
}

/** Bytes of one request, as in etcd (`--max-request-bytes`). */
export const MAX_REQUEST_BYTES = 1.5 * 1024 * 1024
/** Bytes of commands that share a log entry; one larger command goes alone. */
export const MAX_BATCH_BYTES = 512 * 1024
/** Batches of one member on their way at a time. */
export const MAX_BATCHES_IN_FLIGHT = 64
