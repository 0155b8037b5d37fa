/**
 * How the API server grows: latencies and memory with 1,000, 10,000 and more objects in a lab with three masters, and what
 * a change costs with 1,000 watchers. Run: node test/bench/api-growth.ts [objects=100000] [watchers=1000]
 */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, type ClientHttp2Session } from 'node:http2'
import { join } from 'node:path'
import { RestClient } from '../../engine/client/rest.ts'
import type { LabConfig } from '../../engine/lab/config.ts'
import { bundleIfStale } from '../../tools/bundle.ts'
import { eventually, TestLab } from '../e2e/lab.ts'

const most = Number(process.argv[2] ?? 100_000)
const watchers = Number(process.argv[3] ?? 1000)
const MAPS = '/api/v1/namespaces/default/configmaps'
const VALUE = 'x'.repeat(900)
const WRITERS = 32
const STREAMS_PER_SESSION = 100
const CHANGES = 50

interface Row {
  objects: number
  'GET p50 ms': string
  'GET p99 ms': string
  'page of 500 p50 ms': string
  'list of all ms': string
  'PATCH p50 ms': string
  'MiB per master': number
}

await bundleIfStale()
const lab = new TestLab('bench-growth')
try {
  await lab.up('--workers', '0')
  const config = JSON.parse(readFileSync(join(lab.paths.folder, 'lab.json'), 'utf8')) as LabConfig
  const read = (file: string) => readFileSync(join(lab.paths.pki, file), 'utf8')
  const credentials = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  const server = `https://127.0.0.1:${config.ports.apiServer}`
  const rest = new RestClient({ server, ...credentials, userAgent: 'bench', maxConnections: WRITERS })
  const rows: Row[] = []
  let made = 0
  for (let wanted = 1000; wanted <= most; wanted *= 10) {
    await fill(rest, made, wanted)
    made = wanted
    rows.push(await measure(rest, made))
  }
  console.table(rows)
  const first = rows[0]!
  const last = rows.at(-1)!
  if (last !== first) {
    const each = ((last['MiB per master'] - first['MiB per master']) / (last.objects - first.objects)) * 1000
    console.log(`memory per 1,000 objects of 1.2 KB and master: ${each.toFixed(2)} MiB`)
  }
  await watchAll(rest, server, credentials)
  rest.dispose()
} finally {
  await lab.remove()
}

async function fill(rest: RestClient, from: number, to: number): Promise<void> {
  let next = from
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let i = next++; i < to; i = next++)
        await rest.request('POST', MAPS, {
          body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: nameOf(i) }, data: { value: VALUE } },
        })
    }),
  )
}

function nameOf(i: number): string {
  return `item-${String(i).padStart(7, '0')}`
}

async function measure(rest: RestClient, objects: number): Promise<Row> {
  const some = (n: number, act: (i: number) => Promise<unknown>) => timed(n, i => act(Math.floor((i * objects) / n)))
  const get = await some(300, i => rest.request('GET', `${MAPS}/${nameOf(i)}`))
  const page = await some(20, () => rest.requestText('GET', MAPS, { query: { limit: 500 } }))
  const all = await some(3, () => rest.requestText('GET', MAPS))
  const patch = await some(100, i =>
    rest.request('PATCH', `${MAPS}/${nameOf(i)}`, {
      body: { data: { touched: String(Math.random()) } },
      contentType: 'application/merge-patch+json',
    }),
  )
  return {
    objects,
    'GET p50 ms': at(get, 0.5),
    'GET p99 ms': at(get, 0.99),
    'page of 500 p50 ms': at(page, 0.5),
    'list of all ms': at(all, 0.5),
    'PATCH p50 ms': at(patch, 0.5),
    'MiB per master': await memory(),
  }
}

async function timed(n: number, act: (i: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < n; i++) {
    const begun = performance.now()
    await act(i)
    took.push(performance.now() - begun)
  }
  return took.sort((a, b) => a - b)
}

function at(sorted: number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2)
}

/** Resident memory of a master, on average. */
async function memory(): Promise<number> {
  const masters = (await lab.status()).machines.filter(machine => machine.role === 'control-plane')
  const sizes = masters.map(({ pid }) =>
    Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout),
  )
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length / 1024)
}

/** Opens the watches, changes one object again and again, and tells when each change reached each watcher. */
async function watchAll(rest: RestClient, server: string, credentials: { ca: string; cert: string; key: string }) {
  const before = await memory()
  const list = await rest.request<{ metadata: { resourceVersion: string } }>('GET', MAPS, { query: { limit: 1 } })
  const sessions: ClientHttp2Session[] = []
  const latencies: number[] = []
  let open = 0
  let delivered = 0
  for (let i = 0; i < watchers; i++) {
    if (i % STREAMS_PER_SESSION === 0) sessions.push(connect(server, credentials))
    const version = list.metadata.resourceVersion
    const stream = sessions.at(-1)!.request({ ':path': `${MAPS}?watch=true&resourceVersion=${version}` })
    stream.on('response', () => open++)
    let rest = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      const now = performance.now()
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        const sent = /"sent":"([\d.]+)"/.exec(line)?.[1]
        if (sent === undefined) continue
        latencies.push(now - Number(sent))
        delivered++
      }
    })
  }
  await eventually(async () => open === watchers)
  const during = await memory()
  const begun = performance.now()
  for (let i = 0; i < CHANGES; i++) {
    await rest.request('PATCH', `${MAPS}/${nameOf(0)}`, {
      body: { data: { sent: String(performance.now()) } },
      contentType: 'application/merge-patch+json',
    })
    await eventually(async () => delivered === (i + 1) * watchers, 60_000)
  }
  const seconds = (performance.now() - begun) / 1000
  for (const session of sessions) session.destroy()
  latencies.sort((a, b) => a - b)
  console.log(
    `${watchers} watchers: from the request to the event p50 ${at(latencies, 0.5)} ms, p99 ${at(latencies, 0.99)} ms; ` +
      `${Math.round((CHANGES * watchers) / seconds)} events per second; ${during - before} MiB per master for the watches`,
  )
}
