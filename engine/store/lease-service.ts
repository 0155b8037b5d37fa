import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { encodeCommand } from './command.ts'
import { InvalidRequestError, UnavailableError } from './kv.ts'
import type { LeaseTimeToLive, StoreError } from './kv.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import type { LeaseAnswer, MemberCalls } from './member-calls.ts'
import { leaseNotFound } from './mvcc/transaction.ts'
import type { PeerFrame } from './peer/frame.ts'
import type { Replica } from './replica.ts'

/** As in etcd: some 285 years. */
const MAX_TTL_SECONDS = 9_000_000_000

export interface LeaseServiceOptions {
  clock: Clock
  random: Random
  log: Logger
  timeoutMs: number
  /** @throws UnavailableError while the member does not serve */
  replica(): Replica
  calls: MemberCalls
}

interface KeepAlive {
  to: string
  resolve(ttlSeconds: number): void
  reject(error: StoreError): void
}

/** A leader's time in office, as far as leases are concerned. */
interface Office {
  keeper: LeaseKeeper
  term: number
  /** Once this is resolved, no earlier leader can let a lease expire any more. */
  claim: Promise<unknown> | undefined
}

/**
 * Leases, on every member. Grants and ends go through the log; time is kept by the leader alone. It promises a lease more
 * time only after its claim is in the log and a quorum has confirmed that it still leads: so neither can a leader of the
 * past promise what it cannot hold, nor end what another has prolonged.
 */
export class LeaseService {
  readonly #options: LeaseServiceOptions
  readonly #keepAlives = new Map<number, KeepAlive>()
  #lastKeepAlive = 0
  #office: Office | undefined

  constructor(options: LeaseServiceOptions) {
    this.#options = options
  }

  /** Role, term or leader changed. */
  onRoleChange(): void {
    const { clock, log } = this.#options
    const replica = this.#options.replica()
    const { role, leader, term } = replica.raftStatus()
    if (role !== 'leader' || this.#office?.term !== term) this.#leave()
    if (role === 'leader' && !this.#office) {
      const keeper = new LeaseKeeper(clock, replica.machine.leases, id => {
        this.#expire(id, term).catch((error: unknown) => {
          log.debug('an expired lease was not revoked, trying again', { lease: id, error })
        })
      })
      this.#office = { keeper, term, claim: undefined }
    }
    for (const waiting of this.#keepAlives.values())
      if (waiting.to !== leader) waiting.reject(new UnavailableError('etcdserver: leader changed'))
    this.#options.calls.leaderChanged(leader)
  }

