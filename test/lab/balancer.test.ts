import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { freePort } from '../../engine/base/ports.ts'
import { LoadBalancer, type Backend } from '../../engine/lab/balancer.ts'
import { Edge } from '../../engine/lab/edge.ts'
import type { ExposedPort, ExposureResult } from '../../engine/network/exposure.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'

const open: { close(): void }[] = []
afterEach(() => {
  for (const thing of open.splice(0)) thing.close()
})

/** Greets with its name and then says back what it hears. */
function backend(name: string): Backend & { sockets: Set<Socket> } {
  const sockets = new Set<Socket>()
  return {
    name,
    sockets,
    async take(client) {
      sockets.add(client)
      client.allowHalfOpen = true
      client.on('data', chunk => client.write(chunk))
      client.on('end', () => client.end('bye'))
      client.write(`${name}\n`)
      client.resume()
      return { closed: new Promise(done => client.once('close', () => done())) }
    },
  }
}

/** Takes nothing. */
function refusing(name: string, meanwhile = () => {}): Backend {
  return {
    name,
    async take() {
      meanwhile()
      return undefined
    },
  }
}

async function balancer(): Promise<{ lb: LoadBalancer; port: number }> {
  const lb = new LoadBalancer()
  open.push({ close: () => lb.dispose() })
  return { lb, port: await lb.listen(0) }
}

/** Connects, sends, half-closes, and gives all that comes back. */
function talk(port: number, text = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.end(text))
    socket.on('data', chunk => (answer += chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(answer))
  })
}

describe('the load balancer', () => {
  test('passes bytes in both directions and the end of each, and loses none of the last words', async () => {
    const { lb, port } = await balancer()
    lb.add(backend('a'))
    const big = 'x'.repeat(3_000_000)
    expect(await talk(port, big)).toBe(`a\n${big}bye`)
  })

  test('goes to the backend with the fewest connections', async () => {
    const { lb, port } = await balancer()
    const [a, b] = [backend('a'), backend('b')]
    lb.add(a)
    lb.add(b)
    const sockets = Array.from({ length: 6 }, () => connect(port, '127.0.0.1'))
    await Promise.all(sockets.map(s => new Promise(done => s.once('data', done))))
    expect([a.sockets.size, b.sockets.size]).toEqual([3, 3])
    for (const socket of sockets) socket.destroy()
  })

  test('counts the connections of each backend, those that are open and all that it took', async () => {
    const { lb, port } = await balancer()
    lb.add(backend('a'))
    await talk(port)
    const socket = connect(port, '127.0.0.1')
    await new Promise(done => socket.once('data', done))
    await expect.poll(() => lb.loadOf('a')).toEqual({ open: 1, served: 2 })
    lb.remove('a')
    expect(lb.loadOf('a')).toEqual({ open: 0, served: 2 })
    expect(lb.loadOf('b')).toEqual({ open: 0, served: 0 })
    socket.destroy()
  })

  test('tries another backend when one refuses', async () => {
    const { lb, port } = await balancer()
    lb.add(refusing('dead'))
    lb.add(backend('alive'))
    expect(await talk(port)).toBe('alive\nbye')
    expect(await talk(port)).toBe('alive\nbye')
  })

  test('a connection is not lost when its backend is taken out while it is being reached', async () => {
    const { lb, port } = await balancer()
    lb.add(
      refusing('taken', () => {
        lb.remove('taken')
        lb.add(backend('spare'))
      }),
    )
    expect(await talk(port)).toBe('spare\nbye')
  })

  test('a connection without a backend waits for one', async () => {
    const { lb, port } = await balancer()
    const answer = talk(port, 'hello')
    lb.add(backend('late'))
    expect(await answer).toBe('late\nhellobye')
  })

  test('connections of a backend that is taken out are cut', async () => {
    const { lb, port } = await balancer()
    lb.add(backend('a'))
    const socket = connect(port, '127.0.0.1')
    await new Promise(done => socket.once('data', done))
    const closed = new Promise(done => socket.once('close', done))
    lb.remove('a')
    await closed
  })

  test('a port that is taken is named, with a way out', async () => {
    const { port } = await balancer()
    const second = new LoadBalancer()
    await expect(second.listen(port)).rejects.toMatchObject({
      message: `Port ${port} is taken by another program.`,
      advice: expect.stringContaining('--port'),
    })
    second.dispose()
  })
})

