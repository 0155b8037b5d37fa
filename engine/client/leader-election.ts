import type { KubeObject } from '../api/object.ts'
import { pause, type Clock } from '../base/clock.ts'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/log.ts'
import type { Random } from '../base/random.ts'
import { isAlreadyExists, isConflict, isNotFound } from './errors.ts'
import { ResourceClient } from './resource-client.ts'
import { LEASES } from './resources.ts'
import type { RestClient } from './rest.ts'

interface Lease extends KubeObject {
  spec?: {
    holderIdentity?: string
    leaseDurationSeconds?: number
    acquireTime?: string
    renewTime?: string
    leaseTransitions?: number
  }
}

export interface LeaderElectionOptions {
  /** The Lease in kube-system that stands for the office. */
  name: string
  /** Unique for each candidate. */
  identity: string
  rest: RestClient
  clock: Clock
  random: Random
  log: Logger
  /** How long others wait after the last renewal that they saw. */
  leaseDurationMs?: number
  /** The holder gives up when it could not renew for so long. Less than `leaseDurationMs`. */
  renewDeadlineMs?: number
  /** Pause between two tries. */
  retryPeriodMs?: number
  /** Told when this candidate begins and ends to lead. */
  onLeading?(leads: boolean): void
  /** Does the work of the leader until the signal aborts. */
  lead(signal: AbortSignal): Promise<void>
}

const NAMESPACE = 'kube-system'
/** When a whole control plane stops there is nobody left to take a release. */
const RELEASE_LIMIT_MS = 500

/**
 * Runs `lead` whenever this candidate holds the Lease, until `signal` aborts; gives the Lease back then, so that the next
 * candidate need not wait. As client-go's leaderelection: a candidate measures the lease by its own clock from the
 * moment at which it saw it renewed, so clocks need not agree. Two leaders are possible for the length of clock drift
 * within a lease; writes stay safe by resourceVersion.
 */
export async function runLeaderElection(options: LeaderElectionOptions, signal: AbortSignal): Promise<void> {
  const { name, clock, random, log } = options
  const leaseDurationMs = options.leaseDurationMs ?? 10_000
  const renewDeadlineMs = options.renewDeadlineMs ?? 7_000
  const retryPeriodMs = options.retryPeriodMs ?? 2_500
  const office = new LeaseLock(options, leaseDurationMs, signal)
  const wait = () => pause(clock, retryPeriodMs * (1 + random.next() * 0.2), signal)

  while (!signal.aborted) {
    if (!(await office.tryHold())) {
      await wait()
      continue
    }
    log.info('became leader', { lease: name })
    options.onLeading?.(true)
    const term = new AbortController()
    const resign = () => term.abort(new Error('the candidate stops'))
    signal.addEventListener('abort', resign, { once: true })
    const work = options
      .lead(term.signal)
      .catch(error => log.error('leading ended with an error', { lease: name, error }))
    void work.then(() => term.abort(new Error('the work ended')))
    let renewed = clock.monotonic()
    while (!term.signal.aborted) {
      await pause(clock, retryPeriodMs, term.signal)
      if (term.signal.aborted) break
      if (await office.tryHold()) renewed = clock.monotonic()
      else if (office.lostToOther || clock.monotonic() - renewed > renewDeadlineMs) {
        log.warn('lost the lead', { lease: name })
        term.abort(new Error('lost the lease'))
      }
    }
    signal.removeEventListener('abort', resign)
    await work
    options.onLeading?.(false)
    await office.release()
  }
}

class LeaseLock {
  readonly #options: LeaderElectionOptions
  readonly #leases: ResourceClient<Lease>
  readonly #durationMs: number
  readonly #ending: AbortSignal
  #seen: Lease | undefined
  #seenAt = 0
  #seenVersion: string | undefined

  constructor(options: LeaderElectionOptions, durationMs: number, ending: AbortSignal) {
    this.#options = options
    this.#leases = new ResourceClient<Lease>(options.rest, LEASES)
    this.#durationMs = durationMs
    this.#ending = ending
  }

  /** Whether the newest Lease names somebody else. */
  get lostToOther(): boolean {
    const holder = this.#seen?.spec?.holderIdentity
    return !!holder && holder !== this.#options.identity
  }

  /** Takes or renews the Lease; false if another holds it or the server could not be reached. */
  async tryHold(): Promise<boolean> {
    try {
      return await this.#tryHold()
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error))
        this.#options.log.debug('lease not held', { lease: this.#options.name, error: messageOf(error) })
      return false
    }
  }

  async release(): Promise<void> {
    if (this.#seen?.spec?.holderIdentity !== this.#options.identity) return
    const released = { ...this.#seen, spec: { ...this.#seen.spec, holderIdentity: '', leaseDurationSeconds: 1 } }
    try {
      await this.#leases.update(released, { signal: AbortSignal.timeout(RELEASE_LIMIT_MS) })
    } catch (error) {
      this.#options.log.debug('lease not released; it will run out', {
        lease: this.#options.name,
        error: messageOf(error),
      })
    }
  }

  async #tryHold(): Promise<boolean> {
    const { name, identity, clock } = this.#options
    const lease = await this.#read()
    const now = microTime(clock.now())
    const leaseDurationSeconds = Math.ceil(this.#durationMs / 1000)
    if (!lease) {
      const spec = {
        holderIdentity: identity,
        leaseDurationSeconds,
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      }
      this.#observe(
        await this.#leases.create({ ...LEASE_TYPE, metadata: { name, namespace: NAMESPACE }, spec }, this.#bounds),
      )
      return true
    }
    const mine = lease.spec?.holderIdentity === identity
    const free = !lease.spec?.holderIdentity || clock.monotonic() - this.#seenAt > this.#durationMs
    if (!mine && !free) return false
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds,
      acquireTime: mine ? lease.spec!.acquireTime : now,
      renewTime: now,
      leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + (mine ? 0 : 1),
    }
    this.#observe(await this.#leases.update({ ...lease, spec }, this.#bounds))
    return true
  }

  /** The holder writes over what it wrote last and reads only when that conflicts: one request per renewal. */
  async #read(): Promise<Lease | undefined> {
    if (this.#seen?.spec?.holderIdentity === this.#options.identity) {
      const known = this.#seen
      this.#seen = undefined
      return known
    }
    try {
      const lease = await this.#leases.get(NAMESPACE, this.#options.name, this.#bounds.signal)
      this.#observe(lease)
      return lease
    } catch (error) {
      if (!isNotFound(error)) throw error
      return undefined
    }
  }

  #observe(lease: Lease): void {
    if (lease.metadata.resourceVersion !== this.#seenVersion) this.#seenAt = this.#options.clock.monotonic()
    this.#seenVersion = lease.metadata.resourceVersion
    this.#seen = lease
  }

  /** A request that outlives the lease is worth nothing, and none may hold up the end. */
  get #bounds(): { signal: AbortSignal } {
    return { signal: AbortSignal.any([this.#ending, AbortSignal.timeout(this.#durationMs)]) }
  }
}

const LEASE_TYPE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }

/** MicroTime: RFC 3339 with six digits of fraction. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z')
}
