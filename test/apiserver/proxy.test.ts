import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttps, request as httpsRequest } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const NS = '/api/v1/namespaces/default'

let cluster: Cluster
const servers: Server[] = []
const dialled: string[] = []
/** Which port of this machine stands for "IP:PORT" of the cluster. */
const network = new Map<string, number>()
let last: IncomingMessage

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** A web server in a pod: says what it was asked, redirects, streams and echoes. */
function podServer(request: IncomingMessage, response: import('node:http').ServerResponse): void {
  last = request
  const url = new URL(request.url!, 'http://pod')
  if (url.pathname === '/redirect') {
    response.writeHead(302, { location: url.searchParams.get('to')! })
    return void response.end()
  }
  if (url.pathname === '/slow') {
    response.write('first\n')
    return // the rest never comes
  }
  if (request.method === 'POST') return void request.pipe(response)
  response.writeHead(url.pathname === '/missing' ? 404 : 200, { 'content-type': 'text/x-odd', 'x-pod': 'yes' })
  response.end(`${request.method} ${request.url}`)
}

/** A kubelet that connects to what the test has put into the network. */
beforeAll(async () => {
  cluster = await startCluster()
  const identity = await cluster.ca.issue('system:node:n1', ['system:nodes'])
  const kubelet = createHttps(
    { ...identity, ca: cluster.ca.pem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      response.end(`kubelet ${request.url}`)
    },
  )
  kubelet.on('upgrade', (request, socket) => {
    const [, , ip, port] = request.url!.split('/')
    dialled.push(`${ip}:${port}`)
    const real = network.get(`${ip}:${port}`)
    if (!real) {
      const text = 'connect: connection refused'
      return void socket.end(`HTTP/1.1 502 Bad Gateway\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
    }
    const upstream = connect({ host: '127.0.0.1', port: real }, () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    const end = () => (socket.destroy(), upstream.destroy())
    for (const side of [socket, upstream]) side.on('error', end).on('close', end)
  })
  const plain = createHttp(podServer)
  const sockets = new WebSocketServer({ server: plain })
  sockets.on('connection', (socket, request) => {
    last = request
    socket.on('message', data => socket.send(`echo ${String(data)}`))
  })
  network.set('10.244.0.5:80', await listen(plain))
  network.set('10.244.0.5:8443', await listen(createHttps(await cluster.ca.issue('pod'), podServer)))
  const kubeletPort = await listen(kubelet as unknown as Server)
  const merge = { 'content-type': 'application/merge-patch+json' }
  const put = async (path: string, body: object) =>
    expect((await cluster.ask(path, { method: 'POST', body })).code).toBe(201)
  const status = async (path: string, value: object) =>
    expect(
      (await cluster.ask(`${path}/status`, { method: 'PATCH', body: { status: value }, headers: merge })).code,
    ).toBe(200)
  await put('/api/v1/nodes', { metadata: { name: 'n1' } })
  await status('/api/v1/nodes/n1', {
    conditions: [{ type: 'Ready', status: 'True' }],
    daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
  })
  await put(`${NS}/serviceaccounts`, { metadata: { name: 'default' } })
  const ports = [
    { name: 'http', containerPort: 80 },
    { name: 'tls', containerPort: 8443 },
  ]
  await put(`${NS}/pods`, {
    metadata: { name: 'p' },
    spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'nginx', ports }] },
  })
  await status(`${NS}/pods/p`, { phase: 'Running', podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }] })
  await put(`${NS}/pods`, { metadata: { name: 'waiting' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } })
  const service = (name: string) =>
    put(`${NS}/services`, {
      metadata: { name },
      spec: {
        ports: [
          { name: 'web', port: 8080, targetPort: 80 },
          { name: 'tls', port: 443, targetPort: 8443 },
        ],
      },
    })
  await service('s')
  await service('empty')
  await put('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
    metadata: { name: 's-1', labels: { 'kubernetes.io/service-name': 's' } },
    addressType: 'IPv4',
    ports: [
      { name: 'web', port: 80 },
      { name: 'tls', port: 8443 },
    ],
    endpoints: [
      { addresses: ['10.244.0.5'], conditions: { ready: true }, nodeName: 'n1' },
      { addresses: ['10.244.0.6'], conditions: { ready: false }, nodeName: 'n1' },
    ],
  })
})
afterAll(async () => {
  await cluster.close()
  for (const server of servers) {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }
})

it('passes path, query, method and body on as they were written, and the answer back', async () => {
  const odd = '/a%2Fb//c%20d/?x=1&x=2&e=%26'
  const answer = await cluster.ask(`${NS}/pods/p/proxy${odd}`)
  expect([answer.code, answer.text]).toEqual([200, `GET ${odd}`])
  expect([answer.headers['x-pod'], answer.headers['content-type']]).toEqual(['yes', 'text/x-odd'])
  const posted = await cluster.ask(`${NS}/pods/p:80/proxy/post`, { method: 'POST', body: { a: 'body' } })
  expect(posted.text).toBe('{"a":"body"}')
  expect((await cluster.ask(`${NS}/pods/p/proxy/missing`)).code).toBe(404)
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    expect((await cluster.ask(`${NS}/pods/p/proxy/m`, { method })).text).toBe(`${method} /m`)
  const head = await cluster.ask(`${NS}/pods/p/proxy/m`, { method: 'HEAD' })
  expect([head.code, head.text]).toEqual([200, ''])
})

it('keeps credentials to itself, and tells who asks for what', async () => {
  await cluster.ask(`${NS}/pods/p/proxy/x`, { headers: { authorization: 'Basic b2Rk', 'x-own': 'kept' } })
  expect(last.headers.authorization).toBeUndefined()
  expect(last.headers['x-own']).toBe('kept')
  expect(last.headers.host).toBe('10.244.0.5')
  expect(last.headers['x-forwarded-uri']).toBe(`${NS}/pods/p/proxy/x`)
  expect(last.headers['x-forwarded-for']).toContain('127.0.0.1')
})

it('chooses pods and ports by number, by name and by scheme', async () => {
  for (const id of ['p', 'p:80', 'p:http', 'http:p:80', 'http:p:'])
    expect((await cluster.ask(`${NS}/pods/${id}/proxy/`)).text).toBe('GET /')
  for (const id of ['https:p:8443', 'https:p:tls'])
    expect((await cluster.ask(`${NS}/pods/${id}/proxy/`)).text).toBe('GET /')
  for (const id of ['s:web', 's:8080', 'http:s:web', 'http:s:8080', 'https:s:tls', 'https:s:443'])
    expect((await cluster.ask(`${NS}/services/${id}/proxy/y`)).text).toBe('GET /y')
  expect((await cluster.ask(`${NS}/pods/ftp:p:80/proxy/`)).json).toMatchObject({
    code: 400,
    message: 'invalid pod request "ftp:p:80"',
  })
  expect((await cluster.ask(`${NS}/services/a:b:c:d/proxy/`)).json).toMatchObject({ code: 400 })
})

it('asks ready endpoints only, and says why nobody can be asked', async () => {
  dialled.length = 0
  for (let i = 0; i < 20; i++) await cluster.ask(`${NS}/services/s:web/proxy/`)
  expect(new Set(dialled)).toEqual(new Set(['10.244.0.5:80']))
  const refusal = async (path: string) => {
    const { code, json } = await cluster.ask(path)
    return [code, json.reason, json.message]
  }
  expect(await refusal(`${NS}/services/empty:web/proxy/`)).toEqual([
    503,
    'ServiceUnavailable',
    'no endpoints available for service "empty"',
  ])
  expect(await refusal(`${NS}/services/s:99/proxy/`)).toEqual([
    503,
    'ServiceUnavailable',
    'no service port 99 found for service "s"',
  ])
  expect(await refusal(`${NS}/services/none:80/proxy/`)).toEqual([404, 'NotFound', 'services "none" not found'])
  expect(await refusal(`${NS}/pods/none/proxy/`)).toEqual([404, 'NotFound', 'pods "none" not found'])
  expect(await refusal(`${NS}/pods/waiting/proxy/`)).toEqual([400, 'BadRequest', 'address not allowed'])
  expect(await refusal(`${NS}/pods/p:81/proxy/`)).toEqual([
    503,
    'ServiceUnavailable',
    'error trying to reach service: dial tcp 10.244.0.5:81: connect: connection refused',
  ])
})

it('gives redirects to the client; those inside the pod lead back through the proxy', async () => {
  const location = async (to: string) => {
    const answer = await cluster.ask(`${NS}/pods/p/proxy/redirect?to=${encodeURIComponent(to)}`)
    expect(answer.code).toBe(302)
    return answer.headers.location
  }
  expect(await location('/login?a=b')).toBe(`${NS}/pods/p/proxy/login?a=b`)
  expect(await location('relative')).toBe('relative')
  expect(await location('https://elsewhere.example/x')).toBe('https://elsewhere.example/x')
  expect(await location('//elsewhere.example/x')).toBe('//elsewhere.example/x')
  const bare = await cluster.ask(`${NS}/pods/p/proxy?a=b`)
  expect([bare.code, bare.headers.location]).toEqual([301, `${NS}/pods/p/proxy/?a=b`])
})

it('streams: the first bytes arrive though the answer never ends, and the pod is let go with the client', async () => {
  await new Promise<void>((resolve, reject) => {
    const request = httpsRequest(
      {
        host: '127.0.0.1',
        port: cluster.server.port,
        path: `${NS}/services/s:web/proxy/slow`,
        ca: cluster.ca.pem,
        ...cluster.admin,
      },
      answer => {
        answer.on('error', () => undefined)
        answer.once('data', (chunk: Buffer) => {
          expect(chunk.toString()).toBe('first\n')
          last.once('close', resolve)
          request.destroy()
        })
      },
    )
    request.on('error', reject)
    request.end()
  })
})

it('upgrades to WebSocket, for pods and services', async () => {
  for (const target of ['pods/p', 'services/s:web']) {
    const socket = new WebSocket(`wss://127.0.0.1:${cluster.server.port}${NS}/${target}/proxy/ws?q=1`, {
      ca: cluster.ca.pem,
      ...cluster.admin,
    })
    const echo = await new Promise<string>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => socket.send('hello'))
      socket.on('message', data => resolve(String(data)))
    })
    expect([echo, last.url]).toEqual(['echo hello', '/ws?q=1'])
    const closed = new Promise(resolve => socket.once('close', resolve))
    socket.close()
    await closed
  }
})