describe('the edge', () => {
  /** A worker's proxy: answers CONNECT and then tells where it was asked to go. */
  async function worker(name: string, verdict = '200 OK') {
    const server = createServer(socket => {
      socket.on('error', () => socket.destroy())
      socket.once('data', chunk => {
        const target = /^CONNECT (\S+)/.exec(chunk.toString())?.[1]
        socket.end(`HTTP/1.1 ${verdict}\r\n\r\n${verdict.startsWith('2') ? `${name} ${target}` : ''}`)
      })
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    open.push({ close: () => server.close() })
    return { name, host: '127.0.0.1', port: (server.address() as { port: number }).port }
  }
  const wanted = (port: number): ExposedPort => ({
    kind: 'NodePort',
    namespace: 'd',
    service: 's',
    protocol: 'TCP',
    port,
    connect: '172.18.0.101:30080',
  })

  function edge(workers: Awaited<ReturnType<typeof worker>>[]) {
    let settle: (results: ExposureResult[]) => void = () => undefined
    const created = new Edge(
      silentLogger,
      () => workers.map(w => ({ ...w, address: '172.18.0.101' })),
      () => new Peers('key'),
      results => settle(results),
    )
    open.push({ close: () => created.dispose() })
    const set = (name: string, ports: ExposedPort[] | undefined) =>
      new Promise<ExposureResult[]>(resolve => {
        settle = resolve
        created.setWanted(name, ports)
      })
    return { set }
  }

  test('opens what is wanted, asks a worker to connect, and closes what is no longer wanted', async () => {
    const { set } = edge([await worker('w1')])
    const port = await freePort()
    const [result] = await set('w1', [wanted(port)])
    expect(result).toMatchObject({ boundPort: port })
    expect(await talk(port)).toBe('w1 172.18.0.101:30080')
    expect(await set('w1', [])).toEqual([])
    await expect(talk(port)).rejects.toThrow('ECONNREFUSED')
  })

  test('takes connections only of clients that the load balancer admits', async () => {
    const { set } = edge([await worker('w1')])
    const [port, closed] = [await freePort(), await freePort()]
    await set('w1', [
      { ...wanted(port), kind: 'LoadBalancer', sourceRanges: ['203.0.113.0/24', '127.0.0.0/8'] },
      { ...wanted(closed), kind: 'LoadBalancer', sourceRanges: ['203.0.113.0/24', '2001:db8::/32'] },
    ])
    expect(await talk(port)).toContain('w1')
    expect(await talk(closed).catch(() => '')).toBe('')
  })

  test('a port that is taken is opened elsewhere, and the result says so', async () => {
    const taken = createServer()
    await new Promise<void>(done => taken.listen(0, '127.0.0.1', done))
    open.push({ close: () => taken.close() })
    const { port } = taken.address() as { port: number }
    const { set } = edge([await worker('w1')])
    const [result] = await set('w1', [wanted(port)])
    expect(result.boundPort).not.toBe(port)
    expect(result.error).toContain(`Port ${port} is taken`)
    expect(await talk(result.boundPort!)).toContain('w1')
  })

  test('the next worker is asked when one does not answer, and a refusal of the network closes the connection', async () => {
    const gone = { name: 'gone', host: '127.0.0.1', port: await freePort() }
    const { set } = edge([gone, await worker('w2')])
    const port = await freePort()
    await set('w2', [wanted(port)])
    for (let i = 0; i < 4; i++) expect(await talk(port)).toContain('w2')
    const refusing = edge([await worker('w3', '502 Bad Gateway')])
    const other = await freePort()
    await refusing.set('w3', [wanted(other)])
    expect(await talk(other).catch(() => '')).toBe('')
  })

  test('ports outlive the worker that told of them last', async () => {
    const { set } = edge([await worker('w1')])
    const port = await freePort()
    await set('w1', [wanted(port)])
    expect((await set('w1', undefined)).map(r => r.port)).toEqual([port])
  })
})
