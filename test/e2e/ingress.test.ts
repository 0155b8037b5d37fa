import { request as plain, type IncomingHttpHeaders } from 'node:http'
import { request as secure } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Ingress } from '../../engine/api/types.ts'
import { TestCA } from '../apiserver/pki.ts'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('ingress')
const INGRESS = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  authorized?: boolean
}

describe.skipIf(!has('kubectl', 'version', '--client'))('the ingress of a lab (needs kubectl)', () => {
  let ca: TestCA
  beforeAll(async () => {
    ca = await TestCA.create()
    await lab.up('--masters', '1', '--workers', '2')
    await lab.apply(...app('red'), ...app('blue'), service('empty'))
    for (const name of ['red', 'blue']) await lab.k('rollout', 'status', `deployment/${name}`, '--timeout=60s')
  })
  afterAll(() => lab.remove())

  test('is the default class, and nothing answers before there is an Ingress', async () => {
    const classes = JSON.parse(await lab.k('get', 'ingressclass', '-o', 'json')) as { items: Ingress[] }
    expect(classes.items.map(c => [c.metadata.name, c.metadata.annotations])).toEqual([
      ['kubarium', { 'ingressclass.kubernetes.io/is-default-class': 'true' }],
    ])
  })

  test('leads hosts, wildcards and paths to their Services', async () => {
    await lab.apply({
      ...INGRESS,
      metadata: { name: 'colours' },
      spec: {
        rules: [
          { host: 'red.example.com', http: { paths: [path('/', 'Prefix', 'red')] } },
          {
            host: '*.any.example.com',
            http: { paths: [path('/exact', 'Exact', 'red'), path('/echo', 'Prefix', 'blue')] },
          },
          { host: 'empty.example.com', http: { paths: [path('/', 'Prefix', 'empty')] } },
        ],
      },
    })
    const { http } = await addressOf('colours')
    const at = (host: string, target: string) => get(http, host, target)
    expect(await at('red.example.com', '/hostname')).toMatchObject({
      status: 200,
      body: expect.stringMatching(/^red-/),
    })
    expect(await at('RED.example.com:80', '/hostname')).toMatchObject({ status: 200 })
    expect(await at('x.any.example.com', '/echo?msg=hello')).toMatchObject({ status: 200, body: 'hello' })
    // The Service has no such page: the path did arrive.
    expect(await at('x.any.example.com', '/exact')).toMatchObject({
      status: 404,
      body: expect.not.stringMatching('Ingress'),
    })
    for (const [host, target] of [
      ['x.any.example.com', '/exact/more'],
      ['x.any.example.com', '/echoes'],
      ['any.example.com', '/echo'],
      ['x.y.any.example.com', '/echo'],
      ['elsewhere.example.com', '/'],
    ] as const)
      expect(await at(host, target), `${host}${target}`).toMatchObject({
        status: 404,
        body: 'no Ingress has a rule for this host and path\n',
      })
    expect(await at('empty.example.com', '/')).toMatchObject({ status: 503 })
  })

  test('tells the Service for whom it asks, whatever the client says', async () => {
    const { http } = await addressOf('colours')
    const headers = { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=6.6.6.6', 'x-real-ip': '6.6.6.6' }
    const asked = (name: string) => get(http, 'red.example.com', `/header?key=${name}`, { headers })
    expect((await asked('X-Forwarded-For')).body).toBe('127.0.0.1')
    expect((await asked('X-Real-IP')).body).toBe('127.0.0.1')
    expect((await asked('X-Forwarded-Host')).body).toBe('red.example.com')
    expect((await asked('Forwarded')).body).toBe('')
  })

  test('serves the certificate of a Secret, and a default one to everybody else', async () => {
    const { cert, key } = await ca.issue('localhost')
    const data = { 'tls.crt': btoa(cert), 'tls.key': btoa(key) }
    await lab.apply(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'localhost' }, type: 'kubernetes.io/tls', data },
      {
        ...INGRESS,
        metadata: { name: 'private', annotations: { 'ingress.kubarium.io/ssl-redirect': 'true' } },
        spec: {
          tls: [{ hosts: ['localhost'], secretName: 'localhost' }],
          rules: [{ host: 'localhost', http: { paths: [path('/', 'Prefix', 'blue')] } }],
        },
      },
    )
    const { http, https } = await addressOf('private')
    const trusted = await eventually(() => get(https, 'localhost', '/hostname', { ca: ca.pem }))
    expect(trusted).toMatchObject({ status: 200, authorized: true, body: expect.stringMatching(/^blue-/) })
    expect(await get(http, 'localhost', '/hostname?a=b')).toMatchObject({
      status: 308,
      headers: { location: `https://localhost:${https}/hostname?a=b` },
    })
    await expect(get(https, 'red.example.com', '/', { ca: ca.pem })).rejects.toThrow(/certificate|signature/)
    expect(await get(https, 'red.example.com', '/hostname', { insecure: true })).toMatchObject({ status: 200 })
  })

  test('says in an event what it cannot serve', async () => {
    await lab.apply({
      ...INGRESS,
      metadata: { name: 'odd', annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/' } },
      spec: { tls: [{ hosts: ['odd.example.com'], secretName: 'none' }], defaultBackend: backend('red') },
    })
    const events = await eventually(async () => {
      const selector = 'involvedObject.name=odd,type=Warning'
      const found = await lab.k('get', 'events', '--field-selector', selector, '-o', 'jsonpath={.items[*].message}')
      return found.includes('rewrite-target') && found.includes('Secret') && found
    })
    expect(events).toContain('Secret default/none is not there')
    // It has no rules: it answers where nobody else does.
    const { http } = await addressOf('odd')
    expect(await get(http, 'elsewhere.example.com', '/hostname')).toMatchObject({
      body: expect.stringMatching(/^red-/),
    })
  })

  test('leaves Ingresses of other classes alone, and lets go of one that changes its class', async () => {
    const spec = { ingressClassName: 'other', defaultBackend: backend('red') }
    await lab.apply({ ...INGRESS, metadata: { name: 'moves' }, spec: { ...spec, ingressClassName: 'kubarium' } })
    await addressOf('moves')
    await lab.apply({ ...INGRESS, metadata: { name: 'moves' }, spec })
    await eventually(async () => (await ingress('moves')).status?.loadBalancer?.ingress === undefined)
  })

  test('goes on when a worker is gone, and ends with the last Ingress', async () => {
    const { http } = await addressOf('colours')
    expect(await lab.machine('kill', 'worker-1')).toMatchObject({ code: 0 })
    const pod = await lab.k('get', 'pods', '-l', 'app=red', '-o', 'wide')
    expect(pod).toContain('worker-2')
    await eventually(async () => (await get(http, 'red.example.com', '/hostname')).status === 200)
    await lab.k('delete', 'ingress', '--all')
    await eventually(() =>
      get(http, 'red.example.com', '/hostname').then(
        () => false,
        (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
      ),
    )
  })
})

async function ingress(name: string): Promise<Ingress> {
  return JSON.parse(await lab.k('get', 'ingress', name, '-o', 'json')) as Ingress
}

/** The ports that the status of an Ingress shows. */
function addressOf(name: string): Promise<{ http: number; https: number }> {
  return eventually(async () => {
    const [entry] = (await ingress(name)).status?.loadBalancer?.ingress ?? []
    const [http, https] = (entry?.ports ?? []).map(p => p.port)
    return entry?.ip === '127.0.0.1' && http && https ? { http, https } : undefined
  })
}

function get(
  port: number,
  host: string,
  path: string,
  { headers = {}, ca, insecure }: { headers?: Record<string, string>; ca?: string; insecure?: boolean } = {},
): Promise<Answer> {
  const overTls = ca !== undefined || insecure === true
  const options = { host: '127.0.0.1', port, path, headers: { ...headers, host }, agent: false, timeout: 20_000 }
  return new Promise((resolve, reject) => {
    const asked = overTls ? secure({ ...options, ca, servername: host, rejectUnauthorized: !insecure }) : plain(options)
    asked.on('error', reject)
    asked.on('timeout', () => asked.destroy(new Error(`no answer from ${host}${path}`)))
    asked.on('response', response => {
      response.setEncoding('utf8')
      let body = ''
      response.on('data', (text: string) => (body += text))
      response.on('error', reject)
      const { authorized } = response.socket as Partial<TLSSocket>
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body, authorized }))
    })
    asked.end()
  })
}

function path(path: string, pathType: string, name: string): object {
  return { path, pathType, backend: backend(name) }
}

function backend(name: string): object {
  return { service: { name, port: { number: 80 } } }
}

function service(name: string): object {
  const spec = { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] }
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec }
}

/** A Deployment with a pod on each worker, and its Service. */
function app(name: string): object[] {
  const matchLabels = { app: name }
  const spread = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' }
  const container = { name: 'c', image: 'agnhost', args: ['netexec', '--http-port=8080'] }
  const readinessProbe = { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 }
  const spec = {
    topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels } }],
    containers: [{ ...container, readinessProbe }],
  }
  return [
    service(name),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: { replicas: 2, selector: { matchLabels }, template: { metadata: { labels: matchLabels }, spec } },
    },
  ]
}
