import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import type { Pod } from '../../engine/api/types.ts'
import type { LabStatus, MachineAction, MachineStatus } from '../../engine/lab/contract.ts'
import { openMetrics } from '../../engine/lab/metrics/stream.ts'
import { LabLogs } from '../../engine/lab/server/logs.ts'
import { StreamServer } from '../../engine/lab/server/streams.ts'
import { serveStatic } from '../../engine/lab/server/static.ts'
import { TerminalServer } from '../../engine/lab/server/terminal.ts'
import { startCluster, type Cluster } from '../apiserver/harness.ts'
import { PlayedMetrics } from './played-metrics.ts'
import { playLog, playMachineLogs } from './played-logs.ts'
import { playRules, playTrial } from './played-network.ts'
import { fillCluster } from './sample-cluster.ts'
import { fillMap } from './sample-map.ts'

/** One of them answers: with the lab's own cluster. */
const CONTEXTS = [
  { name: 'classroom', server: 'https://10.0.0.7:6443', user: 'teacher' },
  { name: 'minikube', server: 'https://192.168.49.2:8443', user: 'minikube' },
  {
    name: 'old',
    server: 'https://old.example:6443',
    user: 'x',
    problem: 'its cluster is behind a proxy-url, which is not supported',
  },
]

export interface MockLab {
  url: string
  cluster: Cluster
  close(): Promise<void>
}

/**
 * A lab server for work on the user interface: a real API server on a store in memory, filled with a shop, and machines,
 * and logs that are played. Not filled, it is as at its first start. Its terminal is real. The real lab is what the end-to-end test starts.
 */
