/**
 * Many pods on two workers for a long time, while processes and machines are killed at random. At the end all pods go:
 * no process, folder, socket or port of theirs may be left, and memory must not have grown.
 *
 *   node test/bench/soak.ts [--pods 200] [--minutes 20] [--seed 1]
 */

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { KubeObject } from '../../engine/api/object.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { seededRandom } from '../../engine/base/random.ts'
import { ResourceClient } from '../../engine/client/resource-client.ts'
import { DEPLOYMENTS } from '../../engine/client/resources.ts'
import { readRecord } from '../../engine/kubelet/pods/record.ts'
import { bundleIfStale } from '../../tools/bundle.ts'
import { BenchLab, isReady, until } from './lab/bench-lab.ts'

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const count = Number(values.pods)
const endMs = performance.now() + Number(values.minutes) * 60_000
const random = seededRandom(Number(values.seed))
const platform = currentPlatform()
const pick = <T>(list: T[]): T => list[Math.floor(random.next() * list.length)]
/** Each client keeps up to 16 connections for its next request; the host and the masters hold the other ends. */
const KEPT_SOCKETS = 96
const pause = (ms: number) => new Promise(done => setTimeout(done, ms))

await bundleIfStale()
const lab = new BenchLab('soak')
try {
  await lab.up('--masters', '1', '--workers', '2', '--worker-capacity', `cpu=8,memory=16Gi,pods=${count}`)
  await pause(5_000)
  const before = await resources()
  await apply()
  await settled(180_000)
  await pause(10_000)
  const full = await resources()
  console.log(`${count} pods run; killing for ${values.minutes} min`)
  const kills = { processes: 0, machines: 0 }
  for (let round = 1; performance.now() < endMs; round++) {
    if (round % 20 === 0) {
      const machine = pick(['worker-1', 'worker-2'])
      await lab.cli('machine', 'kill', machine, '--lab', lab.name)
      await pause(random.next() * 3_000)
      await lab.cli('machine', 'start', machine, '--lab', lab.name)
      kills.machines++
    } else if (killSomething()) kills.processes++
    await pause(1_000 + random.next() * 2_000)
  }
  await settled(360_000)
  // Machines that were killed have young processes: what they use is compared once they have settled as well.
  await pause(30_000)
  const late = await resources()
  await new ResourceClient(lab.rest, DEPLOYMENTS).deleteCollection('default')
  await until(async () => (await lab.pods.list('default')).items.length === 0, 180_000)
  await pause(10_000)
  const after = await resources()
  console.log(`killed ${kills.processes} processes, ${kills.machines} machines`)
  table({ before, [`${count} pods`]: full, 'after the kills': late, 'all gone': after })
  const left = leftovers(before, after)
  console.log(left.length ? `left behind:\n  ${left.join('\n  ')}` : 'nothing is left behind')
  process.exitCode = left.length ? 1 : 0
} finally {
  await lab.remove()
}

/** Half of the pods are a shell's sleep; some serve, some end by themselves now and then. */
async function apply(): Promise<void> {
  const kinds = {
    sleeper: { share: 0.6, image: 'busybox', command: ['sleep', '36000'] },
    restarter: { share: 0.2, image: 'busybox', command: ['sh', '-c', 'sleep $((60 + $$ % 120)); exit 1'] },
    writer: { share: 0.15, image: 'busybox', command: ['sh', '-c', 'while true; do date; sleep 1; done'] },
    server: { share: 0.05, image: 'echo' },
  }
  for (const [name, { share, ...container }] of Object.entries(kinds)) {
    const labels = { app: name }
    await new ResourceClient(lab.rest, DEPLOYMENTS).create({
      metadata: { name, namespace: 'default' },
      spec: {
        replicas: Math.round(count * share),
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            terminationGracePeriodSeconds: 1,
            containers: [{ name: 'c', ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
            volumes: [{ name: 'v', emptyDir: {} }],
          },
        },
      },
    } as unknown as KubeObject)
  }
}

