/**
 * Our store beside etcd: the same gRPC client, three members each as processes of their own, TLS everywhere, the same
 * disk, in turns within one run. Run: node test/bench/etcd.ts [puts=100000] [seconds a measurement=2]
 */
import { Client, Metadata, credentials } from '@grpc/grpc-js'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { silentLogger } from '../../engine/base/log.ts'
import { SERVICES } from '../../engine/store/etcd/services.ts'
import type { Method } from '../../engine/store/etcd/services.ts'
import type { Draft } from '../../engine/store/etcd/wire.ts'
import { startStoreWorker } from '../../engine/store/remote.ts'
import type { StoreMemberConfig } from '../../engine/store/remote.ts'
import { bundleInto } from '../../tools/bundle.ts'
import { bytes, temporaryFolder } from '../store/cluster.ts'
import { configureMembers, isInstalled, kill, launchEtcd, startEtcd } from '../store/etcd/processes.ts'
import type { Tls } from '../store/etcd/processes.ts'
import './interrupt.ts'

const PUTS = Number(process.argv[2] ?? 100_000)
const SECONDS = Number(process.argv[3] ?? 2)
const ROUNDS = 2
const NAMES = ['m1', 'm2', 'm3']
const VALUE = new Uint8Array(256).fill(120)
const CONNECTIONS = 4
const WATCHERS = 100
const KILLS = 3
const PATIENCE_MS = 30_000

const { KV, Watch, Maintenance } = SERVICES

interface Member {
  endpoint: string
  folder: string
  process: ChildProcess
  /** Starts it again, once its process has ended. */
  launch(): ChildProcess
}

/** A system under test. */
class System {
  readonly name: string
  readonly members: Member[]
  readonly #credentials: ReturnType<typeof credentials.createSsl>
  #clients: Client[] = []

  constructor(name: string, members: Member[], { ca, cert, key }: Tls) {
    this.name = name
    this.members = members
    this.#credentials = credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert))
  }

  client(endpoint: string): Client {
    return new Client(endpoint, this.#credentials, {
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 100,
    })
  }

  /** Connections to the leader, for all measurements up to the next change of it. */
  async connect(): Promise<void> {
    this.close()
    const leader = await this.leader()
    this.#clients = Array.from({ length: CONNECTIONS }, () => this.client(leader.endpoint))
  }

  call<Q, A>(i: number, method: Method<Q, A>, request: Draft<Q>): Promise<A> {
    return call(this.#clients[i % CONNECTIONS]!, method, request)
  }

  put(i: number, key: string): Promise<unknown> {
    return this.call(i, KV.put, { key: bytes(key), value: VALUE })
  }

  async leader(): Promise<Member> {
    const end = performance.now() + PATIENCE_MS
    while (performance.now() < end) {
      for (const member of this.members) {
        const client = this.client(member.endpoint)
        try {
          const status = await call(client, Maintenance.status, {}, 1000)
          if (status.leader && status.leader === status.header?.memberId) return member
        } catch (error) {
          if (performance.now() > end) throw error
        } finally {
          client.close()
        }
      }
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    throw new Error(`${this.name} has no leader after ${PATIENCE_MS} ms`)
  }

  close(): void {
    for (const client of this.#clients) client.close()
    this.#clients = []
  }

  async stop(): Promise<void> {
    this.close()
    await Promise.all(this.members.map(member => kill(member.process)))
  }
}

function call<Q, A>(client: Client, method: Method<Q, A>, request: Draft<Q>, timeoutMs = 30_000): Promise<A> {
  return new Promise((resolve, reject) =>
    client.makeUnaryRequest(
      method.path,
      (value: Draft<Q>) => method.request.encode(value),
      data => method.response.decode(data),
      request,
      new Metadata(),
      { deadline: Date.now() + timeoutMs },
      (error, value) => (error ? reject(error) : resolve(value!)),
    ),
  )
}

interface Row {
  measurement: string
  unit: string
  ours: number
  etcd: number
}

const rows: Row[] = []

/** Measures both in turns; the mean of the rounds counts. */
async function compare(systems: System[], measurement: string, unit: string, act: (s: System) => Promise<number>) {
  const sums = systems.map(() => 0)
  const rounds = unit.endsWith('/s') || unit === 'ms' ? ROUNDS : 1
  for (let round = 0; round < rounds; round++)
    for (const [i, system] of systems.entries()) sums[i]! += (await act(system)) / rounds
  const [ours = 0, etcd = 0] = sums
  rows.push({ measurement, unit, ours, etcd })
  const ratio = unit.endsWith('/s') ? ours / etcd : etcd / ours
  const print = (n: number) => n.toFixed(n < 100 ? 1 : 0).padStart(9)
  const verdict = `${ratio.toFixed(2)} × ${ratio >= 1 ? 'better' : 'as good'}`
  console.log(`${measurement.padEnd(44)} ${unit.padEnd(5)} ${print(ours)} ${print(etcd)}   ${verdict}`)
}

/** Operations a second with so many callers at a time. */
async function throughput(callers: number, act: (i: number, caller: number) => Promise<unknown>): Promise<number> {
  const start = performance.now()
  const end = start + SECONDS * 1000
  let n = 0
  let done = 0
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (performance.now() < end) {
        await act(n++, caller)
        done++
      }
    }),
  )
  return (done * 1000) / (performance.now() - start)
}

