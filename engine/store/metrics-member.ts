import type { Clock } from '../base/clock.ts'
import type { Disk, Sqlite } from './disk.ts'
import { StoreError, UnavailableError, UnknownOutcomeError } from './kv.ts'
import type { AlarmType, DetailedStatus } from './kv.ts'
import { Histogram, exponential } from '../base/exposition.ts'
import type { Family, Sample } from '../base/exposition.ts'
import type { OperationCounts } from './mvcc/counts.ts'
import type { Transport } from './peer/transport.ts'

/** What is asked of the member when somebody looks, and costs nothing until then. */
export interface Figures {
  status: DetailedStatus
  alarms: readonly AlarmType[]
  /** Undefined while the member does not serve. */
  keySpace: { counts: OperationCounts; keys: number; defragmenting: boolean; leases: number } | undefined
  watchers: { all: number; slow: number }
}

/** What offers its figures to whoever watches over it. */
export interface Measured {
  readonly metrics: MemberMetrics
}

/** etcd's buckets for both: from 1 ms to 8.2 s. */
const COMMIT_SECONDS = exponential(0.001, 2, 14)

/**
 * The figures of one member, by etcd's names where they mean the same. What happens often is counted in plain numbers;
 * all else is looked up when somebody asks. Labels name members of the cluster, and versions: there are few of each.
 */
export class MemberMetrics {
  /** Commits of the member's file. One transaction holds log and key space, so these are both of etcd's two. */
  readonly commits = new Histogram(COMMIT_SECONDS)
  readonly client = { received: 0, sent: 0 }
  pendingProposals = 0
  failedProposals = 0
  failedReads = 0
  leaderChanges = 0
  healthy = 0
  unhealthy = 0
  readonly #figures: () => Figures
  readonly #clock: Clock
  readonly #peers = new Map<string, { id: string; sent: number; received: number }>()
  #leader: string | undefined

  constructor(figures: () => Figures, clock: Clock) {
    this.#figures = figures
    this.#clock = clock
  }

  /** Whether the member is well, as it sees itself. */
  figures(): Figures {
    return this.#figures()
  }

