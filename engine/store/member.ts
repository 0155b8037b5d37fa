import type { Clock } from '../base/clock.ts'
import { sleep } from '../base/clock.ts'
import type { Disposable } from '../base/disposable.ts'
import { UserError, codeOf, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { StoreMemberConfig } from './config.ts'
import { encodeCommand } from './command.ts'
import type { Command } from './command.ts'
import type { Disk } from './disk.ts'
import { damaged } from './durable-log.ts'
import { InvalidRequestError, StoreError, UnavailableError } from './kv.ts'
import type {
  Alarm,
  AlarmType,
  DetailedStatus,
  LeaseTimeToLive,
  Member,
  MemberStatus,
  MemberStore,
  PacedObserver,
  RangeRequest,
  RangeResponse,
  ResponseHeader,
  StoreHash,
  TxnRequest,
  TxnResponse,
  Watch,
  WatchRequest,
} from './kv.ts'
import { LeaseService } from './lease-service.ts'
import { MemberCalls } from './member-calls.ts'
import { Membership } from './membership.ts'
import { MemberMetrics } from './metrics-member.ts'
import type { Figures, Measured } from './metrics-member.ts'
import { DamagedValueError } from './mvcc/history.ts'
import { spaceExceeded } from './mvcc/machine.ts'
import type { Machine, Outcome } from './mvcc/machine.ts'
import type { RaisedAlarm } from './mvcc/notices.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { Transport } from './peer/transport.ts'
import { Replica } from './replica.ts'
import { checkRange, checkSize, checkTxn, isReadOnly, writesValues } from './requests.ts'
import { DEFAULT_TUNING } from './tuning.ts'
import { hashKeySpace } from './upkeep/hashing.ts'
import { clusterIdOf, hexOf, memberId } from './upkeep/identity.ts'
import { image } from './upkeep/image.ts'
import { databaseSizes } from './upkeep/sizes.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import { WatchHub } from './watch-hub.ts'

export interface StoreMemberOptions {
  config: StoreMemberConfig
  clock: Clock
  random: Random
  log: Logger
  transport: Transport
  disk: Disk
  /** Runs a task after what is going on now. Default: `setImmediate`. */
  defer?(task: () => void): void
}

/** How often a wait looks again, and how long it waits for a commit that is on its way anyway. */
const POLL_MS = 10
const COMMIT_WAIT_MS = 300
/** As in etcd: a transfer of leadership has the time of an election. */
const TRANSFER_ELECTIONS = 2

/** One member of the store's cluster, in the thread that makes it. */
export class StoreMember implements MemberStore, Measured {
  readonly metrics: MemberMetrics
  readonly #options: StoreMemberOptions
  readonly #tuning: typeof DEFAULT_TUNING
  readonly #id: bigint
  readonly #clusterId: bigint
  readonly #disk: Disk
  readonly #hub: WatchHub
  readonly #calls: MemberCalls
  readonly #leases: LeaseService
  readonly #membership: Membership
  readonly #upkeep: Upkeep
  readonly #listeners = new Set<(status: MemberStatus) => void>()
  readonly #defer: (task: () => void) => void
  #replica: Replica | undefined
  #problem: string | undefined
  #last: DetailedStatus | undefined
  #images = 0

  constructor(options: StoreMemberOptions) {
    const { config, clock, random, log, transport } = options
    this.#options = options
    this.#tuning = { ...DEFAULT_TUNING, ...config.tuning }
    this.#id = memberId(config.clusterId, config.name)
    this.#clusterId = clusterIdOf(config.clusterId)
    this.metrics = new MemberMetrics(() => this.#figures(), clock)
    this.#disk = this.metrics.disk(options.disk)
    this.#defer = options.defer ?? (task => void setImmediate(task))
    const machine = () => this.#serving().machine
    this.#hub = new WatchHub(machine, task => this.#defer(() => this.#guard(task)), clock, log)
    this.#membership = new Membership(
      config,
      () => this.#serving(),
      (leader, learner) => this.#calls.askReady(leader, learner),
    )
    const timeoutMs = this.#tuning.requestTimeoutMs
    const idOf = (name: string) => memberId(config.clusterId, name).toString(16)
    const measured = this.metrics.transport(transport, idOf)
    this.#calls = new MemberCalls(measured, clock, timeoutMs, {
      lease: lease => this.#leases.answer(lease),
      isReady: learner => this.#membership.isReady(learner),
    })
    this.#leases = new LeaseService({
      clock,
      random,
      log,
      timeoutMs,
      replica: () => this.#serving(),
      calls: this.#calls,
    })
    this.#upkeep = new Upkeep({
      config: config.upkeep ?? {},
      clock,
      log,
      defer: this.#defer,
      id: hexOf(this.#id),
      name: config.name,
      clientURLs: this.#clientURLs(),
      machine,
      isLeader: () => this.#serving().raftStatus().role === 'leader',
      hasLeader: () => this.#problem === undefined && this.#replica?.raftStatus().leader !== undefined,
      memberIds: () => this.#memberIds(),
      dbSize: () => this.#dbSize(),
      propose: command => this.#propose(command),
      fail: error => this.#onError(error),
    })
  }

  #clientURLs(): string[] {
    const { client } = this.#options.config
    // A port that is chosen at the start is nothing to tell others.
    return client && client.port > 0 ? [`https://${client.host}:${client.port}`] : []
  }

  /** Opens the file and joins the others. A file that cannot be trusted is no error here, but a `problem` in the status. */
  async start(): Promise<void> {
    const { config, clock, random, log } = this.#options
    const disk = this.#disk
    const identity = {
      clusterId: config.clusterId,
      name: config.name,
      configuration: this.#membership.initial,
      state: config.state ?? 'new',
    }
    const { transport } = this.#calls
    try {
      const replica = new Replica(
        { identity, disk, clock, random, log, transport, tuning: this.#tuning, defer: this.#defer },
        {
          onEvents: events => this.#hub.publish(events),
          onLeaseChange: () => this.#leases.onChange(),
          onStateReplaced: () => this.#hub.resume(true),
          onRoleChange: () => this.#onRoleChange(),
          onConfiguration: configuration => this.#membership.follow(configuration, transport),
          onFrame: (from, frame) => this.#onFrame(from, frame),
          onFailure: problem => this.#fail(problem),
        },
      )
      this.#replica = replica
      await replica.start()
      if (this.#replica === replica && this.#problem === undefined) this.#upkeep.start()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      log.error('the member does not serve', { problem: error.message })
      this.#fail(`${error.message}. ${error.advice}`)
    }
  }

  #serving(): Replica {
    if (this.#problem !== undefined) throw new UnavailableError(this.#problem)
    if (!this.#replica) throw new UnavailableError('etcdserver: server stopped')
    return this.#replica
  }

  /** Reads what is stored. If that turns out to be damaged, the member serves no more. */
  #read<T>(read: (machine: Machine) => T): T {
    const { machine } = this.#serving()
    try {
      return read(machine)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#onError(error)
      throw new UnavailableError(this.#problem)
    }
  }

  #guard(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#onError(error)
    }
  }

  #onError(error: unknown): void {
    const { log, disk } = this.#options
    // It has stopped, or reported its problem, already.
    if (error instanceof StoreError && (this.#problem !== undefined || !this.#replica)) return
    log.error('the member stops', { error })
    const { message, advice } = isDamage(error)
      ? damaged(disk, messageOf(error))
      : new UserError(`the store stopped after an internal error: ${messageOf(error)}`, 'Restart the machine.')
    this.#replica?.fail(`${message}. ${advice}`)
  }

  header(): ResponseHeader {
    const replica = this.#serving()
    const { revision } = replica.machine
    return { clusterId: this.#clusterId, memberId: this.#id, revision, raftTerm: replica.raftStatus().term }
  }

  async range(request: RangeRequest): Promise<RangeResponse> {
    checkRange(request)
    if (!request.serializable) await this.#linearize()
    return this.#read(machine => machine.range(request))
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    checkTxn(request)
    if (isReadOnly(request)) {
      await this.#linearize()
      return this.#read(machine => machine.read(request))
    }
    const command = encodeCommand({ type: 'txn', request })
    checkSize(command)
    const replica = this.#serving()
    if (writesValues(request) && !replica.machine.notices.isRaised('nospace') && !this.#upkeep.admit(command.length))
      throw spaceExceeded()
    return (await this.#decide(replica, command)) as TxnResponse
  }

  watch(request: WatchRequest, observer: PacedObserver): Watch {
    checkRange({ key: request.key, rangeEnd: request.rangeEnd })
    this.#serving()
    return this.#hub.add(request, observer)
  }

  resumeWatches(): void {
    if (this.#problem === undefined && this.#replica) this.#hub.resume()
  }

  async readRevision(): Promise<number> {
    await this.#linearize()
    return this.#serving().machine.revision
  }

  async compact(revision: number, physical = false): Promise<void> {
    await this.#propose({ type: 'compact', revision: Math.max(revision, 0) })
    if (physical) await this.#until(machine => machine.scrubbedRevision >= revision)
  }

  /** Resolves once `condition` holds; in between, the replica goes on. */
  async #until(condition: (machine: Machine) => boolean): Promise<void> {
    while (!condition(this.#serving().machine)) await sleep(this.#options.clock, POLL_MS)
  }

  async leaseGrant(ttlSeconds: number, id?: number): Promise<number> {
    return this.#leases.grant(ttlSeconds, id)
  }

  async leaseRevoke(lease: number): Promise<void> {
    await this.#leases.revoke(lease)
  }

  async leaseKeepAlive(lease: number): Promise<number> {
    return this.#leases.keepAlive(lease)
  }

  async leaseTimeToLive(id: number, keys: boolean): Promise<LeaseTimeToLive> {
    return this.#leases.timeToLive(id, keys)
  }

  async leases(): Promise<number[]> {
    return this.#leases.list()
  }

  async hash(): Promise<StoreHash> {
    return this.hashKV()
  }

  async hashKV(revision = 0): Promise<StoreHash> {
    try {
      const machine = () => this.#serving().machine
      return await hashKeySpace(machine, revision, this.#defer, this.#options.clock)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#onError(error)
      throw new UnavailableError(this.#problem)
    }
  }

  async defragment(): Promise<void> {
    const { log } = this.#options
    this.#serving().machine.defragmenting = true
    // Gives the replica a turn, in which it takes the first step.
    this.#serving()
      .readIndex()
      .catch((error: unknown) => log.debug('no quorum while defragmenting', { error }))
    await this.#until(machine => !machine.defragmenting)
    await this.#committed()
    const { db } = this.#serving().machine
    // The file shrinks when the log of writes is brought into it.
    if (!db.inTransaction) db.pragma('wal_checkpoint(PASSIVE)')
  }

  /** What is written now will be on disk when this resolves. */
  async #committed(): Promise<void> {
    const { clock } = this.#options
    const end = clock.monotonic() + COMMIT_WAIT_MS
    // A transaction is open for less than this time: if one is seen to the end, it is a later one.
    while (this.#serving().machine.db.inTransaction && clock.monotonic() < end) await sleep(clock, POLL_MS)
  }

  async alarms(): Promise<Alarm[]> {
    await this.#serving().readIndex()
    const alarms = this.#serving().machine.notices.alarms.map(toAlarm)
    // The disk of this member being full is over by itself, so it is no alarm of all.
    if (this.#serving().noSpace && !alarms.some(a => a.member === this.#id && a.type === 'nospace'))
      alarms.push({ member: this.#id, type: 'nospace' })
    return alarms
  }

  async alarm(action: 'activate' | 'deactivate', member: bigint, type: AlarmType): Promise<Alarm[]> {
    const command: Command = { type: 'alarm', activate: action === 'activate', member: hexOf(member), alarm: type }
    return ((await this.#propose(command)) as RaisedAlarm[]).map(toAlarm)
  }

  async *snapshot(): AsyncGenerator<Uint8Array> {
    const { disk, log } = this.#options
    try {
      await this.#serving().readIndex()
    } catch (error) {
      log.info('a snapshot is taken without a quorum: it may lack what others have acknowledged', { error })
    }
    await this.#committed()
    yield* image(disk.openReader(this.#serving().machine.db), `${disk.path}.image-${++this.#images}`)
  }

  async members(): Promise<Member[]> {
    await this.#serving().readIndex()
    return this.#membership.list(this.#serving().machine.notices.clientURLs)
  }

  #memberIds(): string[] {
    const { clusterId, name: own } = this.#options.config
    const { voters, learners } = this.#serving().raftStatus().configuration
    const names = [own, ...[...voters, ...learners].filter(name => name !== own)]
    return names.map(name => hexOf(memberId(clusterId, name)))
  }

  async memberAdd(peerURLs: string[], isLearner: boolean): Promise<Member> {
    return this.#membership.add(peerURLs, isLearner)
  }

  async memberRemove(id: bigint): Promise<void> {
    await this.#membership.remove(id)
  }

  async memberUpdate(id: bigint, peerURLs: string[]): Promise<void> {
    await this.#membership.update(id, peerURLs)
  }

  async memberPromote(id: bigint): Promise<void> {
    await this.#membership.promote(id)
  }

  async moveLeader(id: bigint): Promise<void> {
    const { clock, config } = this.#options
    const replica = this.#serving()
    if (replica.raftStatus().role !== 'leader') throw new InvalidRequestError('etcdserver: not leader')
    const { voters } = replica.raftStatus().configuration
    const to = voters.find(name => memberId(config.clusterId, name) === id)
    if (to === undefined) throw new InvalidRequestError('etcdserver: bad leader transferee')
    replica.transferLeader(to)
    const end = clock.monotonic() + TRANSFER_ELECTIONS * this.#tuning.electionTicks * this.#tuning.tickMs
    while (this.#serving().raftStatus().leader !== to) {
      if (clock.monotonic() > end)
        throw new UnavailableError('etcdserver: request timed out, leader transfer took too long')
      await sleep(clock, POLL_MS)
    }
  }

  #onFrame(from: string, frame: PeerFrame): void {
    this.#leases.onFrame(from, frame)
  }

  async #propose(command: Command): Promise<Outcome> {
    return this.#decide(this.#serving(), encodeCommand(command))
  }

  async #decide(replica: Replica, command: Uint8Array): Promise<Outcome> {
    const { metrics } = this
    metrics.pendingProposals++
    try {
      return await replica.propose(command)
    } catch (error) {
      metrics.failed('proposal', error)
      throw error
    } finally {
      metrics.pendingProposals--
    }
  }

  /** Resolves when a read of this member is linearizable. */
  async #linearize(): Promise<void> {
    try {
      await this.#serving().readIndex()
    } catch (error) {
      this.metrics.failed('read', error)
      throw error
    }
  }

  #figures(): Figures {
    const status = this.statusNow()
    const watchers = this.#hub.counts
    if (this.#problem !== undefined || !this.#replica) return { status, alarms: [], keySpace: undefined, watchers }
    const { counts, history, defragmenting, leases, notices } = this.#replica.machine
    const keySpace = { counts, keys: history.keys, defragmenting, leases: leases.size }
    return { status, alarms: notices.alarms.map(({ type }) => type), keySpace, watchers }
  }

  #onRoleChange(): void {
    this.metrics.leaderIs(this.#replica?.raftStatus().leader)
    this.#leases.onRoleChange()
    this.#upkeep.onRoleChange()
    this.#tell()
  }

  /** Hands leadership to another member, if this one has it. */
  transferLeader(to: string): void {
    this.#serving().transferLeader(to)
  }

  /** Tells every change of role, term, leader and problem, as it happens. */
  onStatus(listener: (status: MemberStatus) => void): Disposable {
    this.#listeners.add(listener)
    return { dispose: () => void this.#listeners.delete(listener) }
  }

  #tell(): void {
    if (this.#listeners.size === 0) return
    const status = this.statusNow()
    for (const listener of this.#listeners) listener(status)
  }

  /** Bytes of the file; what is written and not yet brought into it counts. */
  #dbSize(): number {
    const replica = this.#serving()
    return Math.max(replica.dbSize, databaseSizes(replica.machine.db).total)
  }

  async status(): Promise<DetailedStatus> {
    return this.statusNow()
  }

  /** As `status`, at once. */
  statusNow(): DetailedStatus {
    const { config } = this.#options
    const base = { id: hexOf(this.#id), name: config.name, clientURLs: this.#clientURLs() }
    const replica = this.#problem === undefined ? this.#replica : undefined
    if (!replica) {
      const problem = this.#problem ?? 'the member is stopped'
      return {
        ...(this.#last ?? { ...base, ...NOTHING }),
        role: 'follower',
        leader: undefined,
        problem,
        errors: [problem],
      }
    }
    const { role, leader, term, committed, applied, lastIndex, configuration } = replica.raftStatus()
    const isLearner = configuration.learners.includes(config.name)
    const { revision, compactRevision, notices, db } = replica.machine
    const errors = notices.alarms.map(
      ({ member, type }) => `memberID:${BigInt(`0x${member}`)} alarm:${type.toUpperCase()}`,
    )
    if (leader === undefined) errors.unshift('etcdserver: no leader')
    this.#last = {
      ...base,
      role: isLearner ? 'learner' : role,
      leader,
      term,
      committed,
      applied,
      lastIndex,
      revision,
      compactRevision,
      dbSize: this.#dbSize(),
      dbSizeInUse: databaseSizes(db).inUse,
      dbSizeQuota: this.#upkeep.quota,
      isLearner,
      errors,
    }
    if (!replica.noSpace) return this.#last
    const problem = 'the disk is full: writes are refused until there is space'
    return { ...this.#last, problem, errors: [problem, ...errors] }
  }

  #fail(problem: string): void {
    this.#problem = problem
    this.#end(new UnavailableError(problem))
    this.#tell()
  }

  #end(error: StoreError): void {
    this.#upkeep.stop()
    this.#leases.end(error)
    this.#hub.fail(error)
  }

  /** Ends everything; watches are told, what waits is refused. */
  async stop(): Promise<void> {
    const replica = this.#replica
    this.#replica = undefined
    this.#end(new UnavailableError('etcdserver: server stopped'))
    await replica?.stop()
  }

  dispose(): void {
    this.stop().catch((error: unknown) => this.#options.log.error('the member did not stop', { error }))
  }
}

const NOTHING = {
  term: 0,
  committed: 0,
  applied: 0,
  lastIndex: 0,
  revision: 0,
  compactRevision: 0,
  dbSize: 0,
  dbSizeInUse: 0,
  dbSizeQuota: 0,
  isLearner: false,
}

function toAlarm({ member, type }: RaisedAlarm): Alarm {
  return { member: BigInt(`0x${member}`), type }
}

function isDamage(error: unknown): boolean {
  return error instanceof DamagedValueError || codeOf(error) === 'SQLITE_CORRUPT'
}
