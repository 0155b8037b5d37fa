/** What a member does by itself to keep its file small and sound. Plain data. */
export interface UpkeepConfig {
  /** Bytes of the database beyond which writes are refused. Default 2 GiB, as in etcd. */
  quotaBytes?: number
  /**
   * Forgets history by itself: `periodic`: what is older than `periodMs`; `revision`: all but the last `revisions`. Default:
   * only when asked.
   */
  autoCompaction?: { mode: 'periodic'; periodMs: number } | { mode: 'revision'; revisions: number }
  /** How often all members compare what they hold, in milliseconds; 0: never. Default 5 minutes. */
  corruptionCheckMs?: number
}

export const DEFAULT_QUOTA_BYTES = 2 * 1024 ** 3
export const DEFAULT_CORRUPTION_CHECK_MS = 5 * 60_000
