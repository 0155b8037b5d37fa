import type { Disposable } from '../../../engine/base/disposable.ts'
import { intBelow } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import type { Store } from '../../../engine/store/kv.ts'
import type { Act, Answer, Request } from '../check/model.ts'
import { bytes } from '../check/text.ts'
import type { Session, Subscription } from '../check/watch.ts'
import type { Host } from '../world/host.ts'
import { ask, seen } from './ask.ts'
import { KEYS } from './plan.ts'
import type { ClientAct } from './plan.ts'

/** A request of a client and what came of it. */
export interface Call {
  number: number
  member: string
  life: number
  request: Request
  called: number
  /** `Infinity` while (or for ever) unknown. */
  returned: number
  /** Undefined: the outcome is not known. */
  answer: Answer | undefined
  /** The store said that nothing was done. */
  refused: boolean
  /** The client heard something, if only that the outcome is unknown. */
  settled: boolean
  /** What is to be done in the moment in which it hears that. */
  onSettled?: () => void
}

export interface ServedMember {
  host: Host
  store: Store | undefined
}

export const FIRST_KEY = 'a'
export const LAST_KEY = 'z'

/** The clients of a world: they ask, write down what they are told, and know no more than that. */
export class Clients {
  readonly calls: Call[] = []
  readonly watches: Subscription[] = []
  readonly #members: readonly ServedMember[]
  readonly #random: Random
  readonly #onError: (error: unknown) => void
  readonly #seen = new Map<string, { mod: number; value: string }>()
  readonly #leases = new Map<number, { id: number; ttl: number }>()
  readonly #open = new Map<Subscription, Disposable>()
  #newest = 1
  #closed = false
  #compacted = 0

  constructor(members: readonly ServedMember[], random: Random, onError: (error: unknown) => void) {
    this.#members = members
    this.#random = random
    this.#onError = onError
  }

  /** The highest revision that anybody has asked to compact. */
  get compacted(): number {
    return this.#compacted
  }

  get now(): number {
    return this.#members[0]!.host.scheduler.now
  }

  act(act: ClientAct): void {
    const member = this.#serving(act.member)
    if (!member) return
    if (act.kind === 'watch') return this.#openWatch(act, member)
    const request = this.#request(act)
    if (request) this.call(member, request)
  }

