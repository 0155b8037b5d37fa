import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { UserError } from '../../engine/base/errors.ts'
import type { ServiceTrial, TrialAnswer } from '../../engine/lab/contract.ts'
import type { LabHost } from '../../engine/lab/host.ts'
import { startLabServer, type LabServer } from '../../engine/lab/server/server.ts'
import { trialOf } from '../../engine/lab/trials/trial.ts'
import { Trials } from '../../engine/lab/trials/trials.ts'
import { readRules } from '../../engine/lab/worker-rules.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { endpoint, PATHS, service, slice } from '../network/fake-api.ts'
import { firstAnswer } from '../network/talk.ts'
import { OVERLAY_KEY, startCluster, type TestCluster, type TestProgram } from '../network/two-nodes.ts'
import { untilPasses } from '../until.ts'

const TOKEN = 'the-token'
const PORTS = [{ name: '', port: 80, protocol: 'TCP' }]
const SOURCE = `
  import { createServer } from 'node:http'
  createServer((req, res) => {
    if (req.url === '/slow') return
    if (req.url === '/large') return void res.end('x'.repeat(2_000_000))
    if (req.url === '/away') return void res.writeHead(302, { location: 'http://127.0.0.1:' + process.env.TRAP }).end()
    res.writeHead(req.url === '/fails' ? 503 : 200).end([process.env.HOSTNAME, req.method, req.headers.host, req.headers['x-test'] ?? '', req.socket.remoteAddress].join(' '))
  }).listen(80, () => console.log('up'))
`

const trial = (change: Partial<ServiceTrial> = {}): ServiceTrial => ({
  from: { kind: 'outside' },
  scheme: 'http',
  method: 'GET',
  path: '/',
  headers: [],
  count: 1,
  intervalMs: 0,
  reuse: false,
  ...change,
})

let cluster: TestCluster
let server: LabServer
let pods: TestProgram[]
const workers = () => [
  { name: 'worker-1', host: '127.0.0.1', port: cluster.first.port, address: '172.18.0.101' },
  { name: 'worker-2', host: '127.0.0.1', port: cluster.second.port, address: '172.18.0.102' },
]

beforeAll(async () => {
  cluster = await startCluster('iptables')
  pods = [
    await cluster.run(cluster.first, 'one', SOURCE),
    await cluster.run(cluster.second, 'two', SOURCE),
    await cluster.run(cluster.second, 'three', SOURCE),
  ]
  for (const pod of pods) await pod.line()
  const web = { clusterIP: '10.96.0.50', ports: [{ port: 8080, targetPort: 80 }] }
  cluster.api.put(PATHS.services, service('web', web))
  const sticky = { ...web, clusterIP: '10.96.0.51', sessionAffinity: 'ClientIP' }
  cluster.api.put(PATHS.services, service('sticky', sticky))
  cluster.api.put(PATHS.services, service('empty', { ...web, clusterIP: '10.96.0.52' }))
  const endpoints = pods.map((pod, i) => endpoint(pod.ip, i === 0 ? 'worker-1' : 'worker-2'))
  for (const name of ['web', 'sticky']) cluster.api.put(PATHS.slices, slice(name, PORTS, endpoints))
  const trials = new Trials({
    workers,
    peers: () => new Peers(OVERLAY_KEY),
    domain: 'cluster.local',
    clock: systemClock,
  })
  const rulesOf = async (name: string, of?: string) => {
    const worker = workers().find(w => w.name === name)
    if (!worker) throw new UserError(`No worker ${name} is running.`, 'Choose one.')
    return { mode: 'iptables', scheduler: 'rr', text: await readRules(worker, of) }
  }
  const host = {
    config: { name: 'test', ports: { labServer: 0, apiServer: 1, proxy: 2 }, machines: [] },
    paths: { kubeconfig: 'k', pki: '', logs: '', machine: () => '/nowhere' },
    record: { token: TOKEN },
    status: () => ({ name: 'test', machines: [] }),
    onChange: () => () => undefined,
    entrance: { trials, rulesOf },
  } as unknown as LabHost
  const folders = { rendererDir: '/nowhere', binDir: '/nowhere' }
  server = await startLabServer({ host, log: silentLogger, ...folders, onDown: () => undefined })
  // Both nodes know all endpoints of both Services.
  for (const worker of workers())
    await untilPasses(async () => {
      for (const name of ['web', 'sticky'])
        expect((await readRules(worker, `default/${name}`)).match(/--to-destination/g)).toHaveLength(pods.length)
    })
})
afterAll(async () => {
  await server.close()
  await cluster.stop()
})

