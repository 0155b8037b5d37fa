import type { Timer } from '../base/clock.ts'
import { codeOf, messageOf } from '../base/errors.ts'
import { decodeChange, isQuorum, membersOf } from '../raft/configuration.ts'
import type { Configuration, MemberChange, Message } from '../raft/message.ts'
import { Raft } from '../raft/raft.ts'
import type { RaftStatus, Ready } from '../raft/raft.ts'
import { damaged } from './durable-log.ts'
import { DurableState } from './durable-state.ts'
import type { Settled } from './durable-state.ts'
import { FullDisk, noSpace } from './full-disk.ts'
import { UnavailableError } from './kv.ts'
import type { StoreError } from './kv.ts'
import { MembershipChanges } from './membership-changes.ts'
import { DamagedValueError } from './mvcc/history.ts'
import type { Machine, Outcome } from './mvcc/machine.ts'
import { Outbox } from './outbox.ts'
import { checkSender, decodeFrame, encodeFrame } from './peer/frame.ts'
import type { PeerFrame } from './peer/frame.ts'
import { Proposals } from './proposals.ts'
import { Reads } from './reads.ts'
import type { ReplicaEvents, ReplicaOptions } from './replica-options.ts'
import { SnapshotSender } from './snapshot-transfer.ts'

const REMOVED =
  'etcdserver: the member has been permanently removed from the cluster. To join again it needs another name, or an empty folder.'
const EXPIRY_MS = 250
/** How long what was applied waits at most for a commit to go along with. */
const COMMIT_MS = 100
/** Followers of a dead leader campaign at a random moment within this time. */
const SUCCESSION_MS = 100

/**
 * One member: drives the raft core, what is kept and the transport. Everything that came in during a turn is written,
 * and what is committed is applied, in one transaction; only then messages leave (a leader's replication goes first) and
 * callers are answered. While the disk is full it takes part in what needs no disk: heartbeats and reads.
 */
export class Replica {
  readonly #options: ReplicaOptions
  readonly #events: ReplicaEvents
  readonly #state: DurableState
  readonly #proposals: Proposals
  readonly #reads: Reads
  readonly #changes: MembershipChanges
  readonly #sender: SnapshotSender
  readonly #outbox: Outbox
  readonly #disk: FullDisk
  readonly #raft: Raft
  #scheduled = false
  #stopped = false
  #leadership = ''
  #configuration: Configuration | undefined
  /** Members as of what is applied. */
  #settled: string[] = []
  #madeRoom = false
  #leaseChanges = 0
  #timers: Timer[] = []
  #expiry: Timer | undefined
  #succession: Timer | undefined
  #commit: Timer | undefined

