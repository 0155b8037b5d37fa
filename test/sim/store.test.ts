import { describe, expect, it } from 'vitest'
import { StoreError, UnknownOutcomeError } from '../../engine/store/kv.ts'
import type { WatchEvent } from '../../engine/store/kv.ts'
import { StoreWorld } from './store-world.ts'
import type { SimulatedMember } from './store-world.ts'

const SEEDS = Number(process.env.SIM_SEEDS ?? 12)
const FIRST = Number(process.env.SIM_FIRST ?? 1)
const KEYS = ['a', 'b', 'c', 'd'].map(name => new TextEncoder().encode(name))
const ALL = { key: new TextEncoder().encode('a'), rangeEnd: new TextEncoder().encode('z') }
const text = (value: Uint8Array) => new TextDecoder().decode(value)

/** What the clients saw, in the terms of the store's revisions. */
interface Written {
  value: string
  invoked: number
  /** Acknowledged revision, `undefined` while (or for ever) unknown, 0 if certainly not done. */
  revision: number | undefined
  returned: number
}

interface Read {
  key: string
  value: string | undefined
  revision: number
  invoked: number
}

class History {
  readonly writes: Written[] = []
  readonly reads: Read[] = []
  /** Events by revision as the first watcher saw them. */
  readonly events = new Map<number, string>()

  /** Watches everything on a member from the start: the same events everywhere, no gap, nothing twice. */
  observe(world: StoreWorld, sim: SimulatedMember): void {
    let last = 1
    sim.member!.watch(
      { ...ALL, startRevision: 1 },
      {
        onEvents: (events, revision) => {
          for (const event of events) last = this.#note(world, sim, event, last)
          if (revision < last) world.errors.push(new Error(`${sim.name}: batch up to ${revision} ends at ${last}`))
        },
        onProgress: revision => {
          if (revision < last - 1) world.errors.push(new Error(`${sim.name}: progress goes back to ${revision}`))
        },
        onError: () => {},
      },
    )
  }

  #note(world: StoreWorld, sim: SimulatedMember, event: WatchEvent, last: number): number {
    const { modRevision } = event.kv
    const line = `${text(event.kv.key)}=${text(event.kv.value)}`
    if (modRevision !== last + 1) world.errors.push(new Error(`${sim.name}: revision ${modRevision} after ${last}`))
    const known = this.events.get(modRevision) ?? line
    if (known !== line) world.errors.push(new Error(`revision ${modRevision} is ${known} and, on ${sim.name}, ${line}`))
    this.events.set(modRevision, line)
    return modRevision
  }

  /**
   * Linearizability, which the revisions make easy: they are the order, so it is enough that each write is in it once
   * where acknowledged, that what returned before another began comes before it, and that reads show their revision.
   */
  check(): void {
    const revisions = new Map<string, number[]>()
    for (const [revision, line] of this.events) {
      const value = line.slice(line.indexOf('=') + 1)
      revisions.set(value, [...(revisions.get(value) ?? []), revision])
    }
    for (const write of this.writes) {
      const found = revisions.get(write.value) ?? []
      if (found.length > 1) throw new Error(`${write.value} was written ${found.length} times`)
      if (write.revision === 0 && found.length) throw new Error(`${write.value} was refused, and written`)
      if (write.revision && found[0] !== write.revision) throw new Error(`${write.value} was acknowledged, and lost`)
    }
    const acknowledged = this.writes.filter(w => w.revision)
    const newestBefore = (at: number) => Math.max(0, ...acknowledged.filter(w => w.returned < at).map(w => w.revision!))
    for (const write of acknowledged)
      if (newestBefore(write.invoked) >= write.revision!)
        throw new Error(`${write.value} is older than what preceded it`)
    const lines = [...this.events].sort((a, b) => a[0] - b[0])
    for (const read of this.reads) {
      if (newestBefore(read.invoked) > read.revision) throw new Error(`a read at ${read.revision} is stale`)
      const last = lines.findLast(([revision, line]) => revision <= read.revision && line.startsWith(`${read.key}=`))
      const expected = last?.[1].slice(2)
      if (expected !== read.value) throw new Error(`${read.key} at ${read.revision} is ${expected}, read ${read.value}`)
    }
  }
}

async function run(size: number, seed: number): Promise<void> {
  const world = new StoreWorld(size, seed)
  const history = new History()
  world.onStart = sim => history.observe(world, sim)
  for (const sim of world.members) await world.start(sim)
  let clients = 0
  const act = (): void => {
    const up = world.members.filter(m => m.member)
    if (!up.length || clients > 30) return
    clients++
    const key = world.pick(KEYS)
    const store = world.pick(up).member!
    const invoked = world.clock.monotonic()
    if (world.random.next() < 0.7) {
      const write: Written = { value: `v${history.writes.length}`, invoked, revision: undefined, returned: Infinity }
      history.writes.push(write)
      const success = [{ type: 'put' as const, key, value: new TextEncoder().encode(write.value) }]
      store.txn({ compare: [], success, failure: [] }).then(
        ({ revision }) => {
          clients--
          write.revision = revision
          write.returned = world.clock.monotonic()
        },
        (error: unknown) => {
          clients--
          if (!(error instanceof StoreError)) world.errors.push(error)
          if (!(error instanceof UnknownOutcomeError)) write.revision = 0
        },
      )
    } else
      store.range({ key }).then(
        ({ revision, kvs }) => {
          clients--
          history.reads.push({ key: text(key), value: kvs[0] && text(kvs[0].value), revision, invoked })
        },
        (error: unknown) => {
          clients--
          if (!(error instanceof StoreError)) world.errors.push(error)
        },
      )
  }
  await world.advance(1000)
  for (let round = 0; round < 60; round++) {
    for (let i = 0; i < 6; i++) act()
    const dice = world.random.next()
    if (dice < 0.08) await world.crash(world.pick(world.members))
    else if (dice < 0.2) {
      const down = world.members.find(m => !m.member)
      if (down) await world.start(down)
    } else if (dice < 0.28) world.partition()
    else if (dice < 0.4) world.network.cut.clear()
    else if (dice < 0.44) world.network.loss = world.random.next() * 0.2
    else if (dice < 0.5) world.network.loss = 0
    await world.advance(20 + world.random.next() * 200)
  }
  world.network.cut.clear()
  world.network.loss = 0
  for (const sim of world.members) if (!sim.member) await world.start(sim)
  await world.advance(8000)
  act()
  await world.advance(6000)
  expect(clients).toBe(0)
  const statuses = await Promise.all(world.members.map(m => m.member!.status()))
  expect(new Set(statuses.map(s => s.revision)).size).toBe(1)
  expect(history.events.size).toBe(statuses[0]!.revision - 1)
  history.check()
  expect(history.writes.filter(w => w.revision).length).toBeGreaterThan(20)
  for (const sim of world.members) await world.crash(sim)
  await world.advance(100)
  expect(world.clock.pending).toBe(0)
}

describe.each([3, 5])('%i store members under faults', size => {
  it('are linearizable, apply a write at most once, and deliver every event once and in order', async () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        await run(size, seed)
      } catch (error) {
        throw new Error(`seed ${seed} fails (replay: SIM_FIRST=${seed} SIM_SEEDS=1)`, { cause: error })
      }
    }
  }, 240_000)
})