export async function startMockLab(rendererDir: string, port = 0, isFilled = true): Promise<MockLab> {
  const cluster = await startCluster()
  if (isFilled) {
    await fillCluster(cluster)
    await fillMap(cluster)
  }
  const lab = new PlayedMachines()
  const agent = new Agent({ keepAlive: true, ca: cluster.ca.pem, ...cluster.admin })
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: offered => (offered.has('v5.channel.k8s.io') ? 'v5.channel.k8s.io' : false),
  })
  const streams = new StreamServer(openHere, silentLogger)
  const played = playMachineLogs(lab.status().machines)
  const logs = new LabLogs(played.host, systemClock)
  const terminals = new TerminalServer({ host: played.host, binDir: '', clock: systemClock, log: silentLogger })
  const metrics = new PlayedMetrics(lab.status().machines, await podsOf(cluster), systemClock)
  const never = new AbortController()

  const server = createServer((request, response) => {
    const path = new URL(request.url!, 'http://lab').pathname
    if (path.endsWith('/log')) playLog(request, response)
    else if (path.startsWith('/cluster/apis/metrics.k8s.io/'))
      void playMetrics(cluster, path).then(body => json(response, 200, body))
    else if (/^\/(cluster|contexts\/classroom)\//.test(path)) forward(request, response)
    else if (path === '/lab/v1/labs') json(response, 200, [{ name: 'second', url: '/' }, { name: 'third' }])
    else if (path === '/lab/v1/contexts') json(response, 200, CONTEXTS)
    else if (path === '/lab/v1/status') json(response, 200, lab.status())
    else if (/^\/lab\/v1\/machines\/[^/]+\/network\/rules$/.test(path))
      void playRules(cluster, path, new URL(request.url!, 'http://lab').searchParams).then(rules =>
        json(response, 200, rules),
      )
    else if (/^\/lab\/v1\/services\/.*\/try$/.test(path)) void playTrial(cluster, request, response)
    else if (path.startsWith('/lab/v1/machines')) json(response, 200, lab.act(request.method!, path))
    else if (/^\/lab\/v1\/services\/.*\/open$/.test(path)) json(response, 200, { port: 18_080 })
    else if (path === '/lab/v1/logs') void logs.list().then(list => json(response, 200, list))
    else if (path.startsWith('/lab/v1/logs/')) void logs.open(request.url!, never.signal)?.pipe(response)
    else if (path === '/lab/v1/metrics') serveMetrics(request, response)
    else if (path === '/lab/v1/terminals') json(response, 200, terminals.list())
    else if (path === '/lab/v1/shells') json(response, 200, terminals.shells())
    else void serveStatic(rendererDir, path, request, response)
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = new URL(request.url!, 'http://lab').pathname
    if (path === '/lab/v1/streams') return streams.serve(request, socket, head)
    if (path === '/lab/v1/terminal') return terminals.open(request, socket, head)
    sockets.handleUpgrade(request, socket, head, client => {
      client.on('error', () => client.terminate())
      if (path === '/lab/v1/watch') {
        const send = () => client.send(JSON.stringify(lab.status()))
        const off = lab.onChange(send)
        client.on('close', off)
        return send()
      }
      playContainer(client)
    })
  })

  /** What is streamed is what this server answers itself. */
  function openHere(path: string, accept: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { port } = server.address() as { port: number }
    return new Promise((resolve, reject) => {
      const asked = httpRequest({ port, path, headers: { accept }, signal })
      asked.once('response', resolve).on('error', reject).end()
    })
  }

  function serveMetrics(request: IncomingMessage, response: ServerResponse): void {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    openMetrics(request.url!, metrics, gone.signal)!.pipe(response)
  }

  function forward(request: IncomingMessage, response: ServerResponse): void {
    const upstream = httpsRequest({
      ...{
        host: '127.0.0.1',
        port: cluster.server.port,
        method: request.method,
        path: request.url!.replace(/^\/(cluster|contexts\/[^/]+)/, ''),
        agent,
      },
      headers: {
        accept: request.headers.accept,
        'content-type': request.headers['content-type'] ?? 'application/json',
        'user-agent': 'renderer',
      },
    })
    upstream.on('response', answered => {
      response.writeHead(answered.statusCode!, answered.headers)
      response.flushHeaders()
      answered.pipe(response)
      // Every write of the real API server is an entry in the played log.
      if (request.method !== 'GET' && answered.statusCode! < 300) lab.append()
    })
    upstream.on('error', error =>
      response.headersSent
        ? response.destroy()
        : json(response, 502, { kind: 'Status', code: 502, message: error.message }),
    )
    response.on('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${bound}`,
    cluster,
    async close() {
      for (const client of sockets.clients) client.terminate()
      streams.dispose()
      metrics.dispose()
      terminals.dispose()
      played.dispose()
      server.closeAllConnections()
      await new Promise(done => server.close(done))
      agent.destroy()
      await cluster.close()
    },
  }
}

class PlayedMachines {
  #listeners = new Set<() => void>()
  #machines: MachineStatus[]
  #started = new Date(Date.now() - 3_720_000).toISOString()

  constructor() {
    const common = (name: string, i: number) => ({
      name,
      address: `10.0.0.${10 + i}`,
      pid: 41_200 + i * 7,
      startedAt: this.#started,
      state: 'running' as const,
    })
    this.#machines = [
      ...['master-1', 'master-2', 'master-3'].map((name, i) => ({
        ...common(name, i),
        role: 'control-plane' as const,
        usage: { memory: (61 + i * 3) * 2 ** 20, cpu: 0.031 + i * 0.01 },
        connections: { open: 7 + i, served: 31 + i },
        store: {
          ...{
            id: `${i}`,
            name,
            clientURLs: [],
            role: i === 1 ? ('leader' as const) : ('follower' as const),
            leader: 'master-2',
            term: 4,
          },
          ...{
            committed: 18_204,
            applied: 18_204,
            lastIndex: 18_204,
            revision: 9_431,
            compactRevision: 8_000,
            dbSize: 7_340_032,
          },
        },
      })),
      ...['worker-1', 'worker-2', 'worker-3'].map((name, i) => ({
        ...common(name, i + 3),
        role: 'worker' as const,
        usage: { memory: (72 + i * 11) * 2 ** 20, cpu: 0.08 + i * 0.05 },
        capacity: { cpu: '4', memory: '8Gi', pods: 110, ephemeralStorage: '20Gi' },
      })),
    ]
  }

  status(): LabStatus {
    return {
      ...{
        name: 'demo',
        bare: false,
        apiServer: 'https://127.0.0.1:6443',
        folder: '/home/me/.kubarium/labs/demo',
        kubeconfig: '/home/me/.kubarium/labs/demo/kubeconfig',
        hostPrograms: 'ask' as const,
        allowedHostPaths: [],
        proxy: 'http://127.0.0.1:3128',
      },
      state: this.#machines.every(m => m.state === 'running') ? 'running' : 'degraded',
      pid: 41_100,
      startedAt: this.#started,
      machines: this.#machines,
      exposed: [
        {
          kind: 'LoadBalancer',
          namespace: 'shop',
          service: 'web',
          protocol: 'TCP',
          port: 80,
          boundPort: 8080,
          connect: 'web.shop:80',
        },
        {
          kind: 'Ingress',
          namespace: '',
          service: '',
          protocol: 'TCP',
          port: 80,
          boundPort: 8081,
          connect: 'node.kubarium:80',
        },
      ],
    }
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** One entry more in the log, passed on to every master that is up. */
  append(): void {
    this.#machines = this.#machines.map(m => {
      if (!m.store || m.state !== 'running') return m
      const { committed, applied, lastIndex, revision } = m.store
      const grown = { committed: committed + 1, applied: applied + 1, lastIndex: lastIndex + 1, revision: revision + 1 }
      return { ...m, store: { ...m.store, ...grown } }
    })
    for (const listener of this.#listeners) listener()
  }

  act(method: string, path: string): unknown {
    const [, , , , name, action] = path.split('/')
    if (method === 'DELETE') this.#machines = this.#machines.filter(m => m.name !== name)
    else if (name === undefined)
      this.#machines = [
        ...this.#machines,
        {
          name: `worker-${this.#machines.length - 2}`,
          role: 'worker',
          address: '10.0.0.20',
          state: 'starting',
          phase: 'joining',
        },
      ]
    else {
      const state = ({ kill: 'dead', stop: 'off', start: 'running', pause: 'paused', resume: 'running' } as const)[
        action as MachineAction
      ]
      this.#machines = this.#machines.map(m =>
        m.name === name ? { ...m, state, pid: state === 'dead' || state === 'off' ? undefined : 51_000 } : m,
      )
      this.#elect()
    }
    for (const listener of this.#listeners) listener()
    return name === undefined ? { name: this.#machines.at(-1)!.name } : this.status()
  }

  #elect(): void {
    const alive = this.#machines.filter(m => m.store && m.state === 'running')
    if (alive.some(m => m.store!.role === 'leader')) return
    this.#machines = this.#machines.map(m =>
      m.store
        ? { ...m, store: { ...m.store, term: m.store.term + 1, role: m === alive[0] ? 'leader' : 'follower' } }
        : m,
    )
  }
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function podsOf(cluster: Cluster): Promise<string[]> {
  const { json: list } = await cluster.ask('/api/v1/pods')
  return (list as { items: Pod[] }).items
    .filter(pod => pod.status?.phase === 'Running')
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
}

