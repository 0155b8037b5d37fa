/**
 * How long a lab of 3 masters and 3 workers takes from nothing to Ready and to a first running pod, and what it costs
 * when it is idle. Run: node test/bench/start.ts [rounds]
 */

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleIfStale } from '../../tools/bundle.ts'
import { root } from '../../tools/sources.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import type { LabStatus } from '../../engine/lab/contract.ts'
import { PODS } from '../../engine/client/resources.ts'
import { ResourceClient } from '../../engine/client/resource-client.ts'
import { RestClient } from '../../engine/client/rest.ts'
import { lines } from '../../engine/client/cache/reflector.ts'

const rounds = Number(process.argv[2] ?? 3)
/** The lab settles for so long before its idle cost is taken, over the same time. */
const SETTLE_S = 10
const MEASURE_S = 20

await bundleIfStale()
const dataDir = mkdtempSync(join(tmpdir(), 'kubarium-bench-'))
const cli = (...args: string[]) =>
  execFileSync(process.execPath, [join(root, 'app/cli/kubarium.mjs'), 'lab', ...args, '--data-dir', dataDir], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
const rows: { ready: number; pod: number; again: number }[] = []
let idle: { memory: Map<string, number>; own: Map<string, number>; cpu: Map<string, number> } | undefined

try {
  for (let round = 0; round < rounds; round++) {
    const name = `bench-${round}`
    const begun = performance.now()
    await up(name)
    const ready = performance.now() - begun
    await firstPod(name)
    const pod = performance.now() - begun
    if (round === rounds - 1) idle = await measureIdle(name)
    cli('down', name)
    const resumed = performance.now()
    await up(name)
    rows.push({ ready, pod, again: performance.now() - resumed })
    cli('down', name)
    cli('delete', name)
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
console.log(`\n3 masters + 3 workers, ${rounds} rounds (median; all)`)
console.log(
  `  all nodes Ready        ${seconds(median(rows.map(r => r.ready)))}   ${rows.map(r => seconds(r.ready)).join(', ')}`,
)
console.log(
  `  first pod Running      ${seconds(median(rows.map(r => r.pod)))}   ${rows.map(r => seconds(r.pod)).join(', ')}`,
)
console.log(
  `  up again, with state   ${seconds(median(rows.map(r => r.again)))}   ${rows.map(r => seconds(r.again)).join(', ')}`,
)
const total = [...idle!.memory.values()].reduce((a, b) => a + b, 0)
console.log(
  `  memory, idle (RSS)     ${mib(total)} (${Array.from(idle!.memory, ([k, v]) => `${k} ${mib(v)}`).join(', ')})`,
)
const own = [...idle!.own.values()]
if (own.length) console.log(`  shared pages once (PSS) ${mib(own.reduce((a, b) => a + b, 0))}`)
const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const busy = [...idle!.cpu.values()].reduce((a, b) => a + b, 0)
console.log(
  `  processor, idle        ${percent(busy)} of one core (${Array.from(idle!.cpu, ([k, v]) => `${k} ${percent(v)}`).join(', ')})`,
)

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

/** `lab up` until it says that all nodes are Ready. */
function up(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [join(root, 'app/cli/kubarium.mjs'), 'lab', 'up', name, '--workers', '3', '--data-dir', dataDir],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let text = ''
    child.stderr.on('data', chunk => (text += chunk))
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(text))))
  })
}

async function firstPod(name: string): Promise<void> {
  const pki = join(dataDir, 'labs', name, 'pki')
  const read = (file: string) => readFileSync(join(pki, file), 'utf8')
  const { apiServer } = JSON.parse(cli('status', name, '-o', 'json')) as LabStatus
  const rest = new RestClient({
    server: apiServer,
    ca: read('ca.crt'),
    cert: read('admin.crt'),
    key: read('admin.key'),
    userAgent: 'bench',
  })
  try {
    const pods = new ResourceClient(rest, PODS)
    await retry(() => rest.request('GET', '/api/v1/namespaces/default/serviceaccounts/default'))
    await pods.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'first', namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'pause' }] },
    })
    const watch = await rest.stream('GET', pods.path('default'), {
      query: { watch: true, fieldSelector: 'metadata.name=first' },
    })
    for await (const line of lines(watch)) if (JSON.parse(line).object.status?.phase === 'Running') break
    watch.destroy()
  } finally {
    rest.dispose()
  }
}

/** The default service account is made by a controller, a moment after the nodes are Ready. */
async function retry<T>(action: () => Promise<T>): Promise<T> {
  const end = performance.now() + 20_000
  for (;;) {
    try {
      return await action()
    } catch (error) {
      if (performance.now() > end) throw error
      await new Promise(done => setTimeout(done, 20))
    }
  }
}

async function measureIdle(name: string) {
  const status = JSON.parse(cli('status', name, '-o', 'json')) as LabStatus
  const processes = new Map([['host', status.pid], ...status.machines.map((m): [string, number] => [m.name, m.pid!])])
  const platform = currentPlatform()
  const usage = () => platform.usage([...processes.values()])
  await new Promise(done => setTimeout(done, SETTLE_S * 1000))
  const before = usage()
  await new Promise(done => setTimeout(done, MEASURE_S * 1000))
  const after = usage()
  const share = (pid: number) => (after.get(pid)!.cpuSeconds - before.get(pid)!.cpuSeconds) / MEASURE_S
  const cpu = new Map(Array.from(processes, ([n, pid]) => [n, share(pid)]))
  const memory = new Map(Array.from(processes, ([n, pid]) => [n, after.get(pid)!.memory]))
  const own = new Map(
    Array.from(processes).flatMap(([n, pid]) => proportional(pid).map((bytes): [string, number] => [n, bytes])),
  )
  return { memory, own, cpu }
}

/** The share of memory that a process has to itself, with pages that several map divided among them; Linux tells it. */
function proportional(pid: number): number[] {
  const file = `/proc/${pid}/smaps_rollup`
  const match = existsSync(file) ? /^Pss:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8')) : null
  return match ? [Number(match[1]) * 1024] : []
}
