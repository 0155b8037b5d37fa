import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Container } from '../../../engine/api/types.ts'
import { systemClock } from '../../../engine/base/clock.ts'
import { seededRandom } from '../../../engine/base/random.ts'
import { ExecTimeout, runProbe, type ProberDependencies } from '../../../engine/kubelet/probes/prober.ts'
import { Pki } from '../../../engine/lab/pki.ts'
import { container, PodBench } from '../pods/bench.ts'

let bench: PodBench
const servers: { close(): unknown }[] = []
beforeEach(() => (bench = new PodBench()))
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
  bench.remove()
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}

const { connect } = await import('node:net')
const ports = new Map<number, number>()
const dependencies: ProberDependencies = {
  clock: systemClock,
  podIP: () => '10.244.0.7',
  exec: async () => ({ code: 0, output: '' }),
  dial: (_ip, port) =>
    new Promise((resolve, reject) => {
      const socket = connect(ports.get(port) ?? 1, '127.0.0.1')
      socket.once('connect', () => resolve(socket))
      socket.once('error', reject)
    }),
}
const spec = { name: 'c', ports: [{ name: 'web', containerPort: 8080 }] } as Container
const web = async (listener: RequestListener) => ports.set(8080, await listening(createServer(listener)))

describe('a probe by HTTP', () => {
  test('asks as Kubernetes does, and judges by the code', async () => {
    const seen: unknown[] = []
    await web((request, response) => {
      seen.push(request.url, request.headers['user-agent'], request.headers.host, request.headers['x-a'])
      response.writeHead(request.url === '/bad' ? 503 : 204).end()
    })
    const httpGet = { path: '/ok?x=1', port: 'web', httpHeaders: [{ name: 'X-A', value: 'b' }] }
    expect(await runProbe(spec, { httpGet }, dependencies)).toEqual({ result: 'success', message: '' })
    expect(seen).toEqual(['/ok?x=1', 'kube-probe/1.36', '10.244.0.7:8080', 'b'])
    expect(await runProbe(spec, { httpGet: { path: '/bad', port: 8080 } }, dependencies)).toEqual({
      result: 'failure',
      message: 'HTTP probe failed with statuscode: 503',
    })
  })

  test('asks by HTTPS whoever answers, with the headers that it is told, without asking who signed for them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubarium-probe-'))
    try {
      const identity = await new Pki(folder, seededRandom(1)).issue({ file: 'web', commonName: 'nobody', server: true })
      const seen: unknown[] = []
      const server = createHttpsServer(identity, (request, response) => {
        seen.push(request.headers.host, request.headers['user-agent'])
        response.writeHead(request.url === '/bad' ? 500 : 200).end('well')
      })
      ports.set(8443, await listening(server))
      const httpHeaders = [
        { name: 'Host', value: 'shop.example.com' },
        { name: 'User-Agent', value: 'me' },
      ]
      const httpGet = { path: '/', port: 8443, scheme: 'HTTPS' as const, httpHeaders }
      expect(await runProbe(spec, { httpGet }, dependencies)).toEqual({ result: 'success', message: 'well' })
      expect(seen).toEqual(['shop.example.com', 'me'])
      expect(await runProbe(spec, { httpGet: { ...httpGet, path: '/bad' } }, dependencies)).toEqual({
        result: 'failure',
        message: 'HTTP probe failed with statuscode: 500',
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test('follows redirects on the same host, and is content with one that leads elsewhere', async () => {
    await web((request, response) => {
      if (request.url === '/here') response.writeHead(302, { location: '/bad' }).end()
      else if (request.url === '/away') response.writeHead(302, { location: 'http://example.com/' }).end('moved')
      else response.writeHead(500).end()
    })
    const ask = (path: string) => runProbe(spec, { httpGet: { path, port: 8080 } }, dependencies)
    expect(await ask('/here')).toEqual({ result: 'failure', message: 'HTTP probe failed with statuscode: 500' })
    expect(await ask('/away')).toEqual({
      result: 'warning',
      message: 'Probe terminated redirects, Response body: moved',
    })
  })

  test('says what Go says when nobody is there, or nobody answers', async () => {
    ports.delete(8080)
    expect(await runProbe(spec, { httpGet: { port: 8080 } }, dependencies)).toEqual({
      result: 'failure',
      message: 'Get "http://10.244.0.7:8080/": dial tcp 10.244.0.7:8080: connect: connection refused',
    })
    await web(() => undefined)
    expect(await runProbe(spec, { httpGet: { port: 8080 }, timeoutSeconds: 0.05 }, dependencies)).toEqual({
      result: 'failure',
      message:
        'Get "http://10.244.0.7:8080/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    })
  })
})

describe('a probe by gRPC', () => {
  /** A health service that gives this status for the service "ready", and NOT_SERVING for others. */
  async function health(status: number, code = 0): Promise<void> {
    const server = createHttp2Server()
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const service = Buffer.concat(chunks).subarray(7).toString()
        const known = headers[':path'] === '/grpc.health.v1.Health/Check' && service === 'ready'
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        stream.on('wantTrailers', () =>
          stream.sendTrailers({ 'grpc-status': String(code), 'grpc-message': 'no%20such' }),
        )
        if (code) stream.end()
        else stream.end(Buffer.from([0, 0, 0, 0, 2, 8, known ? status : 2]))
      })
    })
    ports.set(9000, await listening(server as unknown as Server))
  }
  const ask = (service: string, timeoutSeconds = 1) =>
    runProbe(spec, { grpc: { port: 9000, service }, timeoutSeconds }, dependencies)

  test('is content with SERVING alone', async () => {
    await health(1)
    expect(await ask('ready')).toEqual({ result: 'success', message: 'service healthy' })
    expect(await ask('other')).toEqual({
      result: 'failure',
      message: 'service unhealthy (responded with "NOT_SERVING")',
    })
  })

  test('says if there is no health service, and if nobody is there', async () => {
    await health(1, 12)
    expect((await ask('ready')).message).toBe(
      'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): no such',
    )
    ports.delete(9000)
    expect((await ask('ready')).message).toBe(
      'timeout: failed to connect service "10.244.0.7:9000" within 1s: context deadline exceeded',
    )
  })

  test('does not wait for longer than its timeout', async () => {
    ports.set(9000, await listening(createHttp2Server() as unknown as Server))
    expect(await ask('ready', 0.05)).toMatchObject({ result: 'failure', message: /^timeout: health rpc/ })
  })
})

