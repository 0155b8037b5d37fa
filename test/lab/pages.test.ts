import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { servePortForward } from '../../engine/kubelet/server/port-forward.ts'
import { Pages } from '../../engine/lab/pages.ts'

/** A worker's proxy that notes what it is asked and answers as it is told. */
let asked: string[]
let answer: string
let proxy: Server
let pages: Pages
let apiServer: { port: number; server: HttpServer; asked: string[] }
/** What a pod's kubelet connects a port to. */
let dial: (port: number) => Promise<Socket>
const sockets = new Set<Socket>()

beforeEach(async () => {
  asked = []
  answer = 'HTTP/1.1 200 Connection established\r\n\r\n'
  proxy = createServer(socket => {
    sockets.add(socket)
    socket.once('data', head => {
      asked.push(head.toString().split('\r\n')[0]!)
      socket.write(answer)
      if (answer.startsWith('HTTP/1.1 200'))
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'))
      else socket.end()
    })
    socket.on('error', () => socket.destroy())
  })
  await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done))
  const { port } = proxy.address() as { port: number }
  dial = () => Promise.reject(new Error('connection refused'))
  apiServer = await playApiServer()
  pages = new Pages(
    () => [{ name: 'w', host: '127.0.0.1', port, address: '172.18.0.2' }],
    () => new Peers('key'),
    () => Promise.resolve({ server: `http://127.0.0.1:${apiServer.port}`, ca: '', cert: '', key: '' }),
    'cluster.local',
    silentLogger,
  )
})
afterEach(async () => {
  pages.dispose()
  for (const socket of sockets) socket.destroy()
  await new Promise(done => proxy.close(done))
  apiServer.server.closeAllConnections()
  await new Promise(done => apiServer.server.close(done))
})

/** Passes what is asked of a pod named front on to a kubelet's port-forwarding, and knows no other pod. */
async function playApiServer(): Promise<typeof apiServer> {
  const paths: string[] = []
  const server = createHttpServer((request, response) => {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ kind: 'Status', message: `pods "${request.url!.split('/')[6]}" not found` }))
  })
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket as Socket)
    socket.on('error', () => socket.destroy())
    paths.push(request.url!)
    if (request.url!.includes('/pods/front/')) servePortForward(request, socket, head, new URLSearchParams(), dial)
    else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 26\r\n\r\n{"message":"no such pod!"}')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return { port: (server.address() as { port: number }).port, server, asked: paths }
}

const front = { namespace: 'shop', service: 'front', port: 8080 }
const see = async (port: number) => {
  const response = await fetch(`http://127.0.0.1:${port}/`)
  return { status: response.status, text: await response.text() }
}

describe('a page of a Service', () => {
  it('leads to the Service by its name, on a port and so an origin of its own, the same one each time', async () => {
    const port = await pages.open(front)
    expect(await see(port)).toEqual({ status: 200, text: 'hi' })
    expect(asked).toEqual(['CONNECT front.shop.svc.cluster.local:8080 HTTP/1.1'])
    expect(await pages.open(front)).toBe(port)
    expect(await pages.open({ ...front, port: 9000 })).not.toBe(port)
  })

  it('shows why the network refuses', async () => {
    answer = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 14\r\n\r\nno endpoints!\n'
    expect(await see(await pages.open(front))).toEqual({ status: 502, text: 'no endpoints!\n' })
  })

  it('is not opened by what is no name or port, whatever is hidden in it', async () => {
    for (const wrong of [{ service: 'a b' }, { service: 'x\r\nHost: y' }, { namespace: '../kube-system' }, { port: 0 }])
      await expect(pages.open({ ...front, ...wrong })).rejects.toThrow(/is no/)
  })

  it('says when there are too many', async () => {
    for (let port = 1; port <= 64; port++) await pages.open({ ...front, port })
    await expect(pages.open({ ...front, port: 65 })).rejects.toThrow(
      '64 Services and pods are open in browsers already.',
    )
  })
})

describe('a port of a pod', () => {
  const pod = { namespace: 'shop', pod: 'front', port: 80 }

  it('leads through the API server to what listens in the pod, on the same port of this computer each time', async () => {
    const { port: proxied } = proxy.address() as { port: number }
    const wanted: number[] = []
    dial = wants => {
      wanted.push(wants)
      const socket = connect(proxied, '127.0.0.1')
      return new Promise(done => socket.once('connect', () => done(socket)))
    }
    answer = 'HTTP/1.1 404 Nothing here\r\nContent-Length: 3\r\nConnection: close\r\n\r\nhi\n'
    const port = await pages.open(pod)
    expect(await see(port)).toEqual({ status: 404, text: 'hi\n' })
    expect(wanted).toEqual([80])
    expect(apiServer.asked).toEqual(['/api/v1/namespaces/shop/pods/front/portforward'])
    expect(await pages.open(pod)).toBe(port)
    expect(await pages.open({ ...pod, pod: 'front-1' })).not.toBe(port)
  })

  it('shows why the pod does not answer, and that there is no such pod', async () => {
    expect(await see(await pages.open(pod))).toEqual({
      status: 502,
      text: 'an error occurred forwarding to port 80: connection refused\n',
    })
    expect(await see(await pages.open({ ...pod, pod: 'gone' }))).toEqual({ status: 502, text: 'no such pod!\n' })
  })

  it('ends the way to the pod when the client leaves', async () => {
    const upstream = Promise.withResolvers<Socket>()
    const { port: proxied } = proxy.address() as { port: number }
    dial = () => {
      const socket = connect(proxied, '127.0.0.1')
      upstream.resolve(socket)
      return new Promise(done => socket.once('connect', () => done(socket)))
    }
    const client = connect(await pages.open(pod), '127.0.0.1')
    const carried = await upstream.promise
    client.destroy()
    await expect.poll(() => carried.destroyed).toBe(true)
  })

  it('is not opened by what is no name or port', async () => {
    for (const wrong of [{ pod: 'a/b' }, { pod: '../x' }, { namespace: 'A' }, { port: 65_536 }])
      await expect(pages.open({ ...pod, ...wrong })).rejects.toThrow(/is no/)
  })
})