/** Until every pod is Ready, but for those that are just waiting for their next start. */
function settled(withinMs: number): Promise<unknown> {
  return until(async () => {
    const { items } = await lab.pods.list('default')
    const fine = items.filter(pod => isReady(pod) || pod.status?.containerStatuses?.[0]?.state?.waiting)
    return items.length >= count && fine.length === items.length
  }, withinMs)
}

/** Kills the main process of some container. */
function killSomething(): boolean {
  const machine = pick(['worker-1', 'worker-2'])
  const uid = pick(podsOf(machine))
  const identity = uid && readRecord(join(lab.folder, 'machines', machine, 'pods', uid))?.containers.c?.process
  if (!identity) return false
  if (platform.identify([identity.pid]).get(identity.pid) !== identity.started) return false
  platform.killTree(identity.pid)
  return true
}

/** The uids of the pods that have a folder on a machine. */
function podsOf(machine: string): string[] {
  const dir = join(lab.folder, 'machines', machine, 'pods')
  return existsSync(dir) ? readdirSync(dir) : []
}

interface Resources {
  processes: string[]
  folders: string[]
  /** Open ones of the host and of each machine. */
  sockets: Record<string, number>
  descriptors: number
  /** Own pages in MiB, of the host and of each machine. */
  memory: Record<string, number>
}

/** What belongs to the lab now: every process whose environment or command line names its folder, and what they hold. */
async function resources(): Promise<Resources> {
  const status = await lab.status()
  const machines = new Map([['host', status.pid], ...status.machines.map((m): [string, number] => [m.name, m.pid!])])
  const memory: Record<string, number> = {}
  for (const [name, pid] of machines) memory[name] = Math.round((platform.exactMemory([pid]) ?? 0) / 2 ** 20)
  const sockets: Record<string, number> = {}
  let descriptors = 0
  for (const [name, pid] of machines) {
    const links = readdirSync(`/proc/${pid}/fd`).map(fd => linkOf(`/proc/${pid}/fd/${fd}`))
    descriptors += links.length
    sockets[name] = links.filter(link => link.startsWith('socket:')).length
  }
  const folders = ['worker-1', 'worker-2'].flatMap(name => podsOf(name).map(uid => `${name}/${uid}`))
  return { processes: processesOf(lab.dataDir), folders, sockets, descriptors, memory }
}

function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .flatMap(pid => {
      const command = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
      return command.includes(folder) || textOf(`/proc/${pid}/environ`).includes(folder)
        ? [`${pid} ${command.slice(0, 120)}`]
        : []
    })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // processes come and go
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // so do descriptors
  }
}

function leftovers(before: Resources, after: Resources): string[] {
  const more = after.processes.length - before.processes.length
  return [
    ...(more > 0 ? after.processes.map(p => `process ${p}`) : []),
    ...after.folders.map(f => `folder ${f}`),
    ...Object.entries(after.sockets)
      .map(([name, open]) => ({ name, more: open - before.sockets[name] }))
      .filter(({ more }) => more > KEPT_SOCKETS)
      .map(({ name, more }) => `${more} sockets of ${name}`),
  ]
}

function table(columns: Record<string, Resources>): void {
  const of = (value: (r: Resources) => number) =>
    Object.values(columns)
      .map(r => String(value(r)).padStart(16))
      .join('')
  console.log(
    `${''.padEnd(20)}${Object.keys(columns)
      .map(c => c.padStart(16))
      .join('')}`,
  )
  console.log(`${'processes'.padEnd(20)}${of(r => r.processes.length)}`)
  console.log(`${'folders of pods'.padEnd(20)}${of(r => r.folders.length)}`)
  console.log(`${'descriptors'.padEnd(20)}${of(r => r.descriptors)}`)
  for (const name of Object.keys(Object.values(columns)[0].sockets))
    console.log(`${`sockets of ${name}`.padEnd(20)}${of(r => r.sockets[name] ?? 0)}`)
  for (const name of Object.keys(Object.values(columns)[0].memory))
    console.log(`${`MiB of ${name}`.padEnd(20)}${of(r => r.memory[name] ?? 0)}`)
}