test('probes by TCP and by command', async () => {
  ports.set(8080, await listening(createTcpServer(socket => socket.end())))
  expect(await runProbe(spec, { tcpSocket: { port: 'web' } }, dependencies)).toEqual({ result: 'success', message: '' })
  expect(await runProbe(spec, { tcpSocket: { port: 'none' } }, dependencies)).toEqual({
    result: 'error',
    message: "couldn't find named port: none",
  })
  const exec = (answer: () => Promise<{ code: number; output: string }>) =>
    runProbe(spec, { exec: { command: ['x'] } }, { ...dependencies, exec: answer })
  expect(await exec(async () => ({ code: 1, output: 'why' }))).toEqual({ result: 'failure', message: 'why' })
  expect((await exec(() => Promise.reject(new ExecTimeout('late')))).result).toBe('failure')
  expect((await exec(() => Promise.reject(new Error('cannot')))).result).toBe('error')
})

describe('what probes do to a container', () => {
  const probe = (command: string, more: object = {}) => ({ exec: { command: [command] }, periodSeconds: 5, ...more })

  test('readiness: not ready before the first success, thresholds in both directions, events', async () => {
    bench.runtime.exits.set('ask', 1)
    const readinessProbe = probe('ask', { initialDelaySeconds: 3, failureThreshold: 2, successThreshold: 2 })
    await bench.run(bench.pod({ containers: [container('a', { readinessProbe })] }))
    await bench.advance(2)
    expect(bench.runtime.commands.length).toBe(0)
    await bench.advance(1)
    expect(bench.runtime.commands.length).toBe(1)
    expect(bench.condition('Ready')).toBe('False: ContainersNotReady: containers with unready status: [a]')
    bench.runtime.exits.set('ask', 0)
    await bench.advance(5)
    expect(bench.container('a').ready).toBe(false)
    await bench.advance(5)
    expect(bench.container('a').ready).toBe(true)
    bench.runtime.exits.set('ask', 1)
    await bench.advance(5)
    expect(bench.container('a').ready).toBe(true)
    await bench.advance(5)
    expect(bench.container('a').ready).toBe(false)
    expect(bench.events).toContain('Warning Unhealthy spec.containers{a}: Readiness probe failed: ')
    expect(bench.running('a').length).toBe(1)
  })

  test('liveness: the container is restarted after the threshold, within the grace period of the probe', async () => {
    bench.runtime.exits.set('ask', 1)
    const livenessProbe = probe('ask', { failureThreshold: 3, terminationGracePeriodSeconds: 4 })
    await bench.run(bench.pod({ containers: [container('a', { livenessProbe })] }))
    const first = bench.process('a')
    first.deafTo.add('SIGTERM')
    await bench.advance(9)
    expect(first.signals).toEqual([])
    await bench.advance(1)
    expect(first.signals).toEqual(['SIGTERM'])
    expect(bench.events).toContain(
      'Normal Killing spec.containers{a}: Container a failed liveness probe, will be restarted',
    )
    await bench.advance(4)
    expect(first.signals).toEqual(['SIGTERM', 'SIGKILL'])
    expect(bench.container('a').restartCount).toBe(1)
    expect(bench.running('a').length).toBe(1)
  })

  test('startup: nothing else is asked before it has passed, and it is not asked afterwards', async () => {
    bench.runtime.exits.set('begin', 1).set('ask', 0)
    const startupProbe = probe('begin', { failureThreshold: 3 })
    await bench.run(bench.pod({ containers: [container('a', { startupProbe, readinessProbe: probe('ask') })] }))
    await bench.advance(5)
    expect(bench.runtime.commands.map(c => c.command[0])).toEqual(['begin', 'begin'])
    expect(bench.container('a')).toMatchObject({ started: false, ready: false })
    bench.runtime.exits.set('begin', 0)
    await bench.advance(5)
    expect(bench.container('a').started).toBe(true)
    await bench.advance(1)
    expect(bench.container('a').ready).toBe(true)
    expect(bench.runtime.commands.filter(c => c.command[0] === 'begin').length).toBe(3)
  })

  test('startup: a container that never starts is restarted, with the texts of Kubernetes', async () => {
    bench.runtime.exits.set('begin', 1)
    const startupProbe = probe('begin', { failureThreshold: 2, terminationGracePeriodSeconds: 3 })
    await bench.run(bench.pod({ containers: [container('a', { startupProbe })] }))
    bench.process('a').deafTo.add('SIGTERM')
    await bench.advance(5)
    expect(bench.process('a').signals).toEqual(['SIGTERM'])
    expect(bench.events.filter(e => /Unhealthy|Killing/.test(e))).toEqual([
      'Warning Unhealthy spec.containers{a}: Startup probe failed: ',
      'Warning Unhealthy spec.containers{a}: Startup probe failed: ',
      'Normal Killing spec.containers{a}: Container a failed startup probe, will be restarted',
    ])
    await bench.advance(3)
    expect(bench.container('a').restartCount).toBe(1)
    expect(bench.runner.container('a')!.probeCounts.get('Startup/failed')).toBeGreaterThanOrEqual(2)
  })

  test('a prober that cannot ask says so, and judges nothing', async () => {
    const livenessProbe = { tcpSocket: { port: 'none' }, periodSeconds: 1, failureThreshold: 1 }
    await bench.run(bench.pod({ containers: [container('a', { livenessProbe })] }))
    await bench.advance(10)
    expect(bench.running('a').length).toBe(1)
    expect(bench.container('a').restartCount).toBe(0)
    expect(bench.events).toContain(
      "Warning Unhealthy spec.containers{a}: Liveness probe errored and resulted in unknown state: couldn't find named port: none",
    )
  })

  test('readiness is still asked while the pod ends; liveness is not', async () => {
    bench.runtime.exits.set('ready', 0).set('alive', 0)
    const probes = { readinessProbe: probe('ready'), livenessProbe: probe('alive') }
    await bench.run(bench.pod({ containers: [container('a', probes)] }))
    bench.process('a').deafTo.add('SIGTERM')
    await bench.advance(1)
    await bench.delete(30)
    const asked = () => bench.runtime.commands.length
    const before = asked()
    bench.runtime.exits.set('ready', 1)
    await bench.advance(20)
    expect(asked() - before).toBe(4)
    expect(bench.container('a').ready).toBe(false)
  })

  test('readiness gates hold the pod back until somebody opens them', async () => {
    await bench.run(bench.pod({ containers: [container('a')], readinessGates: [{ conditionType: 'x.org/y' }] }))
    expect(bench.condition('ContainersReady')).toBe('True')
    expect(bench.condition('Ready')).toBe(
      'False: ReadinessGatesNotReady: corresponding condition of pod readiness gate "x.org/y" does not exist.',
    )
    const { pod } = bench.runner
    const gate = (status: string) => [...pod.status!.conditions!, { type: 'x.org/y', status }]
    bench.runner.pod = { ...pod, status: { ...pod.status, conditions: gate('False') } } as typeof pod
    expect(bench.condition('Ready')).toContain('the status of pod readiness gate "x.org/y" is not "True", but False')
    bench.runner.pod = { ...pod, status: { ...pod.status, conditions: gate('True') } } as typeof pod
    expect(bench.condition('Ready')).toBe('True')
  })
})
