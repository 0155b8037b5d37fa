import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { Pages } from '../../engine/lab/pages.ts'

/** A worker's proxy that notes what it is asked and answers as it is told. */
let asked: string[]
let answer: string
let proxy: Server
let pages: Pages
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
  pages = new Pages(
    () => [{ name: 'w', host: '127.0.0.1', port, address: '172.18.0.2' }],
    () => new Peers('key'),
    'cluster.local',
    silentLogger,
  )
})
afterEach(async () => {
  pages.dispose()
  for (const socket of sockets) socket.destroy()
  await new Promise(done => proxy.close(done))
})

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
    await expect(pages.open({ ...front, port: 65 })).rejects.toThrow('64 Services are open in browsers already.')
  })
})
