/**
 * Requests per second and latency of the API server, through the load balancer of a lab with three masters and straight
 * to one master, with 1 and 16 connections. Run: node test/bench/api.ts [seconds]
 *
 * The load comes from one Node process on the same machine, so it competes with the servers for the cores.
 */

import { Agent, request } from 'node:https'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleIfStale } from '../../tools/bundle.ts'
import type { LabConfig } from '../../engine/lab/config.ts'
import { TestLab } from '../e2e/lab.ts'

const seconds = Number(process.argv[2] ?? 5)
const CONNECTIONS = [1, 16]
/** 1.2 KB of ConfigMap, and a list of 100 of them. */
const VALUE = 'x'.repeat(900)
const LISTED = 100

interface Row {
  name: string
  perSecond: number
  p50: number
  p99: number
}

await bundleIfStale()
const lab = new TestLab('bench-api')
try {
  await lab.up('--workers', '0')
  const config = JSON.parse(readFileSync(join(lab.paths.folder, 'lab.json'), 'utf8')) as LabConfig
  const master = config.machines.find(m => m.role === 'control-plane')!
  for (const [way, port] of [
    ['load balancer', config.ports.apiServer],
    ['one master', (master.ports as { api: number }).api],
  ] as const) {
    const rows: Row[] = []
    for (const connections of CONNECTIONS)
      rows.push(...(await measure(port, connections, `${way.replace(' ', '-')}-${connections}`)))
    print(way, rows)
  }
} finally {
  await lab.remove()
}

async function measure(port: number, connections: number, namespace: string): Promise<Row[]> {
  const read = (file: string) => readFileSync(join(lab.paths.pki, file), 'utf8')
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    ca: read('ca.crt'),
    cert: read('admin.crt'),
    key: read('admin.key'),
  })
  const call = (method: string, path: string, body?: object) => send(agent, port, method, path, body)
  const maps = `/api/v1/namespaces/${namespace}/configmaps`
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value: VALUE } })
  await call('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  for (let i = 0; i < LISTED; i++) await call('POST', maps, map(`item-${i}`))
  let n = 0
  const load = (name: string, action: () => Promise<void>) =>
    drive(`${name}, ${connections} connection${connections > 1 ? 's' : ''}`, connections, action)
  try {
    return [
      await load('GET', () => call('GET', `${maps}/item-7`)),
      await load(`LIST of ${LISTED}`, () => call('GET', `${maps}?fieldSelector=metadata.name!=none`)),
      await load(`LIST of ${LISTED}, cache`, () => call('GET', `${maps}?resourceVersion=0`)),
      await load('POST', () => call('POST', maps, map(`new-${n++}`))),
    ]
  } finally {
    agent.destroy()
  }
}

/** Keeps `connections` requests under way for the time of one measurement. */
async function drive(name: string, connections: number, action: () => Promise<void>): Promise<Row> {
  const latencies: number[] = []
  const end = performance.now() + seconds * 1000
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const at = performance.now()
        await action()
        latencies.push(performance.now() - at)
      }
    }),
  )
  const elapsed = (performance.now() - begun) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]
  return { name, perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) }
}

function send(agent: Agent, port: number, method: string, path: string, body?: object): Promise<void> {
  const payload = body && JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: payload ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) } : {},
      },
      response => {
        response.resume()
        response.once('end', () => {
          if ((response.statusCode ?? 500) < 400) resolve()
          else reject(new Error(`${method} ${path}: ${response.statusCode}`))
        })
        response.once('error', reject)
      },
    )
    sent.once('error', reject)
    sent.end(payload)
  })
}

function print(way: string, rows: Row[]): void {
  console.log(`\nthrough ${way}`.padEnd(42) + 'per second      p50 ms      p99 ms')
  for (const row of rows)
    console.log(
      `  ${row.name}`.padEnd(40) +
        [Math.round(row.perSecond), row.p50.toFixed(2), row.p99.toFixed(2)].map(v => String(v).padStart(11)).join(' '),
    )
}
