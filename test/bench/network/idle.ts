/**
 * What connections cost that are open and say nothing: through the gateway of a node, where each is two of the gateway's
 * descriptors, and between a pod and a Service, where the gateway has no part in them any more. Beside them new requests.
 *
 *   node test/bench/network/idle.ts [--connections 10000]
 */

import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { bundleIfStale } from '../../../tools/bundle.ts'
import { BenchLab, isReady, quantile, until } from '../lab/bench-lab.ts'

const { values } = parseArgs({ options: { connections: { type: 'string', default: '10000' } } })
const WANTED = Number(values.connections)
const AT_ONCE = 100
const SECONDS = 5
/** Takes connections and says nothing; answers requests on another port. */
const SERVER = `
  import net from 'node:net'
  import http from 'node:http'
  net.createServer(s => s.on('error', () => {})).listen({ port: 8080, backlog: 4096 })
  http.createServer((_request, response) => response.end('ok')).listen(8081)
`
/** Opens as many as it is told, one hundred at a time, and says how many it has. */
const CLIENT = `
  import net from 'node:net'
  const open = () => new Promise(resolve => {
    const socket = net.connect(8080, process.env.HOST)
    socket.once('connect', () => resolve(true))
    socket.on('error', () => resolve(false))
  })
  let held = 0
  for (let left = ${WANTED}; left > 0; left -= ${AT_ONCE}) {
    const opened = await Promise.all(Array.from({ length: Math.min(left, ${AT_ONCE}) }, open))
    held += opened.filter(Boolean).length
    if (opened.includes(false)) break
  }
  console.log('held ' + held)
  setInterval(() => {}, 1000)
`

await bundleIfStale()
const lab = new BenchLab('idle')
const sockets = new Set<Socket>()
try {
  // In network namespaces a pod is held to fewer.
  await lab.up('--masters', '1', '--workers', '1', '--runtime', 'process')
  const { machines, proxy } = await lab.status()
  const { pid } = machines.find(m => m.name.startsWith('worker'))!
  const command = (source: string) => ['node', '--input-type=module', '-e', source]
  const readinessProbe = { tcpSocket: { port: 8081 }, periodSeconds: 1 }
  const labels = { app: 'server' }
  const containers = [{ name: 'c', image: 'node', command: command(SERVER), readinessProbe }]
  await lab.pods.create({ metadata: { name: 'server', namespace: 'default', labels }, spec: { containers } } as never)
  const ports = [8080, 8081].map(port => ({ name: `p-${port}`, port }))
  const body = { metadata: { name: 'server' }, spec: { selector: labels, ports } }
  await lab.rest.request('POST', '/api/v1/namespaces/default/services', { body })
  await until(async () => isReady(await lab.pods.get('default', 'server')))
  const gateway = Number(new URL(proxy).port)
  console.log(
    `open files at most: ${/Max open files\s+\S+\s+(\S+)/.exec(readFileSync('/proc/self/limits', 'utf8'))![1]}`,
  )
  const columns = ['connections', 'held', 'KB each in the worker', 'its CPU, %', 'a new request p50 / p99, ms']
  console.log(`| ${columns.join(' | ')} |\n|${'---|'.repeat(columns.length)}`)
  const none = await look(pid!, gateway)
  print('none', 0, none, none)
  const env = [{ name: 'HOST', value: 'server' }]
  await lab.create('client', {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'c', image: 'node', command: command(CLIENT), env }],
  })
  const held = await until(async () => {
    const { text } = await lab.rest.requestText('GET', '/api/v1/namespaces/default/pods/client/log')
    return Number(/held (\d+)/.exec(text)?.[1] ?? 0) || false
  }, 180_000)
  print('pod to Service', held as number, await look(pid!, gateway), none)
  await lab.pods.delete('default', 'client')
  await until(() =>
    lab.pods.get('default', 'client').then(
      () => false,
      () => true,
    ),
  )
  const before = await look(pid!, gateway)
  print('through the gateway', await openTunnels(gateway), await look(pid!, gateway), before)
} finally {
  for (const socket of sockets) socket.destroy()
  await lab.remove()
}

interface Look {
  kilobytes: number
  percent: number
  times: number[]
}

/** Memory and processor time of the worker, while requests are made through it, one after the other. */
async function look(pid: number, gateway: number): Promise<Look> {
  const times: number[] = []
  const idle = cpuSeconds(pid)
  await new Promise(done => setTimeout(done, SECONDS * 1000))
  const percent = ((cpuSeconds(pid) - idle) / SECONDS) * 100
  for (let i = 0; i < 300; i++) {
    const began = performance.now()
    await answer(gateway, 'GET http://server:8081/ HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n')
    times.push(performance.now() - began)
  }
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
  return { kilobytes, percent, times }
}

/** Opens tunnels until there are enough or one is refused; gives how many there are. */
async function openTunnels(gateway: number): Promise<number> {
  for (let held = 0; held < WANTED;) {
    const opened = await Promise.all(Array.from({ length: Math.min(AT_ONCE, WANTED - held) }, () => tunnel(gateway)))
    held += opened.filter(Boolean).length
    if (opened.includes(false)) return held
  }
  return WANTED
}

function tunnel(gateway: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(gateway, '127.0.0.1')
    sockets.add(socket)
    socket.once('data', chunk => resolve(/^HTTP\/1.1 200/.test(String(chunk))))
    socket.on('error', () => socket.destroy())
    socket.once('close', () => resolve(false))
    socket.write('CONNECT server:8080 HTTP/1.1\r\nHost: server\r\n\r\n')
  })
}

function answer(gateway: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway, '127.0.0.1')
    let heard = ''
    socket.on('data', chunk => (heard += String(chunk)))
    socket.on('error', reject)
    socket.once('close', () => resolve(heard))
    socket.write(text)
  })
}

/** Processor time of a process; the kernel counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function print(name: string, held: number, now: Look, before: Look): void {
  const each = held ? ((now.kilobytes - before.kilobytes) / held).toFixed(2) : '-'
  const ms = `${quantile(now.times, 0.5).toFixed(2)} / ${quantile(now.times, 0.99).toFixed(2)}`
  console.log(`| ${name} | ${held} | ${each} | ${now.percent.toFixed(1)} | ${ms} |`)
}
