/**
 * How long a pod takes from its creation until a watch sees it Running and Ready, one at a time and a hundred at once,
 * under each runtime; and what 110 idle pods cost the kubelet. Kubernetes' own objective for a pod's start is 5 s (99 %).
 *
 *   node test/bench/pods.ts [--runtimes process,bubblewrap] [--pod-network auto] [--singles 30] [--at-once 100] [--idle 110]
 */

import { parseArgs } from 'node:util'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { bundleIfStale } from '../../tools/bundle.ts'
import { BenchLab, follow, isReady, quantile, until } from './lab/bench-lab.ts'

const { values } = parseArgs({
  options: {
    'pod-network': { type: 'string', default: 'auto' },
    runtimes: { type: 'string', default: 'process,bubblewrap' },
    singles: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '100' },
    idle: { type: 'string', default: '110' },
  },
})
/** The image that does nothing, and the lightest program there is beside it. */
const IMAGES = {
  'sleep (busybox)': { image: 'busybox', command: ['sleep', '3600'] },
  'pause (Node)': { image: 'pause' },
}
const IDLE_S = 30
const platform = currentPlatform()

await bundleIfStale()
for (const runtime of values.runtimes.split(',')) {
  console.log(`\n${runtime}: from creation to Running and Ready, as a watch sees it`)
  for (const [name, container] of Object.entries(IMAGES)) await starts(runtime, name, container)
  await idles(runtime)
}

async function starts(runtime: string, title: string, container: object): Promise<void> {
  const lab = new BenchLab('pods')
  try {
    await lab.up('--masters', '1', '--workers', '2', '--runtime', runtime, '--pod-network', values['pod-network'])
    const watch = await follow(lab, isReady)
    const spec = { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', ...container }] }
    const timed = async (names: string[]) => {
      const created = new Map<string, number>()
      await Promise.all(
        names.map(name => {
          created.set(name, performance.now())
          return lab.create(name, spec)
        }),
      )
      await watch.when(names)
      return names.map(name => watch.seen.get(name)! - created.get(name)!)
    }
    await timed(['warm-0', 'warm-1', 'warm-2'])
    const single: number[] = []
    for (let i = 0; i < Number(values.singles); i++) single.push(...(await timed([`single-${i}`])))
    row(`${title}, one at a time`, single)
    const names = Array.from({ length: Number(values['at-once']) }, (_, i) => `many-${i}`)
    row(`${title}, ${names.length} at once`, await timed(names))
    watch.close()
  } finally {
    await lab.remove()
  }
}

/** What the machine of a worker costs with no pods and with many that do nothing. */
async function idles(runtime: string): Promise<void> {
  const lab = new BenchLab('idle')
  const count = Number(values.idle)
  try {
    await lab.up('--masters', '1', '--workers', '1', '--runtime', runtime, '--worker-capacity', `pods=${count + 10}`)
    const worker = (await lab.status()).machines.find(m => m.name === 'worker-1')!.pid!
    const empty = await cost(worker)
    const watch = await follow(lab, isReady)
    const names = Array.from({ length: count }, (_, i) => `idle-${i}`)
    const spec = { containers: [{ name: 'c', image: 'busybox', command: ['sleep', '3600'] }] }
    for (const name of names) await lab.create(name, spec)
    await watch.when(names)
    watch.close()
    const full = await cost(worker)
    const programs = platform.treeUsage([worker]).get(worker)!.pids.length - 1
    const perPod = (full.memory - empty.memory) / count / 2 ** 20
    console.log(`  kubelet with ${count} idle pods   ${percent(full.cpu)} of a core (without: ${percent(empty.cpu)})`)
    console.log(
      `  its memory for each pod     ${perPod.toFixed(2)} MiB (own pages: ${mib(empty.memory)} → ${mib(full.memory)} MiB)`,
    )
    console.log(`  processes for each pod      ${(programs / count).toFixed(1)}`)
    await lab.pods.deleteCollection('default', {}, { gracePeriodSeconds: 0 })
    await until(async () => (await lab.pods.list('default')).items.length === 0)
  } finally {
    await lab.remove()
  }
}

async function cost(pid: number): Promise<{ memory: number; cpu: number }> {
  await new Promise(done => setTimeout(done, 5_000))
  const before = platform.usage([pid]).get(pid)!
  await new Promise(done => setTimeout(done, IDLE_S * 1000))
  const after = platform.usage([pid]).get(pid)!
  return {
    memory: platform.exactMemory([pid]) ?? after.memory,
    cpu: (after.cpuSeconds - before.cpuSeconds) / IDLE_S,
  }
}

function row(title: string, ms: number[]): void {
  const [half, most] = [0.5, 0.99].map(share => `${Math.round(quantile(ms, share))} ms`)
  console.log(`  ${title.padEnd(32)} p50 ${half.padStart(8)}   p99 ${most.padStart(8)}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