  async #expire(id: number, term: number): Promise<void> {
    await this.#options.replica().propose(encodeCommand({ type: 'leaseExpire', id, term }))
  }

  /** Leases were granted or revoked. */
  onChange(): void {
    this.#office?.keeper.sync(this.#options.replica().machine.leases)
  }

  async grant(ttlSeconds: number, id = 0): Promise<number> {
    if (ttlSeconds > MAX_TTL_SECONDS) throw new InvalidRequestError('etcdserver: too large lease TTL')
    const ttl = Math.max(1, Math.ceil(ttlSeconds))
    if (id !== 0) {
      if (!Number.isSafeInteger(id) || id < 0)
        throw new InvalidRequestError(
          `etcdserver: ${id} cannot be a lease's id: choose one from 1 to 2^53 - 1, or none`,
        )
      await this.#grant(id, ttl)
      return id
    }
    for (;;) {
      const chosen = this.#randomId()
      try {
        await this.#grant(chosen, ttl)
        return chosen
      } catch (error) {
        if (!(error instanceof InvalidRequestError) || error.message !== 'etcdserver: lease already exists') throw error
      }
    }
  }

  #randomId(): number {
    const { random } = this.#options
    return 1 + Math.floor(random.next() * 2 ** 31) * 2 ** 16 + Math.floor(random.next() * 2 ** 16)
  }

  async #grant(id: number, ttlSeconds: number): Promise<void> {
    await this.#options.replica().propose(encodeCommand({ type: 'leaseGrant', id, ttlSeconds }))
  }

  async revoke(id: number): Promise<void> {
    if (!isLeaseId(id)) throw leaseNotFound()
    await this.#options.replica().propose(encodeCommand({ type: 'leaseRevoke', id }))
  }

  async list(): Promise<number[]> {
    await this.#options.replica().readIndex()
    return [...this.#options.replica().machine.leases.keys()].sort((a, b) => a - b)
  }

  async timeToLive(id: number, keys: boolean): Promise<LeaseTimeToLive> {
    const replica = this.#options.replica()
    await replica.readIndex()
    const lease = this.#options.replica().machine.leases.get(id)
    const { leader } = replica.raftStatus()
    if (!lease) return { id, ttl: -1, grantedTtl: 0, keys: [] }
    if (!this.#office && leader === undefined) throw new UnavailableError('etcdserver: no leader')
    const left = this.#office ? await this.answer(id) : await this.#options.calls.askLease(leader!, id)
    if (left === undefined) throw new UnavailableError('etcdserver: leader changed')
    if (left === null) return { id, ttl: -1, grantedTtl: 0, keys: [] }
    const owned = keys ? this.#options.replica().machine.history.keysOfLease(id) : []
    return { id, ttl: Math.floor(left / 1000), grantedTtl: lease.ttlSeconds, keys: owned }
  }

  /** What this member says to others that ask how long a lease has left. */
  async answer(id: number): Promise<LeaseAnswer> {
    const office = this.#office
    if (!office) return undefined
    await this.#options.replica().readIndex()
    return this.#office === office ? (office.keeper.remaining(id) ?? null) : undefined
  }

  /** Resolves with the lease's whole time, in seconds. */
  async keepAlive(id: number): Promise<number> {
    const { clock, timeoutMs } = this.#options
    const replica = this.#options.replica()
    if (!isLeaseId(id)) throw leaseNotFound()
    const { leader } = replica.raftStatus()
    if (this.#office) return fromLeader(await this.#keepAliveHere(id))
    if (leader === undefined) throw new UnavailableError('etcdserver: no leader')
    const request = ++this.#lastKeepAlive
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        timer.cancel()
        this.#keepAlives.delete(request)
        act()
      }
      const timer = clock.after(timeoutMs, () =>
        settle(() => reject(new UnavailableError('etcdserver: request timed out'))),
      )
      this.#keepAlives.set(request, {
        to: leader,
        resolve: ttl => settle(() => resolve(ttl)),
        reject: error => settle(() => reject(error)),
      })
      if (!replica.send(leader, { type: 'keepAlive', request, lease: id }))
        settle(() => reject(new UnavailableError('etcdserver: the leader cannot be reached')))
    })
  }

  /** The lease's time if this member leads (0: no such lease, or it has run out), undefined if it does not. */
  async #keepAliveHere(id: number): Promise<number | undefined> {
    const office = this.#office
    if (!office) return undefined
    const replica = this.#options.replica()
    if (!replica.machine.leases.has(id)) {
      // It may have been granted on another member a moment ago.
      await replica.readIndex()
      if (!this.#options.replica().machine.leases.has(id)) return this.#office === office ? 0 : undefined
    }
    office.claim ??= replica
      .propose(encodeCommand({ type: 'leaseClaim', term: office.term }))
      .catch((error: unknown) => {
        office.claim = undefined
        throw error
      })
    await office.claim
    await this.#options.replica().readIndex()
    if (this.#office !== office) return undefined
    const lease = this.#options.replica().machine.leases.get(id)
    return lease && office.keeper.renew(lease) ? lease.ttlSeconds : 0
  }

  /** True if the frame was about leases. */
  onFrame(from: string, frame: PeerFrame): boolean {
    if (frame.type === 'keepAlive') {
      const reply = (ttlSeconds: number | undefined) =>
        void this.#options.replica().send(from, { type: 'keptAlive', request: frame.request, ttlSeconds })
      this.#keepAliveHere(frame.lease)
        .catch((error: unknown) => {
          // The one who asked hears that this is not the leader, and asks again.
          this.#options.log.debug('a lease was not kept alive', { lease: frame.lease, error })
          return undefined
        })
        .then(reply)
        .catch((error: unknown) => this.#options.log.debug('a keep-alive was not answered', { from, error }))
      return true
    }
    if (frame.type !== 'keptAlive') return false
    const waiting = this.#keepAlives.get(frame.request)
    if (waiting?.to !== from) return true
    try {
      waiting.resolve(fromLeader(frame.ttlSeconds))
    } catch (error) {
      waiting.reject(error as StoreError)
    }
    return true
  }

  #leave(): void {
    this.#office?.keeper.dispose()
    this.#office = undefined
  }

  /** The member stops serving. */
  end(error: StoreError): void {
    this.#leave()
    for (const waiting of [...this.#keepAlives.values()]) waiting.reject(error)
    this.#options.calls.fail(error)
  }
}

function isLeaseId(id: number): boolean {
  return Number.isSafeInteger(id) && id > 0
}

function fromLeader(ttlSeconds: number | undefined): number {
  if (ttlSeconds === undefined) throw new UnavailableError('etcdserver: leader changed')
  if (ttlSeconds === 0) throw leaseNotFound()
  return ttlSeconds
}
