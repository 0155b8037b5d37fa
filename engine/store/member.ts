import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposable.ts'
import { UserError, codeOf, messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { StoreMemberConfig } from './config.ts'
import type { Disk } from './disk.ts'
import { damaged } from './durable-log.ts'
import { KeySpace } from './key-space.ts'
import { StoreError, UnavailableError } from './kv.ts'
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
import { StatusBoard, sizeOf } from './member-status.ts'
import { Membership } from './membership.ts'
import { MemberMetrics } from './metrics-member.ts'
import type { Figures, Measured } from './metrics-member.ts'
import { DamagedValueError } from './mvcc/history.ts'
import type { Machine } from './mvcc/machine.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { Transport } from './peer/transport.ts'
import { Replica } from './replica.ts'
import { checkRange } from './requests.ts'
import { DEFAULT_TUNING } from './tuning.ts'
import { clusterIdOf, hexOf, memberId } from './upkeep/identity.ts'
import { Maintenance } from './upkeep/maintenance.ts'
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
  readonly #keys: KeySpace
  readonly #hub: WatchHub
  readonly #calls: MemberCalls
  readonly #leases: LeaseService
  readonly #membership: Membership
  readonly #upkeep: Upkeep
  readonly #status: StatusBoard
  readonly #maintenance: Maintenance
  readonly #defer: (task: () => void) => void
  #replica: Replica | undefined
  #problem: string | undefined

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
    this.#keys = new KeySpace({
      metrics: this.metrics,
      replica: () => this.#serving(),
      read: read => this.#read(read),
      admit: bytes => this.#upkeep.admit(bytes),
    })
    this.#hub = new WatchHub(machine, task => this.#defer(() => this.#guard(task)), clock, log)
    const { requestTimeoutMs: timeoutMs, electionTicks, tickMs } = this.#tuning
    this.#membership = new Membership({
      config,
      clock,
      transferMs: TRANSFER_ELECTIONS * electionTicks * tickMs,
      replica: () => this.#serving(),
      askReady: (leader, learner) => this.#calls.askReady(leader, learner),
    })
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
      dbSize: () => sizeOf(this.#serving()),
      propose: command => this.#keys.propose(command),
      fail: error => this.#onError(error),
    })
    this.#maintenance = new Maintenance({
      clock,
      log,
      disk: options.disk,
      id: this.#id,
      defer: this.#defer,
      replica: () => this.#serving(),
      propose: command => this.#keys.propose(command),
    })
    this.#status = new StatusBoard({
      config,
      id: this.#id,
      clientURLs: this.#clientURLs(),
      quota: () => this.#upkeep.quota,
      replica: () => this.#replica,
      problem: () => this.#problem,
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
          onRemoved: names => transport.dismiss(names),
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
    return this.#keys.range(request)
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    return this.#keys.txn(request)
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
    return this.#keys.readRevision()
  }

  async compact(revision: number, physical = false): Promise<void> {
    await this.#maintenance.compact(revision, physical)
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
      return await this.#maintenance.hashKV(revision)
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#onError(error)
      throw new UnavailableError(this.#problem)
    }
  }

  async defragment(): Promise<void> {
    await this.#maintenance.defragment()
  }

  async alarms(): Promise<Alarm[]> {
    return this.#maintenance.alarms()
  }

  async alarm(action: 'activate' | 'deactivate', member: bigint, type: AlarmType): Promise<Alarm[]> {
    return this.#maintenance.alarm(action, member, type)
  }

  snapshot(): AsyncGenerator<Uint8Array> {
    return this.#maintenance.snapshot()
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
    await this.#membership.moveLeader(id)
  }

  #onFrame(from: string, frame: PeerFrame): void {
    this.#leases.onFrame(from, frame)
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
    this.#status.tell()
  }

  /** Hands leadership to another member, if this one has it. */
  transferLeader(to: string): void {
    this.#serving().transferLeader(to)
  }

  /** Tells every change of role, term, leader and problem, as it happens. */
  onStatus(listener: (status: MemberStatus) => void): Disposable {
    return this.#status.listen(listener)
  }

  async status(): Promise<DetailedStatus> {
    return this.statusNow()
  }

  /** As `status`, at once. */
  statusNow(): DetailedStatus {
    return this.#status.now()
  }

  #fail(problem: string): void {
    this.#problem = problem
    this.#end(new UnavailableError(problem))
    this.#status.tell()
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

function isDamage(error: unknown): boolean {
  return error instanceof DamagedValueError || codeOf(error) === 'SQLITE_CORRUPT'
}
