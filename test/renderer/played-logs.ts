import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { LabHost } from '../../engine/lab/host.ts'

const PATHS = ['/', '/products', '/products/42', '/cart', '/checkout', '/healthz', '/assets/app.css']

/** What each program of the shop writes, in the ways in which programs write. */
const LINES: Record<string, (i: number, at: Date) => string> = {
  web: i => {
    const status = i % 23 === 7 ? 500 : i % 11 === 3 ? 404 : 200
    return `10.244.${i % 3}.${(i * 7) % 90} - "GET ${PATHS[i % PATHS.length]} HTTP/1.1" ${status} ${120 + ((i * 37) % 900)} "-" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.0${10 + (i % 80)}`
  },
  cart: (i, at) =>
    JSON.stringify({
      ...{ level: i % 29 === 3 ? 50 : i % 13 === 5 ? 40 : 30, time: at.getTime(), pid: 1, hostname: 'cart' },
      ...(i % 29 === 3
        ? { err: { type: 'Error', message: 'connect ECONNREFUSED 10.96.0.12:6379' }, msg: 'the cart was not saved' }
        : { req: { method: 'POST', url: `/cart/${i % 40}`, id: i }, ms: (i * 7) % 90, msg: 'request completed' }),
    }),
  catalog: (i, at) => {
    const clock = at.toISOString().slice(11, 23)
    return i % 17 === 4
      ? `W0102 ${clock}000       1 cache.go:88] cache miss for product ${i}, asking the database`
      : `I0102 ${clock}000       1 server.go:42] served product ${i} (한국어 이름) in ${i % 30}ms`
  },
  worker: i =>
    i % 19 === 8
      ? `[ERROR] job ${i} failed: upstream timed out\n    at retry (worker.js:12:3)\n    at run (worker.js:40:9)`
      : `[info] job ${i} done in ${(i * 3) % 700}ms`,
  redis: i => `1:M 01 Jan 2026 10:00:00.000 * ${i % 50} changes in 60 seconds. Saving...`,
}
/** Whoever asks for more than a screen shows wants to know how much can be shown. */
const MANY = 50_000

/** A log that goes on while it is followed. */
export function playLog(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams: query, pathname } = new URL(request.url!, 'http://lab')
  const app = /\/pods\/(\w+)-/.exec(pathname)?.[1] ?? 'web'
  const stamped = query.get('timestamps') === 'true'
  const line = (i: number, at: number) =>
    (LINES[app] ?? LINES.web!)(i, new Date(at))
      .split('\n')
      .map(text => `${stamped ? `${new Date(at).toISOString()} ` : ''}${text}\n`)
      .join('')
  const wanted = Number(query.get('tailLines') ?? 1_000_000)
  const count = query.has('sinceTime') ? 0 : wanted > MANY ? wanted : Math.min(wanted, 400)
  const now = Date.now()
  function* past() {
    for (let i = 0; i < count; i += 500) {
      let text = ''
      for (let n = i; n < Math.min(count, i + 500); n++) text += line(n, now - (count - n) * 900)
      yield text
    }
  }
  response.writeHead(200, { 'content-type': 'text/plain' })
  const follow = query.get('follow') === 'true'
  const source = Readable.from(past()).pipe(response, { end: !follow })
  if (!follow) return
  let next = count
  const timer = setInterval(() => source.write(line(next++, Date.now())), 700)
  response.on('close', () => clearInterval(timer))
}

const SAID: readonly [level: string, component: string, message: string, fields?: object][] = [
  ['info', 'apiserver', 'serving', { port: 6443 }],
  ['info', 'raft', 'became follower', { term: 4, leader: 'master-2' }],
  ['info', 'scheduler', 'pod bound', { pod: 'shop/web-web6d9f7-0', node: 'worker-1' }],
  ['warn', 'raft', 'heartbeat was late', { ms: 312 }],
  ['debug', 'controllers.deployment', 'nothing to do', { key: 'shop/web' }],
  ['error', 'kubelet', 'probe failed', { pod: 'shop/cart-cart6d9f7-1', error: 'Error: status 503\n    at probe' }],
]

/** The logs of machines as files that grow, in a folder that goes with `dispose`. */
export function playMachineLogs(machines: readonly { name: string; role: string }[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kubarium-mock-'))
  const machine = (name: string) => join(folder, 'machines', name)
  const line = (i: number, at: number) => {
    const [level, component, message, fields] = SAID[i % SAID.length]!
    return `${JSON.stringify({ time: new Date(at).toISOString(), level, component, message, ...fields })}\n`
  }
  for (const [m, { name }] of machines.entries()) {
    mkdirSync(machine(name), { recursive: true })
    const past = Array.from({ length: 200 }, (_, i) => line(i + m, Date.now() - (200 - i) * 2_000 + m * 300))
    writeFileSync(join(machine(name), 'machine.log'), past.join(''))
  }
  mkdirSync(join(folder, 'logs'))
  writeFileSync(join(folder, 'logs', 'host.log'), line(0, Date.now()))
  let next = 0
  const timer = setInterval(() => {
    const { name } = machines[next % machines.length]!
    appendFileSync(join(machine(name), 'machine.log'), line(next++, Date.now()))
  }, 800)
  const host = {
    config: { name: 'demo', ports: { proxy: 3128 }, machines },
    paths: { kubeconfig: join(folder, 'admin.kubeconfig'), logs: join(folder, 'logs'), machine },
  } as unknown as Pick<LabHost, 'config' | 'paths'>
  return {
    host,
    dispose() {
      clearInterval(timer)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
