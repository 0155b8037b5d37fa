import type { Sqlite } from './disk.ts'

export const FORMAT = 3

/**
 * Makes what is missing; outside of a transaction. A new file keeps track of its free pages, so that they can be given back
 * a few at a time.
 *
 * One file holds a member: who it is, its hard state, whether it ever took part, and the configuration as of the log's
 * snapshot (`member`), the raft log, and the state machine, whose `applied` index moves in the same transaction as its data.
 *
 * `notice` holds the rare parts of the state machine as JSON (alarms, the last corruption check …).
 * `history.id` is `revision * 2^18 + position within the revision`, so that ids order as events do.
 */
export function createTables(db: Sqlite): void {
  const isNew = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0
  if (isNew) {
    db.pragma('auto_vacuum = INCREMENTAL')
    // The header of a file in WAL mode is written already: only this changes it. There is nothing to copy yet.
    db.exec('VACUUM')
  }
  db.exec(`
    CREATE TABLE IF NOT EXISTS member (
      only INTEGER PRIMARY KEY CHECK (only = 1), format INTEGER NOT NULL, cluster TEXT NOT NULL, name TEXT NOT NULL,
      boot INTEGER NOT NULL, term INTEGER NOT NULL, vote TEXT NOT NULL, committed INTEGER NOT NULL,
      recovering INTEGER NOT NULL, joined INTEGER NOT NULL, snapshot_index INTEGER NOT NULL, snapshot_term INTEGER NOT NULL,
      configuration TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS log (
      idx INTEGER PRIMARY KEY, term INTEGER NOT NULL, kind INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS machine (
      only INTEGER PRIMARY KEY CHECK (only = 1), applied INTEGER NOT NULL, revision INTEGER NOT NULL,
      compact_revision INTEGER NOT NULL, scrubbed_revision INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS history (
      id INTEGER PRIMARY KEY, type INTEGER NOT NULL, create_revision INTEGER NOT NULL, version INTEGER NOT NULL,
      lease INTEGER NOT NULL, crc INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL);
    CREATE INDEX IF NOT EXISTS history_key ON history (key, id, type);
    CREATE TABLE IF NOT EXISTS live (
      key BLOB PRIMARY KEY, id INTEGER NOT NULL, create_revision INTEGER NOT NULL, version INTEGER NOT NULL,
      lease INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS live_lease ON live (lease) WHERE lease > 0;
    CREATE TABLE IF NOT EXISTS lease (id INTEGER PRIMARY KEY, ttl INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS session (
      member TEXT PRIMARY KEY, boot INTEGER NOT NULL, floor INTEGER NOT NULL, sequences TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS notice (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS snapshot_chunk (sequence INTEGER PRIMARY KEY, data BLOB NOT NULL);
  `)
}
