/**
 * Writes per second and latency of the store: three members, each in a process's own worker thread, over TLS on
 * loopback. Run: node test/bench/store.ts [seconds]
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { silentLogger } from '../../engine/base/log.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig, StoreWorker } from '../../engine/store/remote.ts'
import { WORKER, bytes, configureCluster, temporaryFolder } from '../store/cluster.ts'

const SECONDS = Number(process.argv[2] ?? 4)
const VALUE = new Uint8Array(1024).fill(120)

interface Row {
  operation: string
  clients: number
  via: string
  perSecond: number
  p50: number
  p99: number
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
  latencies.sort((a, b) => a - b)
  const at = (share: number) => Number(latencies[Math.floor(latencies.length * share)]!.toFixed(2))
  return { operation, clients, via, perSecond: Math.round(latencies.length / seconds), p50: at(0.5), p99: at(0.99) }
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
else await main()
