import { systemClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'
import { connectEtcd } from '../../../engine/store/etcd-client/client.ts'
import type { Store } from '../../../engine/store/kv.ts'
import type { StoreMemberConfig } from '../../../engine/store/remote.ts'
import { INITIAL, describeRange } from '../../sim/check/model.ts'
import type { Act, Request, State } from '../../sim/check/model.ts'
import type { Subscription } from '../../sim/check/watch.ts'
import { describeResponse } from '../../sim/run/ask.ts'
import { bytes, temporaryFolder } from '../cluster.ts'
import { configureMembers } from '../etcd/processes.ts'
import { FIRST_KEY, History, LAST_KEY, Watcher, stateOf } from './history.ts'
import type { Call } from './history.ts'
import { MemberProcess } from './process.ts'
import type { AskedStore } from './process.ts'
import { describe, verify } from './verify.ts'

export interface Options {
  rounds: number
  seed: number
  /** How long a paused leader stands still in the rounds that have a long pause, in milliseconds. */
  pauseMs: number
  /** Which fault a round has; default: at random. */
  fault?(round: number): Fault | undefined
  onRound?(line: string): void
  /** Ends the run after the round that is going on. */
  signal?: AbortSignal
  /** No further round begins after this many milliseconds. */
  limitMs?: number
}

export type Fault = 'kill' | 'kill leader' | 'kill two' | 'kill all' | 'pause leader'

export interface Summary {
  rounds: number
  faults: Record<string, number>
  operations: number
  acknowledgedWrites: number
  unknown: number
  refused: number
  /** Acknowledged writes whose event or effect is not there. */
  lost: string[]
  /** Values that were written once and took effect more than once. */
  doubled: string[]
  /** Reads that were sent to a paused leader just before it went on, and answered. */
  readsOfPaused: number
  /** Stretches of history whose search was given up. */
  undecided: number
  /** Milliseconds without an acknowledged write: with a quorum alive; from when all or most were killed. */
  pausesMs: { quorum: number[]; noQuorum: number[] }
  watchResumptions: number
  events: number
  startRetries: number
}

const NAMES = ['m1', 'm2', 'm3']
const CLIENTS = 16
const KEYS = [...'abcdefghij'].map(letter => `${letter}key`)
/** For an outcome, a leader, a catching up: nothing sound takes as long. */
const PATIENCE_MS = 30_000

/** Members in processes of their own, clients on them, faults, and a check of everything after each round. */
export async function run(options: Options): Promise<Summary> {
  const folder = temporaryFolder()
  const cluster = new Cluster(options, folder.path)
  try {
    await cluster.start()
    const until = performance.now() + (options.limitMs ?? Infinity)
    for (let round = 1; round <= options.rounds; round++) {
      if (options.signal?.aborted || performance.now() > until) break
      await cluster.round(round)
    }
    await cluster.finish()
    return cluster.summary
  } finally {
    await cluster.stop()
    folder.remove()
  }
}

class Cluster {
  readonly summary: Summary = {
    rounds: 0,
    faults: {},
    operations: 0,
    acknowledgedWrites: 0,
    unknown: 0,
    refused: 0,
    lost: [],
    doubled: [],
    readsOfPaused: 0,
    undecided: 0,
    pausesMs: { quorum: [], noQuorum: [] },
    watchResumptions: 0,
    events: 0,
    startRetries: 0,
  }
  readonly #options: Options
  readonly #folder: string
  readonly #random: Random
  readonly #history = new History()
  readonly #remote: Store[] = []
  readonly #watchers: Watcher[] = []
  /** What each client believes a key to be: sometimes what is no longer true. */
  readonly #believed = new Map<string, { mod: number; value: string }>()
  readonly #writtenAt = new Map<string, number>()
  #configs: StoreMemberConfig[] = []
  #members: MemberProcess[] = []
  #state: State = INITIAL
  #pending: { call: Call; rounds: number }[] = []
  #load = false
  #values = 0
  #lastWrite = 0
  #longest = 0
  #paused: MemberProcess | undefined

  constructor(options: Options, folder: string) {
    this.#options = options
    this.#folder = folder
    this.#random = seededRandom(options.seed)
  }

  async start(): Promise<void> {
    const { configs, client: tls } = await configureMembers(this.#folder, NAMES)
    const tuning = { requestTimeoutMs: 3000, snapshotEntries: 300 }
    this.#configs = configs.map(config => ({ ...config, tuning }))
    this.#members = this.#configs.map(config => new MemberProcess(config))
    await Promise.all(this.#members.map(member => member.started))
    const endpoints = configs.map(config => `127.0.0.1:${config.client!.port}`)
    // One for each member alone, then some that go to whoever is there.
    const lists = [
      ...endpoints.map(own => [own]),
      ...endpoints.map((_, i) => [...endpoints.slice(i), ...endpoints.slice(0, i)]),
    ]
    for (const list of lists) {
      const options = { endpoints: list, tls, log: silentLogger, clock: systemClock, requestTimeoutMs: 4000 }
      this.#remote.push(await connectEtcd(options))
    }
    const local = (n: number) => () => this.#serving(n)
    this.#watchers.push(
      new Watcher('watch of all, in process', FIRST_KEY, LAST_KEY, local(0)),
      new Watcher('watch of one, in process', KEYS[0]!, undefined, local(1)),
      new Watcher('watch of all, remote', FIRST_KEY, LAST_KEY, () => this.#remote[4]),
      new Watcher('watch of some, remote', KEYS[2]!, KEYS[5]!, () => this.#remote[5]),
    )
  }

  #serving(first: number): MemberProcess | undefined {
    for (let i = 0; i < NAMES.length; i++) {
      const member = this.#members[(first + i) % NAMES.length]!
      if (member.alive && member !== this.#paused) return member
    }
    return undefined
  }

  async round(round: number): Promise<void> {
    const fault = this.#options.fault?.(round) ?? this.#anyFault()
    const { faults } = this.summary
    faults[fault] = (faults[fault] ?? 0) + 1
    const revision = this.#state.revision
    this.#load = true
    this.#lastWrite = performance.now()
    const clients = Array.from({ length: CLIENTS }, (_, i) => this.#client(i))
    try {
      await this.#writes(20)
      if (round % 5 === 0 && revision > 1) await this.#compact(revision)
      this.#longest = 0
      await this.#strike(fault)
      await this.#writes(40)
    } finally {
      this.#load = false
      await Promise.all(clients)
    }
    const pause = this.#longest
    this.summary.pausesMs[fault === 'kill two' || fault === 'kill all' ? 'noQuorum' : 'quorum'].push(pause)
    const { operations, steps } = await this.#check()
    this.summary.rounds++
    this.#options.onRound?.(
      `round ${String(round).padStart(3)}: ${fault.padEnd(12)} ${String(operations).padStart(5)} operations, ` +
        `${steps} steps, revision ${this.#state.revision}, longest pause ${Math.round(pause)} ms`,
    )
  }

  #anyFault(): Fault {
    const n = intBelow(this.#random, 100)
    if (n < 35) return 'kill leader'
    if (n < 65) return 'kill'
    if (n < 82) return 'kill two'
    return n < 97 ? 'kill all' : 'pause leader'
  }

  async #strike(fault: Fault): Promise<void> {
    const leader = this.#members.findIndex(member => member.status?.role === 'leader')
    const any = intBelow(this.#random, NAMES.length)
    if (fault === 'pause leader') return this.#pause(this.#members[leader === -1 ? any : leader]!)
    const victims = {
      kill: [any],
      'kill leader': [leader === -1 ? any : leader],
      'kill two': [any, (any + 1) % NAMES.length],
      'kill all': [0, 1, 2],
    }[fault]
    await Promise.all(
      victims.map(async at => {
        // Not all in the same moment, and one may be up again before the next falls.
        await sleep(intBelow(this.#random, 60))
        await this.#members[at]!.kill()
        await sleep(intBelow(this.#random, 300))
        await this.#restart(at)
      }),
    )
  }

  async #restart(at: number): Promise<void> {
    for (let tries = 0; ; tries++) {
      const member = (this.#members[at] = new MemberProcess(this.#configs[at]!))
      try {
        return await member.started
      } catch (error) {
        // Its port may be taken for a moment by somebody's outgoing connection.
        if (tries === 5) throw error
        this.summary.startRetries++
        await sleep(100)
      }
    }
  }

  /** Stops the leader for longer than the others wait, and asks it the moment it goes on. */
  async #pause(member: MemberProcess): Promise<void> {
    const at = this.#members.indexOf(member)
    member.pause(Math.ceil(this.#options.pauseMs / 1000) + 30)
    this.#paused = member
    const reads: Promise<Call>[] = []
    try {
      await sleep(this.#options.pauseMs)
      // The others have gone on.
      await this.#writes(20)
    } finally {
      // These wait in its pipes and sockets when it wakes up: what it leads in its own eyes was led by another since.
      for (let i = 0; i < 24; i++) {
        const key = KEYS[i % KEYS.length]!
        const store: AskedStore = i % 3 === 2 ? this.#remote[at]! : member
        const write = i % 6 === 5
        const request: Request = write ? this.#swap(key) : { type: 'range', key }
        reads.push(this.#history.ask(store, `paused ${member.config.name}`, request))
      }
      await sleep(20)
      member.goOn()
      this.#paused = undefined
    }
    for (let i = 0; i < 12; i++) {
      const request: Request = { type: 'range', key: FIRST_KEY, end: LAST_KEY }
      reads.push(this.#history.ask(member, `woken ${member.config.name}`, request))
      await sleep(5)
    }
    for (const call of await Promise.all(reads)) if (call.answer) this.summary.readsOfPaused++
  }

  async #compact(revision: number): Promise<void> {
    try {
      await this.#serving(0)?.compact(revision)
    } catch (error) {
      const { name } = error as Error
      if (!['UnavailableError', 'UnknownOutcomeError', 'CompactedError'].includes(name)) throw error
    }
  }

  /** Until so many more writes are acknowledged. */
  async #writes(n: number): Promise<void> {
    const goal = this.summary.acknowledgedWrites + n
    const end = performance.now() + PATIENCE_MS
    while (this.summary.acknowledgedWrites < goal) {
      if (performance.now() > end) throw new Error(`no ${n} writes within ${PATIENCE_MS} ms: ${this.#situation()}`)
      await sleep(5)
    }
  }

  #situation(): string {
    const members = this.#members.map(({ config, status, alive }) => ({ name: config.name, alive, status }))
    const refusals = this.#history.calls.slice(-5).map(describe)
    return `${JSON.stringify(members)}\n${refusals.join('\n')}`
  }

  async #client(n: number): Promise<void> {
    while (this.#load) {
      await sleep(10 + intBelow(this.#random, 50))
      // Ten ask members in their processes, staying with one that is there; six go over the network.
      const local = n < 10
      const store = local ? this.#serving(n) : this.#remote[n % this.#remote.length]
      if (!store || !this.#load) continue
      const call = await this.#history.ask(store, `client ${n}`, this.#request())
      this.#learn(call)
    }
  }

  #request(): Request {
    const n = intBelow(this.#random, 100)
    const key = KEYS[intBelow(this.#random, KEYS.length)]!
    const all = { key: FIRST_KEY, end: LAST_KEY }
    if (n < 30) return write({ type: 'put', key, value: this.#value(), previous: true })
    if (n < 50) return this.#swap(key)
    if (n < 58) return write({ type: 'delete', key, previous: true })
    if (n < 66) {
      const other = KEYS[(KEYS.indexOf(key) + 1) % KEYS.length]!
      const put = (to: string): Act => ({ type: 'put', key: to, value: this.#value() })
      return write(put(key), put(other), { type: 'range', ...all })
    }
    return n < 90 ? { type: 'range', key } : { type: 'range', ...all }
  }

  #value(): string {
    return `v${++this.#values}`
  }

  #swap(key: string): Request {
    const known = this.#believed.get(key)
    return {
      type: 'txn',
      compare: [{ key, target: 'modRevision', result: 'equal', operand: known?.mod ?? 0 }],
      success: [{ type: 'put', key, value: this.#value(), previous: true }],
      failure: [{ type: 'range', key }],
    }
  }

  #learn({ request, answer }: Call): void {
    if (!answer?.ok) return
    for (const [, key, value, mod] of (answer.kvs ?? answer.results?.join('|') ?? '').matchAll(
      /(\wkey)=(\w+)@\d+\/(\d+)/g,
    ))
      this.#believed.set(key!, { mod: Number(mod), value: value! })
    if (request.type !== 'txn') return
    const now = performance.now()
    this.#longest = Math.max(this.#longest, now - this.#lastWrite)
    this.#lastWrite = now
    this.summary.acknowledgedWrites++
    for (const act of answer.succeeded ? request.success : request.failure) {
      if (act.type !== 'put') continue
      this.#believed.set(act.key, { mod: answer.revision!, value: act.value })
      this.#writtenAt.set(`${act.key}=${act.value}`, answer.revision!)
    }
  }

  /** All is quiet and everybody is there: compares what was told with what should have been. */
  async #check(): Promise<{ operations: number; steps: number }> {
    const all: Request = { type: 'range', key: FIRST_KEY, end: LAST_KEY }
    const end = performance.now() + PATIENCE_MS
    const lists: Call[] = []
    for (const store of [...this.#members, ...this.#remote.slice(0, NAMES.length)])
      for (;;) {
        const call = await this.#history.ask(store, 'at the end', all)
        if (call.answer && lists.push(call)) break
        if (performance.now() > end) throw new Error(`no list at the end: ${this.#situation()}`)
        await sleep(20)
      }
    const newest = Math.max(...lists.map(({ answer }) => (answer?.ok && answer.revision) || 0))
    while (this.#watchers.some(watcher => watcher.told < newest) && performance.now() < end) {
      for (const watcher of this.#watchers) watcher.requestProgress()
      await sleep(10)
    }
    const { calls, surprises } = this.#history
    this.#history.calls = []
    if (surprises.length > 0) throw new Error(`unexpected errors:\n${surprises.join('\n')}`)
    const watches = this.#watchers.map(watcher => watcher.take())
    const { summary } = this
    summary.operations += calls.length
    summary.unknown += calls.filter(call => !call.answer && !call.refused).length
    summary.refused += calls.filter(call => call.refused).length
    summary.watchResumptions = this.#watchers.reduce((n, { resumed }) => n + resumed, 0)
    this.#count(watches[0]!, calls)
    const { state, pending, steps } = verify(this.#state, [...this.#pending.map(({ call }) => call), ...calls], watches)
    if (state) this.#state = state
    else {
      summary.undecided++
      this.#state = stateOf(await this.#members[0]!.range({ key: bytes(FIRST_KEY), rangeEnd: bytes(LAST_KEY) }))
    }
    // What nobody has seen may still come, though hardly after three rounds.
    const ages = new Map(this.#pending.map(({ call, rounds }) => [call, rounds]))
    this.#pending = pending
      .map(call => ({ call, rounds: (ages.get(call) ?? 0) + 1 }))
      .filter(({ rounds }) => rounds <= 3)
    return { operations: calls.length, steps }
  }

  /** Beside the search for an order, and without trusting it: each acknowledged write is told once, at its revision. */
  #count(watch: Subscription, calls: Call[]): void {
    const told = new Map<string, number[]>()
    for (const { items } of watch.sessions)
      for (const item of items)
        for (const event of item.type === 'events' ? item.events : []) {
          this.summary.events++
          if (event.type !== 'put') continue
          const name = event.now.slice(0, event.now.indexOf('@'))
          told.set(name, [...(told.get(name) ?? []), event.revision])
        }
    for (const [name, revisions] of told)
      if (revisions.length > 1 || this.#seen.has(name)) this.summary.doubled.push(`${name} at ${revisions.join()}`)
    for (const { request, answer } of calls) {
      if (request.type !== 'txn' || !answer?.ok || !answer.succeeded) continue
      for (const act of request.success) {
        if (act.type !== 'put') continue
        const name = `${act.key}=${act.value}`
        if (!told.get(name)?.includes(answer.revision!)) this.summary.lost.push(`${name} at ${answer.revision}`)
      }
    }
    for (const name of told.keys()) this.#seen.add(name)
  }

  readonly #seen = new Set<string>()

  /** All die at once; what each has on its disk is what it should be. */
  async finish(): Promise<void> {
    await Promise.all(this.#members.map(member => member.kill()))
    for (const at of NAMES.keys()) await this.#restart(at)
    const want = describeRange(this.#state, FIRST_KEY, LAST_KEY)
    for (const member of this.#members) {
      const end = performance.now() + PATIENCE_MS
      for (;;) {
        const call = await this.#history.ask(member, 'last', { type: 'range', key: FIRST_KEY, end: LAST_KEY })
        if (call.answer?.ok) {
          // A write of unknown outcome may have come to be with the last election.
          if (call.answer.revision === this.#state.revision && call.answer.kvs !== want)
            this.summary.lost.push(`${member.config.name} holds ${call.answer.kvs}, not ${want}`)
          break
        }
        if (performance.now() > end) throw new Error(`no list: ${this.#situation()}`)
        await sleep(20)
      }
    }
    const shown = new Set<string>()
    for (const member of this.#members)
      shown.add(describeResponse(await member.range({ key: bytes(FIRST_KEY), rangeEnd: bytes(LAST_KEY) })))
    if (shown.size !== 1) this.summary.lost.push(`members differ: ${[...shown].join(' | ')}`)
  }

  async stop(): Promise<void> {
    this.#load = false
    for (const watcher of this.#watchers) watcher.close()
    for (const store of this.#remote) store.dispose()
    await Promise.all(this.#members.map(member => member.kill()))
  }
}

function write(...success: Act[]): Request {
  return { type: 'txn', compare: [], success, failure: [] }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