  /** Counts as etcd does: that a leader is lost is no change, that another or the same is found again is one. */
  leaderIs(leader: string | undefined): void {
    if (leader !== undefined && leader !== this.#leader) this.leaderChanges++
    this.#leader = leader
  }

  /** A proposal or a read was not settled; that the state machine refuses it is no failure. */
  failed(what: 'proposal' | 'read', error: unknown): void {
    if (error instanceof StoreError && !(error instanceof UnavailableError || error instanceof UnknownOutcomeError))
      return
    if (what === 'proposal') this.failedProposals++
    else this.failedReads++
  }

  /** `disk`, with its commits timed. */
  disk(disk: Disk): Disk {
    const { commits } = this
    const clock = this.#clock
    return {
      path: disk.path,
      open: () => disk.open(),
      openReader: (db: Sqlite) => disk.openReader(db),
      committed: (db: Sqlite) => disk.committed(db),
      size: (db: Sqlite) => disk.size(db),
      mark: () => disk.mark?.(),
      commit(run) {
        const start = clock.monotonic()
        run()
        commits.observe((clock.monotonic() - start) / 1000)
      },
    }
  }

  /** `transport`, with what passes counted. `idOf` gives a member's id as etcd writes it. */
  transport(transport: Transport, idOf: (name: string) => string): Transport {
    const peers = this.#peers
    const peer = (name: string) => {
      let known = peers.get(name)
      if (!known) peers.set(name, (known = { id: idOf(name), sent: 0, received: 0 }))
      return known
    }
    return {
      start: receiver =>
        transport.start({
          onFrame(from, frame) {
            peer(from).received += frame.length
            receiver.onFrame(from, frame)
          },
          onDown: (name, refused) => receiver.onDown(name, refused),
        }),
      send(to, frame) {
        const sent = transport.send(to, frame)
        if (sent) peer(to).sent += frame.length
        return sent
      },
      setPeers(list) {
        for (const name of peers.keys()) if (!list.some(p => p.name === name)) peers.delete(name)
        transport.setPeers(list)
      },
      dismiss: names => transport.dismiss(names),
      stop: () => transport.stop(),
    }
  }

  /** All figures as they are now. `version`: of etcd, whose API is served. */
  families(version: string): Family[] {
    const figures = this.#figures()
    return [...this.#server(figures, version), ...this.#storage(figures), ...this.#network(), ...this.#process()]
  }

  #server({ status }: Figures, version: string): Family[] {
    const { role, leader, isLearner, committed, applied, dbSizeQuota, id } = status
    return [
      gauge('etcd_server_has_leader', 'Whether a leader is known: 1 if so.', leader !== undefined),
      gauge('etcd_server_is_leader', 'Whether this member leads: 1 if so.', role === 'leader'),
      gauge('etcd_server_is_learner', 'Whether this member is a learner: 1 if so.', isLearner),
      counter('etcd_server_leader_changes_seen_total', 'Changes of the leader that were seen.', this.leaderChanges),
      gauge('etcd_server_proposals_committed_total', 'Index of the last committed log entry.', committed),
      gauge('etcd_server_proposals_applied_total', 'Index of the last applied log entry.', applied),
      gauge('etcd_server_proposals_pending', 'Proposals whose outcome is waited for.', this.pendingProposals),
      counter('etcd_server_proposals_failed_total', 'Proposals that came to no outcome.', this.failedProposals),
      counter('etcd_server_read_indexes_failed_total', 'Linearizable reads that failed.', this.failedReads),
      gauge('etcd_server_quota_backend_bytes', 'Bytes of the database beyond which writes are refused.', dbSizeQuota),
      counter('etcd_server_health_success', 'Health checks that found the member well.', this.healthy),
      counter('etcd_server_health_failures', 'Health checks that did not.', this.unhealthy),
      labelled('etcd_server_id', 'The member, by its id in hexadecimal.', 'server_id', unpadded(id)),
      labelled('etcd_server_version', 'The version of etcd whose API is served.', 'server_version', version),
      labelled(
        'etcd_cluster_version',
        'The same for all members.',
        'cluster_version',
        version.split('.').slice(0, 2).join('.'),
      ),
    ]
  }

  #storage({ status, keySpace, watchers }: Figures): Family[] {
    const { dbSize, dbSizeInUse, revision, compactRevision } = status
    const commits = this.commits.samples()
    const families: Family[] = [
      histogram(
        'etcd_disk_wal_fsync_duration_seconds',
        'Commits of log entries to the disk. They share a transaction with what is applied.',
        commits,
      ),
      histogram('etcd_disk_backend_commit_duration_seconds', 'Commits of the database: the same ones.', commits),
      gauge('etcd_mvcc_db_total_size_in_bytes', 'Bytes of the database.', dbSize),
      gauge('etcd_mvcc_db_total_size_in_use_in_bytes', 'Bytes of its pages that hold something.', dbSizeInUse),
      gauge('etcd_debugging_mvcc_current_revision', 'The newest revision.', revision),
      gauge('etcd_debugging_mvcc_compact_revision', 'The revision of the last compaction.', compactRevision),
      gauge('etcd_debugging_mvcc_watcher_total', 'Watches.', watchers.all),
      gauge('etcd_debugging_mvcc_slow_watcher_total', 'Watches that read the history, as they lag.', watchers.slow),
    ]
    if (!keySpace) return families
    const { counts, keys, defragmenting, leases } = keySpace
    families.push(
      gauge('etcd_debugging_mvcc_keys_total', 'Keys that exist.', keys),
      counter('etcd_mvcc_put_total', 'Puts that this member has carried out.', counts.puts),
      counter('etcd_mvcc_delete_total', 'Deletions that this member has carried out.', counts.deletes),
      counter('etcd_mvcc_range_total', 'Ranges that this member has read.', counts.ranges),
      counter(
        'etcd_mvcc_txn_total',
        'Transactions of several operations that it has carried out.',
        counts.transactions,
      ),
      gauge('etcd_disk_defrag_inflight', 'Whether free pages are being given back: 1 if so.', defragmenting),
      gauge('kubarium_store_leases', 'Leases that exist.', leases),
    )
    return families
  }

  #network(): Family[] {
    const peers = [...this.#peers.values()]
    const sent = peers.map(({ id, sent }) => ({ labels: { To: id }, value: sent }))
    const received = peers.map(({ id, received }) => ({ labels: { From: id }, value: received }))
    const { client } = this
    return [
      { ...counter('etcd_network_peer_sent_bytes_total', 'Bytes sent to other members.'), samples: sent },
      { ...counter('etcd_network_peer_received_bytes_total', 'Bytes received from other members.'), samples: received },
      counter('etcd_network_client_grpc_sent_bytes_total', 'Bytes of answers to gRPC clients.', client.sent),
      counter('etcd_network_client_grpc_received_bytes_total', 'Bytes of requests of gRPC clients.', client.received),
    ]
  }

  /** Of the process: the member is one thread of it. */
  #process(): Family[] {
    const { user, system } = process.cpuUsage()
    const start = this.#clock.now() / 1000 - process.uptime()
    return [
      counter('process_cpu_seconds_total', 'Time of processors that the process has used.', (user + system) / 1e6),
      gauge('process_resident_memory_bytes', 'Memory that the process holds.', process.memoryUsage.rss()),
      gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', Number(start.toFixed(3))),
    ]
  }
}

/** etcd writes ids without leading zeros. */
function unpadded(id: string): string {
  return id.replace(/^0+(?=.)/, '')
}

function counter(name: string, help: string, value = 0): Family {
  return { name, help, type: 'counter', samples: [{ value }] }
}

function gauge(name: string, help: string, value: number | boolean): Family {
  return { name, help, type: 'gauge', samples: [{ value: Number(value) }] }
}

function histogram(name: string, help: string, samples: Sample[]): Family {
  return { name, help, type: 'histogram', samples }
}

/** A figure whose content is its label. */
function labelled(name: string, help: string, label: string, content: string): Family {
  return { name, help, type: 'gauge', samples: [{ labels: { [label]: content }, value: 1 }] }
}
