/**
 * What the overlay and the service proxy cost: the same client and server without them on loopback, behind haproxy in its TCP
 * mode where that is installed, as pods that call each other, and through a Service; on one node and on two. Short turns of
 * each follow each other, and the best one counts, as whatever else runs here slows them all.
 *
 *   node test/bench/network/calls.ts [--runtime process] [--pod-network auto] [--proxy-mode iptables] [--rounds 4]
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { freePort } from '../../../engine/base/ports.ts'
import { bundleIfStale } from '../../../tools/bundle.ts'
import { BenchLab, isReady, until } from '../lab/bench-lab.ts'

const { values } = parseArgs({
  options: {
    'pod-network': { type: 'string', default: 'auto' },
    runtime: { type: 'string', default: 'process' },
    'proxy-mode': { type: 'string', default: 'iptables' },
    rounds: { type: 'string', default: '4' },
  },
})
const MEGABYTES = '512'

interface Latency {
  p50: number
  p99: number
  perSecond: number
}
interface Row {
  one: Latency
  fresh: Latency
  many: Latency
  manyFresh: Latency
  megabytesPerSecond: number
}

const scripts = join(import.meta.dirname, '../lab')
const read = (name: string) => readFileSync(join(scripts, name), 'utf8')
const children = new Set<ChildProcess>()
await bundleIfStale()
const lab = new BenchLab('network')
try {
  const machines = ['--masters', '1', '--workers', '2']
  const chosen = ['runtime', 'pod-network', 'proxy-mode'] as const
  await lab.up(...machines, ...chosen.flatMap(option => [`--${option}`, values[option]]))
  const loopback = await server()
  const haproxy = await proxy(loopback)
  await Promise.all([podServer('near', 'worker-1'), podServer('far', 'worker-2')])
  const rows = new Map<string, Row[]>()
  const add = (name: string, row: Row) => rows.set(name, [...(rows.get(name) ?? []), row])
  for (let round = 0; round < Number(values.rounds); round++) {
    add('loopback', await outside(loopback))
    if (haproxy) add('haproxy', await outside(haproxy))
    for (const name of ['near', 'far']) {
      const { podIP } = (await lab.pods.get('default', name)).status!
      add(`pod, ${name}`, await inside(`http://${podIP}:8080`))
      add(`Service, ${name}`, await inside(`http://${name}`))
    }
  }
  print(rows)
} finally {
  for (const child of children) child.kill('SIGKILL')
  await lab.remove()
}

/** A program of this machine; gives its first line. */
async function start(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return line
}

async function server(): Promise<number> {
  const line = await start(process.execPath, [join(scripts, 'network-server.mjs')], { MEGABYTES, ON: '127.0.0.1' })
  return (JSON.parse(line) as { port: number }).port
}

/** haproxy before the port; undefined where there is none. */
async function proxy(target: number): Promise<number | undefined> {
  const port = await freePort()
  const file = join(lab.dataDir, 'haproxy.cfg')
  const times = ['timeout connect 5s', 'timeout client 60s', 'timeout server 60s']
  const parts = ['defaults', ' mode tcp', ...times.map(t => ` ${t}`), 'listen l', ` bind 127.0.0.1:${port}`]
  writeFileSync(file, [...parts, ` server s 127.0.0.1:${target}`, ''].join('\n'))
  const child = spawn('haproxy', ['-f', file], { stdio: 'ignore' })
  children.add(child)
  const missing = await Promise.race([
    once(child, 'spawn').then(() => false),
    once(child, 'error').then(() => true),
  ]).catch(() => true)
  if (missing) {
    children.delete(child)
    return undefined
  }
  await until(
    () =>
      new Promise<boolean>(resolve => {
        const socket = connect({ host: '127.0.0.1', port })
        socket.once('connect', () => resolve(socket.destroy() !== undefined))
        socket.once('error', () => resolve(false))
      }),
  )
  return port
}

async function outside(port: number): Promise<Row> {
  const args = [join(scripts, 'network-client.mjs')]
  return JSON.parse(await start(process.execPath, args, { URL: `http://127.0.0.1:${port}` })) as Row
}

async function inside(url: string): Promise<Row> {
  const command = ['node', '--input-type=module', '-e', read('network-client.mjs')]
  const env = [{ name: 'URL', value: url }]
  await lab.create('client', {
    ...{
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      nodeSelector: { 'kubernetes.io/hostname': 'worker-1' },
    },
    containers: [{ name: 'c', image: 'node', command, env }],
  })
  await until(async () => (await lab.pods.get('default', 'client')).status?.phase === 'Succeeded')
  const { text } = await lab.rest.requestText('GET', '/api/v1/namespaces/default/pods/client/log')
  await lab.pods.delete('default', 'client')
  await until(() =>
    lab.pods.get('default', 'client').then(
      () => false,
      () => true,
    ),
  )
  return JSON.parse(text) as Row
}

/** A pod that serves, with a Service of its name. */
async function podServer(name: string, nodeName: string): Promise<void> {
  const command = ['node', '--input-type=module', '-e', read('network-server.mjs')]
  const env = Object.entries({ MEGABYTES, AT: '8080' }).map(([key, value]) => ({ name: key, value }))
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 }
  await lab.pods.create({
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: {
      nodeSelector: { 'kubernetes.io/hostname': nodeName },
      containers: [{ name: 'c', image: 'node', command, env, readinessProbe }],
    },
  } as never)
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }
  await lab.rest.request('POST', '/api/v1/namespaces/default/services', { body: { metadata: { name }, spec } })
  await until(async () => isReady(await lab.pods.get('default', name)))
}

function print(rows: Map<string, Row[]>): void {
  const best = (list: Row[], of: (row: Row) => number, least: boolean) =>
    list.map(of).reduce((a, b) => (least ? Math.min(a, b) : Math.max(a, b)))
  const base = best(rows.get('loopback')!, r => r.one.p50, true)
  const columns = ['path', 'p50 / p99 ms, kept', 'added p50', 'p50 / p99, new', 'per s, 1', '64', 'new, 64', 'MB/s']
  console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`)
  for (const [name, list] of rows) {
    const ms = (of: (row: Row) => number) => best(list, of, true).toFixed(3)
    const rate = (of: (row: Row) => number) => best(list, of, false)
    const kept = `${ms(r => r.one.p50)} / ${ms(r => r.one.p99)} | ${(Number(ms(r => r.one.p50)) - base).toFixed(3)}`
    const fresh = `${ms(r => r.fresh.p50)} / ${ms(r => r.fresh.p99)}`
    const rates = [rate(r => r.one.perSecond), rate(r => r.many.perSecond), rate(r => r.manyFresh.perSecond)]
    console.log(`| ${name} | ${kept} | ${fresh} | ${rates.join(' | ')} | ${rate(r => r.megabytesPerSecond)} |`)
  }
}