  #serving(first: number): ServedMember | undefined {
    for (let i = 0; i < this.#members.length; i++) {
      const member = this.#members[(first + i) % this.#members.length]!
      if (member.host.alive && member.store) return member
    }
    return undefined
  }

  #request(act: Exclude<ClientAct, { kind: 'watch' }>): Request | undefined {
    const value = `v${this.calls.length}`
    const write = (...success: Act[]): Request => ({ type: 'txn', compare: [], success, failure: [] })
    const all = { key: FIRST_KEY, end: LAST_KEY }
    switch (act.kind) {
      case 'put': {
        const lease = act.lease === undefined ? undefined : this.#leases.get(act.lease)?.id
        return write({ type: 'put', key: KEYS[act.key]!, value, lease, previous: true })
      }
      case 'delete':
        return write({ type: 'delete', key: KEYS[act.key]!, previous: true })
      case 'deleteAll':
        return write({ type: 'delete', ...all })
      case 'several':
        return write(...act.keys.map(key => ({ type: 'put' as const, key: KEYS[key]!, value: `${value}.${key}` })), {
          type: 'range',
          ...all,
        })
      case 'swap':
      case 'swapValue': {
        const key = KEYS[act.key]!
        const known = this.#seen.get(key)
        return {
          type: 'txn',
          compare: [
            act.kind === 'swap'
              ? { key, target: 'modRevision', result: 'equal', operand: known?.mod ?? 0 }
              : { key, target: 'value', result: 'equal', operand: known?.value ?? '' },
          ],
          success: [{ type: 'put', key, value, previous: true }],
          failure: [{ type: 'range', key }],
        }
      }
      case 'get':
        return { type: 'range', key: KEYS[act.key]! }
      case 'getStale':
        return { type: 'range', key: KEYS[act.key]!, serializable: true }
      case 'list':
        return { type: 'range', ...all, limit: intBelow(this.#random, 3) }
      case 'listStale':
        return { type: 'range', ...all, serializable: true }
      case 'listOld':
        return { type: 'range', ...all, revision: Math.max(1, this.#newest - intBelow(this.#random, 12) + 1) }
      case 'readRevision':
        return { type: 'readRevision' }
      case 'compact': {
        const revision = this.#newest - intBelow(this.#random, 15)
        return revision > 0 ? { type: 'compact', revision } : undefined
      }
      case 'grant':
        return { type: 'grant', ttl: act.ttl, slot: act.slot }
      case 'keepAlive':
      case 'revoke': {
        const lease = this.#leases.get(act.slot)
        return lease && { type: act.kind, lease: lease.id }
      }
    }
  }

  /** Asks one member, and writes the answer down if the member lives long enough to give it. */
  call(member: ServedMember, request: Request): Call {
    const { host } = member
    const { life } = host
    const call: Call = {
      number: this.calls.length,
      member: host.name,
      life,
      request,
      called: this.now,
      returned: Infinity,
      answer: undefined,
      refused: false,
      settled: false,
    }
    this.calls.push(call)
    if (!host.alive) {
      // Nobody listens.
      Object.assign(call, { returned: this.now, refused: true, settled: true })
      return call
    }
    if (request.type === 'compact') this.#compacted = Math.max(this.#compacted, request.revision)
    const arrive = (take: () => void) => {
      const deliver = () => {
        if (host.life !== life) return
        call.settled = true
        take()
        call.onSettled?.()
      }
      if (host.life !== life) return
      if (host.present > this.now) host.scheduler.at(host.present, deliver)
      else deliver()
    }
    const answered = (answer: Answer) =>
      arrive(() => {
        call.returned = this.now
        call.answer = answer
        this.#learn(call)
      })
    const failed = (error: unknown) => arrive(() => this.#failed(call, error))
    // A frozen process takes the request when it goes on.
    const arrived = () => void ask(member.store!, request).then(answered, failed)
    host.run(this.now, life, arrived, 'clients')
    return call
  }

  #failed(call: Call, error: unknown): void {
    const { name, message, compactRevision } = error as Error & { compactRevision?: number }
    switch (name) {
      case 'UnknownOutcomeError':
        return
      case 'UnavailableError':
      case 'NoSpaceError':
        call.refused = true
        call.returned = this.now
        return
      case 'CompactedError':
      case 'FutureRevisionError':
      case 'InvalidRequestError':
      case 'LeaseNotFoundError':
        call.returned = this.now
        call.answer = { ok: false, error: name, message, compactRevision }
        return
      case 'StoreError':
        if (message === 'etcdserver: leader changed') {
          call.refused = true
          call.returned = this.now
        } else this.#onError(error)
        return
      default:
        // A damaged value ends the member; the read has no answer.
        if (name !== 'DamagedValueError' && name !== 'PowerLoss') this.#onError(error)
    }
  }

  #learn({ request, answer }: Call): void {
    if (!answer?.ok) return
    if (answer.revision) this.#newest = Math.max(this.#newest, answer.revision)
    if (request.type === 'grant') this.#leases.set(request.slot, { id: answer.lease!, ttl: request.ttl })
    // As a client that writes where it has read: sometimes from what is no longer true.
    for (const [, key, value, mod] of (answer.kvs ?? answer.results?.join('|') ?? '').matchAll(
      /(\w)=([\w.]*)@\d+\/(\d+)/g,
    ))
      this.#seen.set(key!, { mod: Number(mod), value: value! })
    if (request.type === 'txn' && answer.succeeded)
      for (const act of request.success)
        if (act.type === 'put') this.#seen.set(act.key, { mod: answer.revision!, value: act.value })
  }

  #openWatch(act: ClientAct & { kind: 'watch' }, member: ServedMember): void {
    const key = act.key === undefined ? FIRST_KEY : KEYS[act.key]!
    const name = `watch ${this.watches.length + 1}`
    const end = act.key === undefined ? LAST_KEY : undefined
    const watch: Subscription = { name, key, end, previous: act.previous, sessions: [] }
    this.watches.push(watch)
    const first = this.#compacted > 0 ? this.#newest : 1
    this.#session(watch, member, { now: 0, first, future: this.#newest + 4 }[act.from])
  }

  #session(watch: Subscription, member: ServedMember, start: number): void {
    const { host } = member
    const { life } = host
    const session: Session = { member: host.name, start, made: 0, items: [] }
    watch.sessions.push(session)
    const take = (item: Session['items'][number]) => {
      if (host.life === life) session.items.push(item)
    }
    const again = () => {
      this.#open.delete(watch)
      this.#resume(watch)
    }
    host.run(this.now, life, () => {
      try {
        member.store!.status().then(
          status => void (session.made = status.revision),
          error => this.#onError(error),
        )
        const opened = member.store!.watch(
          {
            key: bytes(watch.key),
            rangeEnd: watch.end === undefined ? undefined : bytes(watch.end),
            startRevision: start,
            previous: watch.previous,
            progress: true,
          },
          {
            onEvents: (events, revision) => take({ type: 'events', events: events.map(seen), revision }),
            onProgress: revision => take({ type: 'progress', revision }),
            onError: error => {
              if (host.life !== life) return
              const { compactRevision } = error as { compactRevision?: number }
              if (error.name === 'CompactedError') take({ type: 'compacted', revision: compactRevision! })
              again()
            },
          },
        )
        this.#open.set(watch, opened)
      } catch (error) {
        if ((error as Error).name === 'UnavailableError') again()
        else this.#onError(error)
      }
    })
    // The client notices when the member is gone.
    const { scheduler } = host
    const look = () => {
      if (this.#closed || watch.sessions.at(-1) !== session) return
      if (host.life === life) scheduler.at(scheduler.now + 100, look)
      else this.#resume(watch)
    }
    scheduler.at(scheduler.now + 100, look)
  }

  #resume(watch: Subscription): void {
    const { scheduler } = this.#members[0]!.host
    scheduler.at(scheduler.now + 20 + intBelow(this.#random, 100), () => {
      if (this.#closed) return
      const member = this.#serving(intBelow(this.#random, this.#members.length))
      if (member) this.#session(watch, member, nextRevision(watch))
      else this.#resume(watch)
    })
  }

  /** Clients go away. */
  close(): void {
    this.#closed = true
    for (const open of this.#open.values()) open.dispose()
    this.#open.clear()
  }
}

/** Where a watch goes on: behind what it was last told. */
export function nextRevision(watch: Subscription): number {
  const session = watch.sessions.at(-1)!
  const last = session.items.at(-1)
  if (!last) return session.start
  return last.type === 'compacted' ? last.revision : Math.max(session.start, last.revision + 1)
}