  /** @throws UserError if the disk's content cannot be trusted. */
  constructor(options: ReplicaOptions, events: ReplicaEvents) {
    const { identity, disk, clock, random, tuning } = options
    this.#options = options
    this.#events = events
    this.#state = new DurableState(disk, identity, options)
    try {
      const { electionTicks, heartbeatTicks } = tuning
      this.#raft = new Raft({ id: identity.name, electionTicks, heartbeatTicks, random, ...this.#state.recover(disk) })
    } catch (error) {
      this.#state.db.close()
      throw error
    }
    this.#proposals = new Proposals(
      { member: identity.name, timeoutMs: tuning.requestTimeoutMs, maxQueuedBytes: tuning.maxQueuedBytes },
      this.#state.log.boot,
    )
    this.#reads = new Reads(tuning.requestTimeoutMs, random)
    this.#changes = new MembershipChanges(`${identity.name}/${this.#state.log.boot}`, clock, tuning.requestTimeoutMs)
    this.#sender = new SnapshotSender({
      disk,
      db: this.#state.db,
      clock,
      log: options.log,
      send: (to, frame) => this.send(to, frame),
      finished: (to, delivered) => {
        this.#raft.reportSnapshot(to, delivered)
        this.#schedule()
      },
    })
    this.#outbox = new Outbox({
      raft: this.#raft,
      state: this.#state,
      snapshots: this.#sender,
      send: (to, frame) => this.send(to, frame),
    })
    this.#disk = new FullDisk({
      path: disk.path,
      clock,
      log: options.log,
      raft: this.#raft,
      retry: () => this.#guard(() => this.#writeAgain()),
    })
  }

  async start(): Promise<void> {
    const { transport, clock, tuning, identity } = this.#options
    await transport.start({
      onFrame: (from, bytes) => {
        // What cannot be read is the sender's fault: the transport ends that connection.
        const frame = decodeFrame(bytes, identity.name)
        checkSender(frame, from)
        this.#guard(() => this.#onFrame(from, frame))
      },
      onDown: (peer, refused) => {
        if (this.#stopped) return
        this.#sender.peerDown(peer)
        if (refused) this.#onRefused(peer)
        else this.#raft.reportUnreachable(peer)
      },
    })
    // Alone there is nobody to wait for.
    this.#noticeConfiguration()
    this.#noticeRemoved()
    if (this.#isRemoved()) return this.fail(REMOVED)
    const alone = isQuorum(this.#raft.status().configuration, new Set([identity.name]))
    for (let i = 0; alone && i < 2 * tuning.electionTicks && this.#raft.status().role === 'follower'; i++)
      this.#raft.tick()
    this.#timers.push(
      clock.every(tuning.tickMs, () => {
        this.#raft.tick()
        this.#noticeLeadership()
        if (this.#raft.hasReady()) this.#schedule()
      }),
    )
    this.#schedule()
  }

  #onRefused(peer: string): void {
    const { clock, random } = this.#options
    this.#raft.reportDown(peer, false)
    if (this.#raft.status().leader !== peer) return
    this.#succession?.cancel()
    this.#succession = clock.after(random.next() * SUCCESSION_MS, () => {
      this.#guard(() => {
        this.#raft.reportDown(peer, true)
        this.#turn()
      })
    })
  }

  get machine(): Machine {
    return this.#state.machine
  }

  /** @throws NoSpaceError while the state lacks what was applied, and perhaps shown, before a write failed */
  checkCurrent(): void {
    const refusal = this.#refusal(this.#state.behind)
    if (refusal) throw refusal
  }

  get dbSize(): number {
    return this.#options.disk.size(this.#state.db)
  }

  raftStatus(): RaftStatus {
    return this.#raft.status()
  }

  /** Puts a command into the log; resolves with its outcome once applied here. */
  propose(command: Uint8Array): Promise<Outcome> {
    const refusal = this.#refusal(this.#disk.isFull)
    if (refusal) return Promise.reject(refusal)
    const outcome = this.#proposals.add(command, this.#options.clock.monotonic())
    this.#schedule()
    return outcome
  }

  /** Resolves when a read of this member is linearizable. */
  readIndex(): Promise<void> {
    const refusal = this.#refusal(this.#state.behind)
    if (refusal) return Promise.reject(refusal)
    const read = this.#reads.add(this.#options.clock.monotonic())
    this.#schedule()
    return read
  }

  /** Changes who takes part; resolves once that holds here. */
  async changeMembers(changes: MemberChange[]): Promise<Configuration> {
    // Known to be of one mind with a leader that has committed something.
    await this.readIndex()
    const refusal = this.#refusal(this.#disk.isFull)
    if (refusal) throw refusal
    const change = this.#changes.add()
    if (!this.#raft.proposeChange({ changes, proposal: change.name }))
      this.#changes.refuse(
        change.name,
        new UnavailableError('etcdserver: there is no leader, or another change is going on'),
      )
    this.#schedule()
    return change.applied
  }

  transferLeader(to: string): void {
    this.#raft.transferLeader(to)
    this.#schedule()
  }

  #refusal(blocked: boolean): StoreError | undefined {
    if (this.#stopped) return new UnavailableError('etcdserver: server stopped')
    return blocked ? noSpace() : undefined
  }

  send(to: string, frame: PeerFrame): boolean {
    return this.#options.transport.send(to, encodeFrame(frame))
  }

  #onFrame(from: string, frame: PeerFrame): void {
    if (this.#stopped) return
    switch (frame.type) {
      case 'raft':
        for (const m of frame.messages) this.#step(m)
        return this.#schedule()
      case 'chunk':
        // One that fails takes along those before it, which a snapshot that waits for space still needs.
        if (this.#disk.isFull || this.#state.behind) return
        if (!this.#state.takeChunk(frame.transfer, frame.sequence, frame.data)) return
        this.send(from, { type: 'chunkTaken', transfer: frame.transfer, sequence: frame.sequence })
        if (!frame.install) return
        this.#raft.step(frame.install)
        return this.#turn()
      case 'chunkTaken':
        return this.#sender.taken(from, frame.transfer, frame.sequence)
      default:
        return this.#events.onFrame(from, frame)
    }
  }

  #step(m: Message): void {
    // Who is asked to lead must be able to write, or it would be lost to the others as a follower too.
    if (m.type === 'timeoutNow' && !this.#disk.isFull) this.#state.probe()
    // A proposal that cannot be written would only wait here.
    if (!this.#disk.isFull || (m.type !== 'propose' && m.type !== 'timeoutNow')) this.#raft.step(m)
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    this.#options.defer(() => {
      this.#scheduled = false
      this.#guard(() => this.#turn())
    })
  }

  /** An invariant that does not hold, or a disk that fails, ends the member: better silent than wrong. */
  #guard(act: () => void): void {
    if (this.#stopped) return
    try {
      act()
    } catch (error) {
      if (codeOf(error) === 'SQLITE_FULL') return this.#onFull()
      const { log, disk } = this.#options
      log.error('the member stops', { error })
      const problem =
        error instanceof DamagedValueError || codeOf(error) === 'SQLITE_CORRUPT'
          ? describe(damaged(disk, messageOf(error)))
          : `the store stopped after an internal error: ${messageOf(error)}. Restart the machine.`
      this.fail(problem)
    }
  }

  /** Stops serving because something is wrong that only a person can mend. */
  fail(problem: string): void {
    if (this.#stopped) return
    const error = new UnavailableError(problem)
    this.#halt(error)
    this.#options.transport.stop().catch((cause: unknown) => {
      this.#options.log.error('the peer transport did not stop', { error: cause })
    })
    this.#events.onFailure(problem, error)
  }

  #turn(): void {
    if (this.#stopped) return
    const now = this.#options.clock.monotonic()
    this.#madeRoom = false
    this.#noticeLeadership()
    this.#proposals.flush(this.#leadership, data => this.#raft.propose(data))
    this.#reads.flush(now, this.#leadership, context => this.#raft.readIndex(context))
    while (this.#raft.hasReady() && !this.#stopped) {
      const ready = this.#raft.ready()
      if (this.#state.behind || (this.#disk.isFull && this.#state.promises(ready))) {
        this.#carryOutWithoutDisk(ready)
        break
      }
      this.#carryOut(ready)
    }
    if (this.#state.shouldCommit) this.#state.commit()
    else if (this.#state.hasUncommitted) this.#armCommit()
    this.#reads.release(this.#state.machine.applied)
    this.#noticeLeadership()
    if (this.#isRemoved()) {
      // So that it knows when it is started again.
      this.#state.commit()
      return this.fail(REMOVED)
    }
    if (this.#state.scrub()) this.#schedule()
    if (this.#proposals.size + this.#reads.size > 0) this.#armExpiry()
    // Whatever was finished has made room for what still waits.
    if (this.#madeRoom && (this.#proposals.hasQueued || this.#reads.hasQueued)) this.#schedule()
  }

  #carryOut(ready: Ready): void {
    this.#outbox.send(ready.replication)
    let settled: Settled[]
    try {
      settled = this.#state.write(ready, this.#raft, this.#proposals)
    } catch (error) {
      this.#outbox.lose(ready.messages)
      throw error
    }
    this.#outbox.send(ready.messages)
    this.#raft.advance(ready)
    this.#noticeConfiguration()
    const changes = ready.committed.filter(entry => entry.kind === 'configuration')
    if (ready.snapshot || changes.length > 0) this.#noticeRemoved()
    for (const entry of changes)
      this.#changes.settle(decodeChange(entry).proposal, this.#raft.configurationAt(entry.index))
    if (settled.length > 0 || ready.readStates.length > 0) this.#madeRoom = true
    for (const { sequence, outcomes } of settled) this.#proposals.settle(sequence, outcomes)
    for (const { context, index } of ready.readStates) this.#reads.confirm(context, index)
    if (ready.snapshot) {
      const { name } = this.#options.identity
      this.#proposals.stateReplaced((boot, sequence) => this.#state.machine.wasApplied(name, boot, sequence))
      this.#events.onStateReplaced()
    }
    if (this.#state.machine.leaseChanges !== this.#leaseChanges) {
      this.#leaseChanges = this.#state.machine.leaseChanges
      this.#events.onLeaseChange()
    }
    const events = this.#state.machine.takeEvents()
    if (events.length) this.#events.onEvents(events)
  }

  #noticeConfiguration(): void {
    const { configuration } = this.#raft.status()
    if (configuration === this.#configuration) return
    this.#configuration = configuration
    this.#options.log.info('the members changed', { configuration })
    this.#events.onConfiguration(configuration)
  }

  /** Who is settled to take part. */
  #settledMembers(): string[] {
    const { applied, firstIndex } = this.#raft.status()
    // A snapshot that is not installed yet is ahead of what is applied.
    return applied < firstIndex - 1 ? this.#settled : membersOf(this.#raft.configurationAt(applied))
  }

  #noticeRemoved(): void {
    const members = this.#settledMembers()
    const gone = this.#settled.filter(name => !members.includes(name))
    this.#settled = members
    if (gone.length > 0) this.#events.onRemoved(gone)
  }

  /**
   * Whether it is settled that the others go on without this member. One that never took part is on its way in: the log
   * that it is given begins before it was added.
   */
  #isRemoved(): boolean {
    return this.#state.log.joined && !this.#settled.includes(this.#options.identity.name)
  }

  /** What `ready` wants to be written comes again with the next one; here goes what does not depend on it. */
  #carryOutWithoutDisk(ready: Ready): void {
    // Replication is empty where it depends on what is to be written.
    this.#outbox.send(ready.replication)
    if (this.#state.isPromise(ready.hardState)) this.#outbox.lose(ready.messages)
    else this.#outbox.sendWithoutDisk(ready.messages)
    for (const { context, index } of ready.readStates) this.#reads.confirm(context, index)
  }

  #armCommit(): void {
    this.#commit ??= this.#options.clock.after(COMMIT_MS, () => {
      this.#commit = undefined
      this.#guard(() => this.#state.commit())
    })
  }

  /** Writes are refused from here on, and tried again from time to time. */
  #onFull(): void {
    this.#disk.report()
    this.#proposals.fail(noSpace())
    this.#guard(() => this.#bringBack())
    if (this.#disk.handOver()) this.#schedule()
  }

  /** Without room even for what was applied, reads wait for the next attempt too. */
  #bringBack(): void {
    try {
      this.#state.redo()
      this.#reads.release(this.#state.machine.applied)
    } catch (error) {
      if (codeOf(error) !== 'SQLITE_FULL') throw error
    }
  }

  #writeAgain(): void {
    this.#state.redo()
    this.#turn()
    this.#state.commit()
    this.#options.log.info('the disk has space again')
  }

  get noSpace(): boolean {
    return this.#disk.isFull
  }

  #noticeLeadership(): void {
    const status = this.#raft.status()
    const leadership = `${status.term} ${status.leader ?? ''} ${status.role}`
    if (leadership === this.#leadership) return
    this.#leadership = leadership
    this.#proposals.leaderChanged(leadership)
    this.#reads.leaderChanged(leadership)
    this.#events.onRoleChange(status)
    if (status.leader !== undefined && (this.#proposals.hasQueued || this.#reads.hasQueued)) this.#schedule()
  }

  #armExpiry(): void {
    this.#expiry ??= this.#options.clock.after(EXPIRY_MS, () => {
      this.#expiry = undefined
      if (this.#stopped) return
      const now = this.#options.clock.monotonic()
      this.#proposals.expire(now)
      this.#reads.expire(now, this.#disk.isFull)
      this.#schedule()
    })
  }

  #halt(error: StoreError): void {
    this.#stopped = true
    for (const timer of this.#timers) timer.cancel()
    this.#expiry?.cancel()
    this.#succession?.cancel()
    this.#commit?.cancel()
    this.#disk.stop()
    this.#sender.dispose()
    this.#proposals.fail(error)
    this.#reads.fail(error)
    this.#changes.fail(error)
    this.#state.db.close()
  }

  async stop(): Promise<void> {
    this.#guard(() => this.#state.commit())
    if (!this.#stopped) this.#halt(new UnavailableError('etcdserver: server stopped'))
    await this.#options.transport.stop()
  }
}

function describe(error: { message: string; advice: string }): string {
  return `${error.message}. ${error.advice}`
}