async function main(): Promise<void> {
  if (!isInstalled('etcd')) throw new Error('etcd is not installed: on Debian, apt install etcd-server')
  const folder = temporaryFolder()
  const systems: System[] = []
  try {
    systems.push(await startOurs(folder.path))
    systems.push(await startTheirs(folder.path))
    console.log(`${''.padEnd(44)} ${''.padEnd(5)} ${'ours'.padStart(9)} ${'etcd'.padStart(9)}`)
    await Promise.all(systems.map(system => system.connect()))
    await measureRequests(systems)
    await compare(systems, `watch: events to ${WATCHERS} watchers`, '1/s', fanOut)
    await compare(systems, `${PUTS} puts, 64 at a time`, '1/s', fill)
    for (const system of systems) await compact(system)
    await compare(systems, `memory of the leader after ${PUTS} puts`, 'MB', async s => memory(await s.leader()))
    await compare(systems, 'files of the leader, compacted', 'MB', async s => size((await s.leader()).folder))
    await compare(systems, 'leader killed: until the next write', 'ms', failover)
    await compare(systems, `all killed: until ${PUTS} keys can be read`, 'ms', restart)
  } finally {
    await Promise.all(systems.map(system => system.stop()))
    folder.remove()
  }
}

async function measureRequests(systems: System[]): Promise<void> {
  for (const callers of [1, 16, 64])
    await compare(systems, `put 256 B, ${callers} at a time`, '1/s', s =>
      throughput(callers, (i, caller) => s.put(caller, `put/${i % 10_000}`)),
    )
  const key = bytes('put/1')
  for (const serializable of [false, true])
    for (const callers of [1, 64])
      await compare(systems, `get, ${serializable ? 'serializable' : 'linearizable'}, ${callers} at a time`, '1/s', s =>
        throughput(callers, (_, caller) => s.call(caller, KV.range, { key, serializable })),
      )
  for (const system of systems) await concurrently(1000, i => system.put(i, `range/${String(i).padStart(4, '0')}`))
  await compare(systems, 'range of 1,000 keys, 4 at a time', '1/s', s =>
    throughput(4, (_, caller) => s.call(caller, KV.range, { key: bytes('range/'), rangeEnd: bytes('range0') })),
  )
}

