import type { Clock } from '../../base/clock.ts'
import { sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { Command } from '../command.ts'
import type { Disk } from '../disk.ts'
import type { Alarm, AlarmType, StoreHash } from '../kv.ts'
import type { Machine, Outcome } from '../mvcc/machine.ts'
import type { RaisedAlarm } from '../mvcc/notices.ts'
import type { Replica } from '../replica.ts'
import { hashKeySpace } from './hashing.ts'
import { hexOf } from './identity.ts'
import { image } from './image.ts'

export interface MaintenanceOptions {
  clock: Clock
  log: Logger
  disk: Disk
  /** This member's id. */
  id: bigint
  defer(task: () => void): void
  /** @throws UnavailableError while the member does not serve */
  replica(): Replica
  propose(command: Command): Promise<Outcome>
}

/** How often a wait looks again, and how long it waits for a commit that is on its way anyway. */
const POLL_MS = 10
const COMMIT_WAIT_MS = 300

/** What somebody does to a member now and then to look after it. */
export class Maintenance {
  readonly #options: MaintenanceOptions
  #images = 0

  constructor(options: MaintenanceOptions) {
    this.#options = options
  }

  #machine(): Machine {
    return this.#options.replica().machine
  }

  /** See `MemberStore.compact`. */
  async compact(revision: number, physical: boolean): Promise<void> {
    await this.#options.propose({ type: 'compact', revision: Math.max(revision, 0) })
    if (physical) await this.#until(machine => machine.scrubbedRevision >= revision)
  }

  /** Resolves once `condition` holds; in between, the replica goes on. */
  async #until(condition: (machine: Machine) => boolean): Promise<void> {
    while (!condition(this.#machine())) await sleep(this.#options.clock, POLL_MS)
  }

  /** See `MemberStore.hashKV`. @throws DamagedValueError */
  hashKV(revision: number): Promise<StoreHash> {
    return hashKeySpace(() => this.#machine(), revision, this.#options.defer, this.#options.clock)
  }

  async defragment(): Promise<void> {
    const { log, replica } = this.#options
    this.#machine().defragmenting = true
    // Gives the replica a turn, in which it takes the first step.
    replica()
      .readIndex()
      .catch((error: unknown) => log.debug('no quorum while defragmenting', { error }))
    await this.#until(machine => !machine.defragmenting)
    await this.#committed()
    const { db } = this.#machine()
    // The file shrinks when the log of writes is brought into it.
    if (!db.inTransaction) db.pragma('wal_checkpoint(PASSIVE)')
  }

  /** What is written now will be on disk when this resolves. */
  async #committed(): Promise<void> {
    const { clock } = this.#options
    const end = clock.monotonic() + COMMIT_WAIT_MS
    // A transaction is open for less than this time: if one is seen to the end, it is a later one.
    while (this.#machine().db.inTransaction && clock.monotonic() < end) await sleep(clock, POLL_MS)
  }

  async alarms(): Promise<Alarm[]> {
    const { id, replica } = this.#options
    await replica().readIndex()
    const alarms = this.#machine().notices.alarms.map(toAlarm)
    // The disk of this member being full is over by itself, so it is no alarm of all.
    if (replica().noSpace && !alarms.some(a => a.member === id && a.type === 'nospace'))
      alarms.push({ member: id, type: 'nospace' })
    return alarms
  }

  async alarm(action: 'activate' | 'deactivate', member: bigint, type: AlarmType): Promise<Alarm[]> {
    const command: Command = { type: 'alarm', activate: action === 'activate', member: hexOf(member), alarm: type }
    return ((await this.#options.propose(command)) as RaisedAlarm[]).map(toAlarm)
  }

  async *snapshot(): AsyncGenerator<Uint8Array> {
    const { disk, log, replica } = this.#options
    try {
      await replica().readIndex()
    } catch (error) {
      log.info('a snapshot is taken without a quorum: it may lack what others have acknowledged', { error })
    }
    await this.#committed()
    yield* image(disk.openReader(this.#machine().db), `${disk.path}.image-${++this.#images}`)
  }
}

function toAlarm({ member, type }: RaisedAlarm): Alarm {
  return { member: BigInt(`0x${member}`), type }
}