/** What the metrics API would say: usage that differs from pod to pod. */
async function playMetrics(cluster: Cluster, path: string): Promise<unknown> {
  if (path.endsWith('/nodes')) return { items: [] }
  const { json: list } = await cluster.ask('/api/v1/pods')
  const items = (list as { items: Pod[] }).items.map(({ metadata }, i) => ({
    metadata: { namespace: metadata.namespace, name: metadata.name },
    containers: [{ name: 'c', usage: { cpu: `${3 + ((i * 37) % 90)}m`, memory: `${24 + ((i * 13) % 60)}Mi` } }],
  }))
  return { items }
}

/** A shell in a container that does nothing but answer, over the channels of Kubernetes. */
function playContainer(client: WebSocket): void {
  const prompt = '\x1b[36m/ #\x1b[0m '
  const say = (channel: number, text: string) => client.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]))
  say(1, prompt)
  let line = ''
  client.on('message', (data: Buffer) => {
    if (data[0] !== 0) return
    for (const key of data.subarray(1).toString()) {
      if (key !== '\r') {
        line += key
        say(1, key)
      } else if (/^exit/.test(line)) {
        const code = line.slice(5) || '0'
        const causes = [{ reason: 'ExitCode', message: code }]
        say(3, JSON.stringify(code === '0' ? { status: 'Success' } : { status: 'Failure', details: { causes } }))
        client.close(1000)
      } else {
        say(1, `\r\n${prompt}`)
        line = ''
      }
    }
  })
}

if (import.meta.main) {
  const lab = await startMockLab(
    new URL('../../dist/renderer', import.meta.url).pathname,
    Number(process.env.PORT ?? 8799),
  )
  console.log(lab.url)
}
