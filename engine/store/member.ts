import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Disposable } from '../base/disposable.ts'
import { UserError } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import type { StoreMemberConfig } from './config.ts'
import { encodeCommand } from './command.ts'
import type { Command } from './command.ts'
import type { Disk } from './disk.ts'
import { StoreError, UnavailableError } from './kv.ts'
import type {
  MemberStatus,
  RangeRequest,
  RangeResponse,
  Store,
  TxnRequest,
  TxnResponse,
  WatchObserver,
  WatchRequest,
} from './kv.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { leaseNotFound } from './mvcc/transaction.ts'
import type { Outcome } from './mvcc/machine.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { Transport } from './peer/transport.ts'
import { Replica } from './replica.ts'
import { checkRange, checkTxn, isReadOnly } from './requests.ts'
import { DEFAULT_TUNING } from './tuning.ts'
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

interface KeepAlive {
  resolve(ttlSeconds: number): void
  reject(error: StoreError): void
}

/** One member of the store's cluster, in the thread that makes it. */
export class StoreMember implements Store {
  readonly #options: StoreMemberOptions
  readonly #hub: WatchHub
  readonly #listeners = new Set<(status: MemberStatus) => void>()
  readonly #keepAlives = new Map<number, KeepAlive & { to: string }>()
  #lastKeepAlive = 0
  #replica: Replica | undefined
  #keeper: LeaseKeeper | undefined
  #problem: string | undefined
  #last: MemberStatus | undefined
  #defer: (task: () => void) => void

  constructor(options: StoreMemberOptions) {
    this.#options = options
    this.#defer = options.defer ?? (task => void setImmediate(task))
    this.#hub = new WatchHub(() => this.#serving().machine, this.#defer, options.clock, options.log)
  }

