/**
 * Requests per second and latency of the API server, through the load balancer of a lab with three masters and straight
 * to one master, with 1, 16 and 64 connections. Run: node test/bench/api.ts [seconds]
 *
 * The load comes from wrk (https://github.com/wg/wrk) on the same machine, with the token of a service account.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LabConfig } from '../../engine/lab/config.ts'
import { bundleIfStale } from '../../tools/bundle.ts'
import { has, run, TestLab } from '../e2e/lab.ts'

const seconds = Number(process.argv[2] ?? 5)
const CONNECTIONS = [1, 16, 64]
/** 1.2 KB of ConfigMap, and a list of 100 of them: 85 KB in Kubernetes' spelling. */
const VALUE = 'x'.repeat(900)
const LISTED = 100

interface Row {
  name: string
  perSecond: number
  p50: number
  p99: number
  failed: number
}

if (!has('wrk', '--version')) {
  console.error('This benchmark needs wrk; install it with your package manager.')
  process.exit(1)
}
await bundleIfStale()
const lab = new TestLab('bench-api')
const folder = mkdtempSync(join(tmpdir(), 'kubarium-wrk-'))
try {
  await lab.up('--workers', '0')
  const config = JSON.parse(readFileSync(join(lab.paths.folder, 'lab.json'), 'utf8')) as LabConfig
  const master = config.machines.find(m => m.role === 'control-plane')!
  await lab.k('create', 'serviceaccount', 'load')
  await lab.k('create', 'clusterrolebinding', 'load', '--clusterrole=cluster-admin', '--serviceaccount=default:load')
  const token = (await lab.k('create', 'token', 'load')).trim()
  for (const [way, port] of [
    ['load balancer', config.ports.apiServer],
    ['one master', (master.ports as { api: number }).api],
  ] as const) {
    const rows: Row[] = []
    for (const connections of CONNECTIONS)
      rows.push(...(await measure(port, token, connections, `${way.replace(' ', '-')}-${connections}`)))
    print(way, rows)
  }
  console.log(`\nmemory of the machines: ${await memory(config)}`)
} finally {
  await lab.remove()
  rmSync(folder, { recursive: true, force: true })
}

async function measure(port: number, token: string, connections: number, namespace: string): Promise<Row[]> {
  await lab.k('create', 'namespace', namespace)
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value: VALUE } })
  const items = Array.from({ length: LISTED }, (_, i) => map(`item-${i}`))
  writeFileSync(join(folder, 'items.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }))
  await lab.k('create', '-n', namespace, '-f', join(folder, 'items.json'))
  const maps = `/api/v1/namespaces/${namespace}/configmaps`
  const post = join(folder, 'post.lua')
  writeFileSync(post, postScript(maps))
  const load = (name: string, path: string, script?: string) =>
    wrk(`${name}, ${connections} connection${connections > 1 ? 's' : ''}`, port, token, connections, path, script)
  return [
    await load('GET', `${maps}/item-7`),
    await load(`LIST of ${LISTED}`, maps),
    await load(`LIST of ${LISTED}, cache`, `${maps}?resourceVersion=0`),
    await load('POST', maps, post),
  ]
}

/** A new name for each request: wrk runs the script in one thread. */
function postScript(path: string): string {
  return `
local n = 0
request = function()
  n = n + 1
  local body = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"new-' .. n .. '"},"data":{"value":"${VALUE}"}}'
  return wrk.format("POST", "${path}", {["Content-Type"]="application/json", ["Authorization"]=wrk.headers["Authorization"]}, body)
end
`
}

async function wrk(
  name: string,
  port: number,
  token: string,
  connections: number,
  path: string,
  script: string | undefined,
): Promise<Row> {
  const { code, stdout, stderr } = await run('wrk', [
    ...['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-H', `Authorization: Bearer ${token}`],
    ...(script ? ['-s', script] : []),
    `https://127.0.0.1:${port}${path}`,
  ])
  if (code !== 0) throw new Error(`wrk: ${stderr || stdout}`)
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? 0)
  return {
    name,
    perSecond: number(/Requests\/sec:\s+([\d.]+)/),
    p50: milliseconds(/^ +50% +(\S+)/m.exec(stdout)?.[1]),
    p99: milliseconds(/^ +99% +(\S+)/m.exec(stdout)?.[1]),
    failed: number(/Non-2xx or 3xx responses: (\d+)/),
  }
}

function milliseconds(text = '0ms'): number {
  const value = Number.parseFloat(text)
  return text.endsWith('us') ? value / 1000 : text.endsWith('ms') ? value : value * 1000
}

/** Resident memory of each machine's process, in MiB. */
async function memory(config: LabConfig): Promise<string> {
  const { machines } = await lab.status()
  const sizes = config.machines.map(({ name }) => {
    const pid = machines.find(m => m.name === name)?.pid
    const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
    return `${name} ${Math.round(Number(stdout) / 1024)} MiB`
  })
  return sizes.join(', ')
}

function print(way: string, rows: Row[]): void {
  console.log(`\nthrough ${way}`.padEnd(42) + 'per second      p50 ms      p99 ms')
  for (const row of rows)
    console.log(
      `  ${row.name}`.padEnd(40) +
        [Math.round(row.perSecond), row.p50.toFixed(2), row.p99.toFixed(2)].map(v => String(v).padStart(11)).join(' ') +
        (row.failed ? `   ${row.failed} failed` : ''),
    )
}