const signedIn = { authorization: `Bearer ${TOKEN}` }
const post = (path: string, body: unknown, headers: Record<string, string> = signedIn) =>
  fetch(`${server.url}/lab/v1/services/${path}/try`, { method: 'POST', headers, body: JSON.stringify(body) })
async function run(name: string, change: Partial<ServiceTrial> = {}, port = 8080): Promise<TrialAnswer[]> {
  const response = await post(`default/${name}/${port}`, trial(change))
  expect(response.status).toBe(200)
  return (await response.text())
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as TrialAnswer)
}
const endpointsOf = (answers: TrialAnswer[]) => [...new Set(answers.map(a => a.endpoint))].sort()
const all = () => pods.map(p => `${p.ip}:80`).sort()

describe('a Service that is tried', () => {
  it('names for each request the endpoint that the proxy chose, which is the one that answered', async () => {
    const answers = await run('web', { count: 60 })
    expect(answers.map(a => a.number)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
    expect(endpointsOf(answers)).toEqual(all())
    const names = new Map(pods.map((p, i) => [`${p.ip}:80`, ['one', 'two', 'three'][i]]))
    for (const { endpoint: at, excerpt, status, ms } of answers) {
      expect(excerpt!.split(' ')[0]).toBe(names.get(at!))
      expect(status).toBe(200)
      expect(ms).toBeGreaterThan(0)
    }
    // From outside each worker takes its turn.
    expect(
      answers
        .slice(0, 2)
        .map(a => a.worker)
        .sort(),
    ).toEqual(['worker-1', 'worker-2'])
  })

  it('gets method and headers as they were given', async () => {
    const [answer] = await run('web', {
      method: 'DELETE',
      headers: [
        ['X-Test', 'yes'],
        ['Host', 'shop.example'],
      ],
    })
    expect(answer!.excerpt).toMatch(/ DELETE shop\.example yes /)
  })

  it('is asked in the name of a node or a pod, and the server sees that address', async () => {
    const [node] = await run('web', { from: { kind: 'node', worker: 'worker-2' } })
    expect(node).toMatchObject({ worker: 'worker-2', status: 200 })
    const ip = pods[0]!.ip
    const [pod] = await run('web', { from: { kind: 'pod', worker: 'worker-1', ip } })
    expect(pod!.excerpt).toContain(ip)
    const [gone] = await run('web', { from: { kind: 'pod', worker: 'worker-2', ip } })
    expect(gone!.error).toEqual({ code: 'EACCES', message: expect.stringContaining('not on this worker') })
  })

  it('with session affinity keeps its endpoint; a connection that is reused is decided once', async () => {
    const from = { kind: 'node', worker: 'worker-1' } as const
    expect(endpointsOf(await run('sticky', { from, count: 12 }))).toHaveLength(1)
    const reused = await run('web', { from, count: 12, reuse: true })
    expect(endpointsOf(reused)).toHaveLength(1)
    expect(reused.map(a => a.reused)).toEqual([false, ...Array<boolean>(11).fill(true)])
  })

  it('shows what fails, and why', async () => {
    expect((await run('web', { path: '/fails' }))[0]).toMatchObject({ status: 503 })
    expect((await run('empty'))[0]!.error).toEqual({
      code: 'ECONNREFUSED',
      message: expect.stringContaining('has no endpoint'),
    })
    expect((await run('nobody'))[0]!.error!.code).toBe('ENOTFOUND')
    expect((await run('web', {}, 81))[0]!.error!.code).toBe('ECONNREFUSED')
    expect((await run('web', { scheme: 'https' }))[0]!.error).toBeDefined()
  })

  it('is only connected to where it does not speak HTTP', async () => {
    const source =
      "import net from 'node:net'; net.createServer(s => s.write('220 hello')).listen(80, () => console.log('up'))"
    const program = await cluster.run(cluster.first, 'greets', source)
    await program.line()
    cluster.api.put(PATHS.services, service('mail', { clusterIP: '10.96.0.53', ports: [{ port: 25, targetPort: 80 }] }))
    cluster.api.put(PATHS.slices, slice('mail', PORTS, [endpoint(program.ip, 'worker-1')]))
    await expect
      .poll(async () => (await run('mail', { scheme: 'tcp' }, 25))[0])
      .toMatchObject({ endpoint: `${program.ip}:80`, excerpt: '220 hello' })
  })

  it('is read as far as is of use, and followed nowhere', async () => {
    const [large] = await run('web', { path: '/large' })
    expect(large!.bytes).toBeLessThan(500_000)
    expect(large!.excerpt).toHaveLength(1024)
    expect((await run('web', { path: '/away' }))[0]).toMatchObject({ status: 302 })
  })

  it('ends when nobody reads any more', async () => {
    const gone = new AbortController()
    const body = JSON.stringify(trial({ count: 200, intervalMs: 5_000 }))
    for (let i = 0; i < 6; i++) {
      const response = await fetch(`${server.url}/lab/v1/services/default/web/8080/try`, {
        ...{ method: 'POST', headers: signedIn, body, signal: gone.signal },
      })
      // Four at once and no more.
      expect(response.status).toBe(i < 4 ? 200 : 409)
    }
    gone.abort()
    await expect.poll(async () => (await post('default/web/8080', trial())).status).toBe(200)
  })
})

describe('what is asked for', () => {
  it('needs the token, and is a name of a Service: nothing else of this computer can be reached', async () => {
    const trap = createServer((_, response) => response.end('secret'))
    await new Promise<void>(done => trap.listen(0, '127.0.0.1', done))
    const { port } = trap.address() as { port: number }
    expect((await post('default/web/8080', trial(), {})).status).toBe(401)
    for (const path of [
      `default/localhost/${port}`,
      `default/127.0.0.1/${port}`,
      `default/x@127.0.0.1/${port}`,
      `default/web%0d%0aHost:%20x/${port}`,
      `..%2f..%2f/web/${port}`,
      `default/%E0%A4%A/${port}`,
      'default/web/0',
      'default/web/65536',
    ]) {
      const response = await post(path, trial())
      expect(await response.text(), path).not.toContain('secret')
    }
    cluster.api.put(PATHS.services, service('alias', { type: 'ExternalName', externalName: 'localhost' }))
    cluster.api.put(PATHS.services, service('address', { type: 'ExternalName', externalName: '127.0.0.1' }))
    cluster.api.put(PATHS.services, service('trap', { clusterIP: '10.96.0.60', ports: [{ port: 80 }] }))
    const to = [{ name: '', port, protocol: 'TCP' }]
    cluster.api.put(PATHS.slices, slice('trap', to, [endpoint('127.0.0.1', 'worker-1')]))
    await expect.poll(async () => (await readRules(workers()[0]!, 'default/trap')).includes('KUBE-SEP')).toBe(true)
    for (const [name, at] of [
      ['alias', port],
      ['address', port],
      ['trap', 80],
    ] as const)
      for (const from of [
        { kind: 'outside', worker: 'worker-1' },
        { kind: 'node', worker: 'worker-1' },
      ] as const)
        expect((await run(name, { from }, at))[0]!.error, name).toBeDefined()
    await new Promise(done => trap.close(done))
  })

  it('is refused where it is no trial', async () => {
    const wrong: [string, Partial<Record<keyof ServiceTrial, unknown>>][] = [
      ['path', { path: 'http://127.0.0.1/' }],
      ['path', { path: '/ HTTP/1.1\r\nHost: x' }],
      ['path', { path: '/' + 'x'.repeat(3000) }],
      ['method', { method: 'CONNECT' }],
      ['method', { method: 'GET /' }],
      ['headers', { headers: [['a b', 'c']] }],
      ['headers', { headers: [['a', 'b\r\nc: d']] }],
      ['headers', { headers: [['Transfer-Encoding', 'chunked']] }],
      ['headers', { headers: [['kubarium-caller', 'node']] }],
      ['headers', { headers: [['a', 'x'.repeat(5000)]] }],
      ['headers', { headers: Array(33).fill(['a', 'b']) }],
      ['count', { count: 201 }],
      ['count', { count: 1.5 }],
      ['intervalMs', { intervalMs: -1 }],
      ['scheme', { scheme: 'file' }],
      ['from', { from: { kind: 'pod', worker: 'worker-1', ip: '10.0.0.1\r\nX: y' } }],
      ['from', { from: 'node' }],
    ]
    for (const [field, change] of wrong) {
      const response = await post('default/web/8080', { ...trial(), ...change })
      expect(response.status).toBe(409)
      expect(await response.json()).toMatchObject({ error: `"${field}" of the trial is not what it must be.` })
    }
    for (const body of [null, [], 'x', 7]) expect(() => trialOf(body)).toThrow(UserError)
    expect((await post('default/web/8080', { ...trial(), padding: 'x'.repeat(40_000) })).status).toBe(409)
    expect((await post('default/web/8080', trial({ from: { kind: 'node', worker: 'worker-9' } }))).status).toBe(409)
  })

  it('in the name of a node or pod is believed with proof alone', async () => {
    const ask = (caller: string, proof: string) =>
      firstAnswer(
        cluster.first.port,
        [
          'CONNECT web.default:8080 HTTP/1.1',
          'Host: x',
          `kubarium-caller: ${caller}`,
          `kubarium-proof: ${proof}`,
          '',
          '',
        ].join('\r\n'),
      )
    const { port } = cluster.first
    const proof = (words: string[]) => new Peers(OVERLAY_KEY).prove(port, ...words)
    expect(await ask('node', 'x')).toContain('407')
    expect(await ask(`pod ${pods[0]!.ip}`, proof(['caller', 'web.default:8080', 'node']))).toContain('407')
    const good = await ask('node', proof(['caller', 'web.default:8080', 'node']))
    expect(good).toContain('200')
    // Only who asks is told.
    expect(good).not.toContain('kubarium-endpoint')
  })
})

describe('the rules of a worker', () => {
  const ask = (name: string, query = '', headers: Record<string, string> = signedIn) =>
    fetch(`${server.url}/lab/v1/machines/${name}/network/rules${query}`, { headers })

  it('are those of one Service, or all', async () => {
    const own = (await (await ask('worker-1', '?service=default/web')).json()) as { mode: string; text: string }
    expect(own.mode).toBe('iptables')
    expect(own.text).toContain('--comment "default/web cluster IP"')
    expect(own.text).not.toContain('default/sticky')
    expect(await (await ask('worker-2')).text()).toContain('default/sticky')
  })

  it('are there for who has the token, of workers that there are', async () => {
    expect((await ask('worker-1', '', {})).status).toBe(401)
    for (const name of ['worker-9', '..%2f', '%E0%A4%A']) expect((await ask(name)).status).toBe(409)
  })
})