async function concurrently(n: number, act: (i: number) => Promise<unknown>, callers = 64): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < n) await act(next++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

/** Events delivered a second, to all watchers together. */
async function fanOut(system: System): Promise<number> {
  const events = 300
  const { endpoint } = await system.leader()
  const clients = Array.from({ length: CONNECTIONS }, () => system.client(endpoint))
  const { path, request, response } = Watch.watch
  let delivered = 0
  let made = 0
  const all = Promise.withResolvers<void>()
  const ready = Promise.withResolvers<void>()
  const streams = Array.from({ length: WATCHERS }, (_, i) => {
    const stream = clients[i % CONNECTIONS]!.makeBidiStreamRequest(
      path,
      (value: Parameters<typeof request.encode>[0]) => request.encode(value),
      data => response.decode(data),
    )
    stream.on('data', ({ created, events: got }: { created: boolean; events: unknown[] }) => {
      if (created && ++made === WATCHERS) ready.resolve()
      delivered += got.length
      if (delivered === events * WATCHERS) all.resolve()
    })
    stream.on('error', () => {})
    stream.write({ createRequest: { key: bytes('fan') } })
    return stream
  })
  await ready.promise
  const start = performance.now()
  await concurrently(events, i => system.put(i, 'fan'), 16)
  await all.promise
  const seconds = (performance.now() - start) / 1000
  for (const stream of streams) stream.cancel()
  for (const client of clients) client.close()
  return (events * WATCHERS) / seconds
}

let filled = 0

async function fill(system: System): Promise<number> {
  const start = performance.now()
  const share = Math.ceil(PUTS / ROUNDS)
  const round = Math.floor(filled++ / 2)
  await concurrently(share, i => system.put(i, `fill/${round * share + i}`))
  return (share * 1000) / (performance.now() - start)
}

async function compact(system: System): Promise<void> {
  const { header } = await system.call(0, KV.range, { key: bytes('fill/0') })
  await system.call(0, KV.compact, { revision: header!.revision, physical: true })
  for (const { endpoint } of system.members) {
    const client = system.client(endpoint)
    await call(client, Maintenance.defragment, {}, 60_000)
    client.close()
  }
}

/** Resident memory in MB. Linux alone tells it this way. */
function memory({ process: { pid } }: Member): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return Number(kilobytes) / 1024
}

function size(path: string): number {
  const all = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return all.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0) / 2 ** 20
}

/** Milliseconds from the end of the leader's process to the first write that the others take, on average. */
async function failover(system: System): Promise<number> {
  let sum = 0
  for (let i = 0; i < KILLS; i++) {
    const leader = await system.leader()
    const clients = system.members.filter(m => m !== leader).map(m => system.client(m.endpoint))
    await Promise.all(clients.map(client => call(client, KV.range, { key: bytes('put/1') })))
    await kill(leader.process)
    const start = performance.now()
    await Promise.any(clients.map(client => untilAnswered(() => call(client, KV.put, { key: bytes('after') }, 250))))
    sum += performance.now() - start
    for (const client of clients) client.close()
    leader.process = leader.launch()
    const back = system.client(leader.endpoint)
    await untilAnswered(() => call(back, KV.range, { key: bytes('after') }, 1000))
    back.close()
  }
  return sum / KILLS
}

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (performance.now() > end) throw error
      // Not yet: that is what is measured.
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }
}

async function restart(system: System): Promise<number> {
  await Promise.all(system.members.map(member => kill(member.process)))
  const start = performance.now()
  for (const member of system.members) member.process = member.launch()
  const client = system.client(system.members[0]!.endpoint)
  const range = { key: bytes('fill/'), rangeEnd: bytes('fill0'), countOnly: true }
  const { count } = await untilAnswered(() => call(client, KV.range, range, 5000))
  const took = performance.now() - start
  client.close()
  if (count < PUTS) throw new Error(`${system.name} has ${count} of ${PUTS} keys after its start`)
  return took
}

async function startOurs(parent: string): Promise<System> {
  const folder = join(parent, 'ours')
  const dist = join(parent, 'dist')
  mkdirSync(dist)
  // What has native code is not in the bundle.
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(parent, 'node_modules'), 'junction')
  await bundleInto(dist)
  const { configs, client } = await configureMembers(folder, NAMES)
  const members = configs.map(config => {
    const env = {
      ...process.env,
      MEMBER: JSON.stringify(config),
      WORKER: pathToFileURL(join(dist, 'store-worker.mjs')).href,
    }
    const launch = () => fork(new URL(import.meta.url), ['member'], { env })
    return { endpoint: `127.0.0.1:${config.client!.port}`, folder: config.dataDir, process: launch(), launch }
  })
  return new System('ours', members, client)
}

async function startTheirs(parent: string): Promise<System> {
  const folder = join(parent, 'etcd')
  const { processes, client } = await startEtcd(folder, NAMES)
  const members = processes.map(({ name, endpoint, args, process }) => ({
    endpoint,
    folder: join(folder, name),
    process,
    launch: () => launchEtcd(args),
  }))
  return new System('etcd', members, client)
}

/** One of our members, until the process is ended. */
async function runMember(): Promise<void> {
  const config = JSON.parse(process.env.MEMBER!) as StoreMemberConfig
  process.on('disconnect', () => process.exit())
  await startStoreWorker(config, { entry: new URL(process.env.WORKER!), log: silentLogger })
}

await (process.argv[2] === 'member' ? runMember() : main())
