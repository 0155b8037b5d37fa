/**
 * What many Services cost the proxy of a node, and how soon a changed endpoint decides: a real lab with Services of ten
 * endpoints each. The new decision is asked for without end through the node's gateway, from the moment of the write on.
 *
 *   node test/bench/network/changes.ts [--services 100,500,1000] [--changes 60]
 */

import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseArgs } from 'node:util'
import type { EndpointSlice, Service } from '../../../engine/api/types.ts'
import { ServiceTable } from '../../../engine/network/services/service-table.ts'
import { bundleIfStale } from '../../../tools/bundle.ts'
import { BenchLab, quantile, until } from '../lab/bench-lab.ts'

const { values } = parseArgs({
  options: { services: { type: 'string', default: '100,500,1000' }, changes: { type: 'string', default: '60' } },
})
const ENDPOINTS = 10
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
const AT_ONCE = 16

const counts = values.services.split(',').map(Number)
await bundleIfStale()
const lab = new BenchLab('changes')
try {
  await lab.up('--masters', '1', '--workers', '1')
  const worker = (await lab.status()).machines.find(m => m.name.startsWith('worker'))!
  const { proxy } = await lab.status()
  console.log('| Services | worker RSS, MB | write to decision p50 / p99, ms | in the table: bytes | µs per change |')
  console.log('|---|---|---|---|---|')
  let made = 0
  for (const count of counts) {
    for (; made < count; made += AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - made) }, (_, i) => make(made + i)))
    made = count
    await until(async () => (await decision(proxy, addressOf(count - 1))) !== '', 120_000)
    const times: number[] = []
    for (let i = 0; i < Number(values.changes); i++) times.push(await change(proxy, (i * 37) % count, i + 1))
    const { bytes, micros } = inTheTable(count)
    const ms = `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.99).toFixed(1)}`
    console.log(`| ${count} | ${residentMegabytes(worker.pid!)} | ${ms} | ${bytes} each | ${micros.toFixed(1)} |`)
  }
} finally {
  await lab.remove()
}

function nameOf(i: number): string {
  return `s-${i}`
}

function addressOf(i: number): string {
  return `10.96.${100 + (i >> 8)}.${i & 255}`
}

/** Addresses in the pods' range that no pod has: who is sent there is told so, and by that where it was sent. */
function sliceOf(i: number, generation: number): EndpointSlice {
  const endpoints = Array.from({ length: ENDPOINTS }, (_, e) => ({
    addresses: [`10.244.${200 + (generation % 50)}.${1 + e + (i % 20) * 12}`],
    conditions: { ready: true },
  }))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: nameOf(i), namespace: 'default', labels: { 'kubernetes.io/service-name': nameOf(i) } },
    addressType: 'IPv4',
    ports: [{ name: '', port: 80, protocol: 'TCP' }],
    endpoints,
  }
}

function serviceOf(i: number): Service {
  const metadata = { name: nameOf(i), namespace: 'default' }
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: addressOf(i), ports: [{ port: 80 }] },
  } as Service
}

async function make(i: number): Promise<void> {
  await lab.rest.request('POST', '/api/v1/namespaces/default/services', { body: serviceOf(i) })
  await lab.rest.request('POST', SLICES, { body: sliceOf(i, 0) })
}

/** Changes all endpoints of one Service; gives how long after the write began (ms) connections went to the new ones. */
async function change(proxy: string, i: number, generation: number): Promise<number> {
  const wanted = `10.244.${200 + (generation % 50)}.`
  const began = performance.now()
  const { endpoints } = sliceOf(i, generation)
  const written = lab.rest.request('PATCH', `${SLICES}/${nameOf(i)}`, {
    body: { endpoints },
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  while (!(await decision(proxy, addressOf(i))).startsWith(wanted));
  const took = performance.now() - began
  await written
  return took
}

/** Where a connection to the address is sent now; empty if it is refused. */
function decision(proxy: string, address: string): Promise<string> {
  const { hostname, port } = new URL(proxy)
  return new Promise((resolve, reject) => {
    const asking = request({
      host: hostname,
      port,
      path: `http://${address}/`,
      headers: { host: address },
      agent: false,
    })
    asking.on('response', response => {
      let text = ''
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve(/(10\.244\.\d+\.\d+):80/.exec(text)?.[1] ?? ''))
    })
    asking.on('error', reject)
    asking.end()
  })
}

function residentMegabytes(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024)
}

/** The proxy's own table alone: bytes of heap per Service, and the time from a change to the decision. */
function inTheTable(count: number): { bytes: number; micros: number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().heapUsed
  const table = new ServiceTable('worker-1')
  for (let i = 0; i < count; i++) {
    table.setService(serviceOf(i))
    table.setSlice(sliceOf(i, 0))
    table.at(addressOf(i), 'TCP', 80)
  }
  collect()
  const bytes = Math.round((process.memoryUsage().heapUsed - before) / count)
  const changes = Array.from({ length: 2_000 }, (_, i) => sliceOf(i % count, i))
  const began = performance.now()
  for (const [i, slice] of changes.entries()) {
    table.setSlice(slice)
    table.at(addressOf(i % count), 'TCP', 80)
  }
  return { bytes, micros: ((performance.now() - began) * 1000) / changes.length }
}