  /** Opens the file and joins the others. A file that cannot be trusted is no error here, but a `problem` in the status. */
  async start(): Promise<void> {
    const { config, disk, clock, random, log, transport } = this.#options
    const identity = {
      clusterId: config.clusterId,
      name: config.name,
      voters: config.members.map(member => member.name),
      joining: config.state === 'existing',
    }
    const tuning = { ...DEFAULT_TUNING, ...config.tuning }
    try {
      const replica = new Replica(
        { identity, disk, clock, random, log, transport, tuning, defer: this.#defer },
        {
          onEvents: events => this.#hub.publish(events),
          onLeaseChange: () => this.#keeper?.sync(replica.machine.leases),
          onStateReplaced: () => this.#hub.resume(true),
          onRoleChange: () => this.#onRoleChange(),
          onFrame: (from, frame) => this.#onFrame(from, frame),
          onFailure: problem => this.#fail(problem),
        },
      )
      this.#replica = replica
      await replica.start()
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

  async range(request: RangeRequest): Promise<RangeResponse> {
    checkRange(request)
    const replica = this.#serving()
    if (!request.serializable) await replica.readIndex()
    return this.#serving().machine.range(request)
  }

  async txn(request: TxnRequest): Promise<TxnResponse> {
    if (isReadOnly(request)) {
      checkTxn(request, 0)
      await this.#serving().readIndex()
      return this.#serving().machine.read(request)
    }
    const command = encodeCommand({ type: 'txn', request })
    checkTxn(request, command.length)
    return (await this.#serving().propose(command)) as TxnResponse
  }

  watch(request: WatchRequest, observer: WatchObserver): Disposable {
    checkRange({ key: request.key, rangeEnd: request.rangeEnd })
    this.#serving()
    return this.#hub.add(request, observer)
  }

  /** Observers that were congested take more again. */
  resumeWatches(): void {
    if (this.#problem === undefined && this.#replica) this.#hub.resume()
  }

  async readRevision(): Promise<number> {
    await this.#serving().readIndex()
    return this.#serving().machine.revision
  }

  async compact(revision: number): Promise<void> {
    await this.#propose({ type: 'compact', revision })
  }

  async leaseGrant(ttlSeconds: number): Promise<number> {
    const ttl = Math.max(1, Math.ceil(ttlSeconds))
    const id =
      1 +
      Math.floor(this.#options.random.next() * 2 ** 31) * 2 ** 16 +
      Math.floor(this.#options.random.next() * 2 ** 16)
    await this.#propose({ type: 'leaseGrant', id, ttlSeconds: ttl })
    return id
  }

  async leaseRevoke(lease: number): Promise<void> {
    await this.#propose({ type: 'leaseRevoke', id: lease })
  }

  leaseKeepAlive(lease: number): Promise<number> {
    const replica = this.#serving()
    const { leader } = replica.raftStatus()
    const own = this.#keepAlive(lease)
    if (own !== undefined) return own > 0 ? Promise.resolve(own) : Promise.reject(leaseNotFound())
    if (leader === undefined) return Promise.reject(new UnavailableError('etcdserver: no leader'))
    const request = ++this.#lastKeepAlive
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(DEFAULT_TUNING.requestTimeoutMs, () =>
        settle(() => reject(new UnavailableError('etcdserver: request timed out'))),
      )
      const settle = (act: () => void) => {
        timer.cancel()
        this.#keepAlives.delete(request)
        act()
      }
      this.#keepAlives.set(request, {
        to: leader,
        resolve: ttl => settle(() => resolve(ttl)),
        reject: error => settle(() => reject(error)),
      })
      if (!replica.send(leader, { type: 'keepAlive', request, lease }))
        settle(() => reject(new UnavailableError('etcdserver: the leader cannot be reached')))
    })
  }

  /** The lease's time if this member leads (0: no such lease), undefined if it does not. */
  #keepAlive(id: number): number | undefined {
    if (!this.#keeper) return undefined
    const lease = this.#serving().machine.leases.get(id)
    if (!lease) return 0
    this.#keeper.renew(lease)
    return lease.ttlSeconds
  }

  #onFrame(from: string, frame: PeerFrame): void {
    if (frame.type === 'keepAlive') {
      const ttlSeconds = this.#keepAlive(frame.lease)
      this.#serving().send(from, { type: 'keptAlive', request: frame.request, ttlSeconds })
    } else if (frame.type === 'keptAlive') {
      const waiting = this.#keepAlives.get(frame.request)
      if (!waiting || waiting.to !== from) return
      if (frame.ttlSeconds === undefined) waiting.reject(new UnavailableError('etcdserver: leader changed'))
      else if (frame.ttlSeconds === 0) waiting.reject(leaseNotFound())
      else waiting.resolve(frame.ttlSeconds)
    }
  }

  async #propose(command: Command): Promise<Outcome> {
    return this.#serving().propose(encodeCommand(command))
  }

  #onRoleChange(): void {
    const replica = this.#serving()
    const { role, leader } = replica.raftStatus()
    if (role === 'leader') {
      this.#keeper ??= new LeaseKeeper(this.#options.clock, replica.machine.leases.values(), lease =>
        this.#propose({ type: 'leaseRevoke', id: lease }).catch((error: unknown) => {
          this.#options.log.debug('an expired lease was not revoked, trying again', { lease, error })
        }),
      )
    } else {
      this.#keeper?.dispose()
      this.#keeper = undefined
    }
    for (const waiting of this.#keepAlives.values())
      if (waiting.to !== leader) waiting.reject(new UnavailableError('etcdserver: leader changed'))
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
    const status = this.#status()
    for (const listener of this.#listeners) listener(status)
  }

  async status(): Promise<MemberStatus> {
    return this.#status()
  }

  #status(): MemberStatus {
    const { config } = this.#options
    const id = createHash('sha256').update(`${config.clusterId}/${config.name}`).digest('hex').slice(0, 16)
    const replica = this.#problem === undefined ? this.#replica : undefined
    if (!replica)
      return {
        ...(this.#last ?? { id, name: config.name, clientURLs: [], ...NOTHING }),
        role: 'follower',
        leader: undefined,
        problem: this.#problem ?? 'the member is stopped',
      }
    const { role, leader, term, committed, applied, lastIndex, configuration } = replica.raftStatus()
    this.#last = {
      id,
      name: config.name,
      clientURLs: [],
      role: configuration.learners.includes(config.name) ? 'learner' : role,
      leader,
      term,
      committed,
      applied,
      lastIndex,
      revision: replica.machine.revision,
      compactRevision: replica.machine.compactRevision,
      dbSize: replica.dbSize,
    }
    return replica.noSpace
      ? { ...this.#last, problem: 'the disk is full: writes are refused until there is space' }
      : this.#last
  }

  #fail(problem: string): void {
    this.#problem = problem
    this.#end(new UnavailableError(problem))
    this.#tell()
  }

  #end(error: StoreError): void {
    this.#keeper?.dispose()
    this.#keeper = undefined
    for (const waiting of this.#keepAlives.values()) waiting.reject(error)
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

const NOTHING = { term: 0, committed: 0, applied: 0, lastIndex: 0, revision: 0, compactRevision: 0, dbSize: 0 }