it('hands an upgrade that the pod refuses back as it is', async () => {
  const answer = await new Promise<{ code: number; text: string }>((resolve, reject) => {
    const request = httpsRequest({
      ...{
        host: '127.0.0.1',
        port: cluster.server.port,
        path: `${NS}/pods/https:p:8443/proxy/missing`,
        ca: cluster.ca.pem,
      },
      ...cluster.admin,
      headers: { connection: 'Upgrade', upgrade: 'odd' },
    })
    request.on('error', reject)
    request.on('response', response => {
      let text = ''
      response.on('data', chunk => (text += String(chunk)))
      response.on('end', () => resolve({ code: response.statusCode!, text }))
    })
    request.end()
  })
  expect(answer).toEqual({ code: 404, text: 'GET /missing' })
})

it("reaches the kubelet's own API under nodes", async () => {
  expect((await cluster.ask('/api/v1/nodes/n1/proxy/pods?x=y')).text).toBe('kubelet /pods?x=y')
  expect((await cluster.ask('/api/v1/nodes/none/proxy/pods')).code).toBe(404)
})

it('lets only those through who may use the proxy', async () => {
  expect((await cluster.ask(`${NS}/pods/p/proxy/`, { as: 'anonymous' })).code).toBe(403)
  const jane = await cluster.ca.issue('jane')
  const { json } = await cluster.ask(`${NS}/services/s:web/proxy/`, { as: jane })
  expect(json.message).toContain('cannot get resource "services/proxy"')
})
