/**
 * What the store does per second and how long it takes, and how that changes as it grows. First three members, each in a
 * process's own worker thread, over TLS on loopback; then one member with more and more keys, and one whose keys are written
 * over and over. Run: node test/bench/store.ts [seconds] [most keys] [seconds of writing over]
 *
 * Processor time is that of this process, so that figures can be compared where others make the machine wait.
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { silentLogger } from '../../engine/base/log.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig, StoreWorker } from '../../engine/store/remote.ts'
import { WORKER, bytes, configureCluster, temporaryFolder } from '../store/cluster.ts'
import './interrupt.ts'

const SECONDS = Number(process.argv[2] ?? 4)
const MOST_KEYS = Number(process.argv[3] ?? 100_000)
const OVERWRITING_SECONDS = Number(process.argv[4] ?? 10)
/** What is written over: this many keys of 1 KiB. */
const WORKING_SET = 2000
const MIB = 1024 ** 2
const VALUE = new Uint8Array(1024).fill(120)

interface Row {
  operation: string
  clients: number
  via: string
  perSecond: number
  p50: number
  p99: number
  /** Microseconds of this process, one member among it, for each. */
  cpu: number
}

async function measure(
  operation: string,
  clients: number,
  via: string,
  act: (i: number) => Promise<unknown>,
): Promise<Row> {
  const latencies: number[] = []
  const end = performance.now() + SECONDS * 1000
  let n = 0
  const start = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const begin = performance.now()
        await act(n++)
        latencies.push(performance.now() - begin)
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort((a, b) => a - b)
  const at = (share: number) => Number(latencies[Math.floor(latencies.length * share)]!.toFixed(2))
  return {
    operation,
    clients,
    via,
    perSecond: Math.round(latencies.length / seconds),
    p50: at(0.5),
    p99: at(0.99),
    cpu: Math.round((user + system) / latencies.length),
  }
}

async function main(): Promise<void> {
  const folder = temporaryFolder()
  const [own, ...others] = await configureCluster(['m1', 'm2', 'm3'], folder.path)
  const children = others.map(config =>
    fork(new URL(import.meta.url), ['member'], { env: { ...process.env, MEMBER: JSON.stringify(config) } }),
  )
  const store = await startStoreWorker(own!, { entry: WORKER, log: silentLogger })
  try {
    await store.readRevision()
    const rows: Row[] = []
    for (const via of ['leader', 'follower']) {
      await become(store, via === 'leader', children)
      for (const clients of [1, 64]) {
        rows.push(await measure('put 1 KiB', clients, via, i => put(store, i)))
        rows.push(
          await measure('linearizable get', clients, via, i => store.range({ key: bytes(`/bench/${i % 1000}`) })),
        )
      }
    }
    console.table(rows)
    console.log(`idle CPU, percent of a core: ${(await idleCpu()).toFixed(2)} (this process, with one member)`)
  } finally {
    for (const child of children) child.kill()
    await store.stop()
    folder.remove()
  }
}

function put(store: StoreWorker, i: number): Promise<unknown> {
  const key = bytes(`/bench/${i % 1000}`)
  return store.txn({ compare: [], success: [{ type: 'put', key, value: VALUE }], failure: [] })
}

/** One member with 1,000 keys, then ten times as many, and so on. */
async function growth(): Promise<void> {
  await withMember(async (store, size) => {
    const rows: object[] = []
    let written = 0
    for (let keys = 1000; keys <= MOST_KEYS; keys *= 10) {
      for (; written < keys; written += 500)
        await Promise.all(Array.from({ length: 500 }, (_, j) => putKey(store, written + j)))
      const any = () => Math.floor(Math.random() * keys)
      for (const [operation, act] of [
        ['put', () => putKey(store, any())],
        ['get', () => store.range({ key: keyOf(any()) })],
        ['list of 500', () => store.range({ key: keyOf(any()), rangeEnd: keyOf(10 ** 9), limit: 500 })],
      ] as const) {
        const { perSecond, p50, p99, cpu } = await measure(operation, 16, 'leader', act)
        rows.push({ keys, operation, perSecond, p50, p99, cpu, ...size() })
      }
    }
    console.log('one member, 16 clients, random keys of 1 KiB')
    console.table(rows)
  })
}

/** Writes the same keys over and over, compacting as the API server does, only more often. */
async function overwriting(): Promise<void> {
  await withMember(async (store, size) => {
    const rows: object[] = []
    const end = performance.now() + OVERWRITING_SECONDS * 1000
    let n = 0
    while (performance.now() < end) {
      const until = Math.min(end, performance.now() + (OVERWRITING_SECONDS * 1000) / 10)
      const before = n
      while (performance.now() < until)
        await Promise.all(Array.from({ length: 64 }, () => putKey(store, n++ % WORKING_SET)))
      const revision = await store.readRevision()
      rows.push({ writes: n, since: n - before, ...size() })
      await store.compact(revision - WORKING_SET)
    }
    console.log(`${WORKING_SET} keys of 1 KiB, written over and over`)
    console.table(rows)
  })
}

interface Sizes {
  fileMiB: number
  walMiB: number
}

async function withMember(act: (store: StoreWorker, size: () => Sizes) => Promise<void>): Promise<void> {
  const folder = temporaryFolder()
  const [config] = await configureCluster(['m1'], folder.path)
  const store = await startStoreWorker(config!, { entry: WORKER, log: silentLogger })
  const mib = (name: string) => Number((statSync(join(config!.dataDir, name)).size / MIB).toFixed(1))
  // What is written goes to the second first, which is used again once it has been brought into the first.
  const size = () => ({ fileMiB: mib('store.db'), walMiB: mib('store.db-wal') })
  try {
    await store.readRevision()
    await act(store, size)
  } finally {
    await store.stop()
    folder.remove()
  }
}

const keyOf = (i: number) => bytes(`/bench/${String(i).padStart(9, '0')}`)

function putKey(store: StoreWorker, i: number): Promise<unknown> {
  return store.txn({ compare: [], success: [{ type: 'put', key: keyOf(i), value: VALUE }], failure: [] })
}

/** Makes this process's member the leader, or one of the others. */
async function become(store: StoreWorker, leader: boolean, others: ChildProcess[]): Promise<void> {
  for (;;) {
    const { role } = await store.status()
    if ((role === 'leader') === leader) break
    if (leader) for (const other of others) other.send('give up leadership')
    else await store.transferLeader('m2')
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  await store.readRevision()
}

async function idleCpu(): Promise<number> {
  const before = process.cpuUsage()
  const start = performance.now()
  await new Promise(resolve => setTimeout(resolve, 3000))
  const used = process.cpuUsage(before)
  return ((used.user + used.system) / 1000 / (performance.now() - start)) * 100
}

async function member(config: StoreMemberConfig): Promise<void> {
  const store = await startStoreWorker(config, { entry: WORKER, log: silentLogger })
  process.on('message', () => {
    store.transferLeader('m1').catch((error: unknown) => console.error(error))
  })
  process.on('disconnect', () => process.exit())
}

if (process.argv[2] === 'member') await member(JSON.parse(process.env.MEMBER!) as StoreMemberConfig)
else {
  await main()
  await growth()
  await overwriting()
}
