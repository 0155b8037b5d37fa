import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { seededRandom } from '../../engine/base/random.ts'
import {
  DATAGRAM_GREETING,
  FLAG,
  FRAME,
  FrameReader,
  writeFrame,
  type Frame,
} from '../../engine/network/datagrams/frames.ts'
import { Edge } from '../../engine/lab/edge.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { OVERLAY_KEY, startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

/** Answers each datagram with its own name, who asked and what. */
const ECHO = `
  import dgram from 'node:dgram'
  const server = dgram.createSocket('udp4')
  server.on('message', (message, from) => {
    console.log(from.address + ' ' + message)
    server.send(process.env.HOSTNAME + ':' + message, from.port, from.address)
  })
  server.bind(Number(process.env.AT ?? 53), () => console.log(JSON.stringify(server.address())))
`
/** Sends its arguments one by one and prints what comes back. */
const ask = (port: number, host: string, ...messages: string[]) => `
  import dgram from 'node:dgram'
  const client = dgram.createSocket('udp4')
  const messages = ${JSON.stringify(messages)}
  const next = () => messages.length ? client.send(messages.shift(), ${port}, '${host}') : client.close()
  client.on('message', (message, from) => { console.log(from.address + ':' + from.port + ' ' + message); next() })
  next()
`
/** Sends again and again, and prints what comes back. */
const insisting = (host: string) => `
  import dgram from 'node:dgram'
  const client = dgram.createSocket('udp4')
  client.on('message', message => console.log(String(message)))
  setInterval(() => client.send('x', 53, '${host}'), 20)
`
const pods = '/api/v1/pods'
const policies = '/apis/networking.k8s.io/v1/networkpolicies'

describe('datagrams', () => {
  let far: TestProgram
  let near: TestProgram
  beforeAll(async () => {
    far = await cluster.run(cluster.second, 'far', ECHO)
    near = await cluster.run(cluster.first, 'near', ECHO)
    for (const program of [far, near]) expect(JSON.parse(await program.line())).toMatchObject({ port: 53 })
    const spec = { clusterIP: '10.96.0.70', selector: {}, ports: [{ name: 'a', port: 53, protocol: 'UDP' }] }
    cluster.api.put(PATHS.services, service('names', spec))
    cluster.api.put(
      PATHS.slices,
      slice(
        'names',
        [{ name: 'a', port: 53, protocol: 'UDP' }],
        [endpoint(far.ip, 'worker-2'), endpoint(near.ip, 'worker-1')],
      ),
    )
  })

  it('pass between pods of one node and of two, and show who sent them', async () => {
    for (const to of [near, far]) {
      const client = await cluster.run(cluster.first, 'client', ask(53, to.ip, 'one', 'two'))
      for (const word of ['one', 'two']) {
        expect(await client.line()).toBe(`${to.ip}:53 ${to === near ? 'near' : 'far'}:${word}`)
        expect(await to.line()).toBe(`${client.ip} ${word}`)
      }
      await expect.poll(() => client.child.exitCode).toBe(0)
    }
  })

  it('stay inside the pod on localhost, whatever the port', async () => {
    const program = await cluster.run(
      cluster.first,
      'inside',
      `
      import dgram from 'node:dgram'
      const server = dgram.createSocket('udp6').on('message', (message, from) => {
        console.log(server.address().port + ' ' + message + ' ' + from.family)
        server.close()
        client.close()
      })
      const client = dgram.createSocket('udp4')
      server.bind(67, '::1', () => client.send(['a', Buffer.from('-b')], 67, 'localhost'))
    `,
    )
    expect(await program.line()).toBe('67 a-b IPv6')
    await expect.poll(() => program.child.exitCode).toBe(0)
  })

  it('go to a Service’s endpoints and come back from its address, one flow to one endpoint', async () => {
    const met = new Set<string>()
    for (let i = 0; i < 12 && met.size < 2; i++) {
      const client = await cluster.run(cluster.first, 'client', ask(53, '10.96.0.70', 'x', 'y', 'z'))
      const answers = [await client.line(), await client.line(), await client.line()]
      const [name] = /\w+(?=:x$)/.exec(answers[0]!) ?? []
      expect(answers).toEqual(['x', 'y', 'z'].map(word => `10.96.0.70:53 ${name}:${word}`))
      met.add(name!)
    }
    expect([...met].sort()).toEqual(['far', 'near'])
  })

  it('leave an endpoint that is gone with the next datagram of the same flow', async () => {
    const client = await cluster.run(
      cluster.first,
      'patient',
      `
      import dgram from 'node:dgram'
      const client = dgram.createSocket('udp4')
      client.on('message', message => console.log(String(message)))
      setInterval(() => client.send('again', 53, '10.96.0.71'), 20)
    `,
    )
    const only = (program: TestProgram, node: string) =>
      cluster.api.put(
        PATHS.slices,
        slice('moves', [{ name: 'a', port: 53, protocol: 'UDP' }], [endpoint(program.ip, node)]),
      )
    const spec = { clusterIP: '10.96.0.71', selector: {}, ports: [{ name: 'a', port: 53, protocol: 'UDP' }] }
    only(near, 'worker-1')
    cluster.api.put(PATHS.services, service('moves', spec))
    expect(await client.line()).toBe('near:again')
    only(far, 'worker-2')
    for (;;) if ((await client.line()) === 'far:again') break
    await cluster.kill(client)
  })

  it('tell a connected socket that nobody hears, and nobody else', async () => {
    const program = await cluster.run(
      cluster.first,
      'refused',
      `
      import dgram from 'node:dgram'
      const [open, silent] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')]
      silent.on('error', error => console.log('told: ' + error.message))
      silent.send('x', 9, '${far.ip}', error => {
        console.log(String(error))
        open.on('error', error => {
          console.log(error.syscall + ' ' + error.code)
          open.disconnect()
          try { open.remoteAddress() } catch (error) { console.log(error.code) }
          silent.send('x', 53, '8.8.8.8', error => { console.log(error.code); open.close(); silent.close() })
        })
        open.connect(9, '${far.ip}', () => {
          console.log(JSON.stringify(open.remoteAddress()))
          open.send('y')
        })
      })
    `,
    )
    expect(await program.line()).toBe('null')
    expect(JSON.parse(await program.line())).toEqual({ address: far.ip, port: 9, family: 'IPv4' })
    expect(await program.line()).toBe('recvmsg ECONNREFUSED')
    expect(await program.line()).toBe('ERR_SOCKET_DGRAM_NOT_CONNECTED')
    expect(await program.line()).toBe('ENETUNREACH')
    await expect.poll(() => program.child.exitCode).toBe(0)
  })

  it('refuse a port that is taken, an address that is another’s, and bad arguments as Node does', async () => {
    const program = await cluster.run(
      cluster.first,
      'wrong',
      `
      import dgram from 'node:dgram'
      const [first, second, third] = [1, 2, 3].map(() => dgram.createSocket('udp4'))
      const shared = [1, 2].map(() => dgram.createSocket({ type: 'udp4', reuseAddr: true }))
      const code = run => { try { run(); return 'nothing' } catch (error) { return error.code } }
      first.bind(1000, () => {
        second.on('error', error => {
          console.log(error.message)
          third.on('error', error => {
            console.log(error.code)
            shared[0].bind(1001, () => shared[1].bind(1001, () => {
              console.log(code(() => first.send('x', 0, 'localhost')))
              console.log(code(() => first.send({}, 1, 'localhost')))
              console.log(code(() => first.send('x', 5, 1, 1, 'localhost')))
              console.log(code(() => first.bind(5)))
              first.close()
              console.log(code(() => first.send('x', 1, 'localhost')))
              for (const socket of shared) socket.close()
            }))
          }).bind(1002, '10.244.7.7')
        }).bind(1000)
      })
    `,
    )
    const said = ['bind EADDRINUSE 0.0.0.0:1000', 'EADDRNOTAVAIL', 'ERR_SOCKET_BAD_PORT', 'ERR_INVALID_ARG_TYPE']
    const more = ['ERR_BUFFER_OUT_OF_BOUNDS', 'ERR_SOCKET_ALREADY_BOUND', 'ERR_SOCKET_DGRAM_NOT_RUNNING']
    for (const line of [...said, ...more]) expect(await program.line()).toBe(line)
    await expect.poll(() => program.child.exitCode).toBe(0)
  })

  it('of the largest size arrive whole, and a larger one is refused', async () => {
    const program = await cluster.run(
      cluster.first,
      'large',
      `
      import dgram from 'node:dgram'
      const client = dgram.createSocket('udp4')
      client.on('message', message => { console.log(message.length); client.close() })
      client.send(Buffer.alloc(65508), 53, '${far.ip}', error => {
        console.log(error?.code)
        client.send(Buffer.alloc(65500, 'x'), 53, '${far.ip}')
      })
    `,
    )
    expect(await program.line()).toBe('EMSGSIZE')
    expect(await program.line()).toBe(String(65_504))
  })

  it('do not pass where a policy forbids it, in either direction', async () => {
    const closed = await cluster.run(cluster.second, 'closed', ECHO)
    await closed.line()
    cluster.api.put(pods, pod('closed', closed.ip, { app: 'closed' }))
    const client = await cluster.run(cluster.first, 'client', insisting(closed.ip))
    expect(await client.line()).toBe('closed:x')
    const muted = await cluster.run(cluster.first, 'muted', insisting(near.ip))
    expect(await muted.line()).toBe('near:x')
    cluster.api.put(pods, pod('muted', muted.ip, { app: 'muted' }))
    cluster.api.put(policies, denyAll('closed', 'Ingress'))
    cluster.api.put(policies, denyAll('muted', 'Egress'))
    // What goes on keeps its way; whoever comes now gets no answer.
    for (const [host, as] of [
      [closed.ip, undefined],
      [near.ip, muted],
    ] as const) {
      const late = as
        ? await cluster.run(cluster.first, 'late', insisting(host), {}, { ...as.env })
        : await cluster.run(cluster.first, 'late', insisting(host))
      const answered = Promise.race([late.line(), new Promise(done => setTimeout(done, 300, 'silence'))])
      expect(await answered).toBe('silence')
      await cluster.kill(late)
    }
    const free = await cluster.run(cluster.first, 'free', insisting(far.ip))
    expect(await free.line()).toBe('far:x')
    for (const program of [client, muted, free]) await cluster.kill(program)
  })

  it('come from the laptop through the port of a Service, each client for itself', async () => {
    const workers = [cluster.first, cluster.second].map(({ port }, i) => {
      return { name: `worker-${i + 1}`, host: '127.0.0.1', port, address: `172.18.0.10${i + 1}` }
    })
    const opened = Promise.withResolvers<number>()
    const edge = new Edge(
      silentLogger,
      () => [...workers],
      () => new Peers(OVERLAY_KEY),
      ([result]) => opened.resolve(result!.boundPort!),
      () => 0,
    )
    const clients = [createSocket('udp4'), createSocket('udp4')]
    try {
      const connect = '172.18.0.101:30053'
      const common = { namespace: 'default', service: 'names', port: 30053, connect } as const
      const ports = [{ name: 'a', port: 53, nodePort: 30053, protocol: 'UDP' }]
      const spec = { type: 'NodePort', clusterIP: '10.96.0.70', selector: {}, ports }
      cluster.api.put(PATHS.services, service('names', spec))
      edge.setWanted('worker-1', [{ kind: 'NodePort', protocol: 'UDP', ...common }])
      const port = await opened.promise
      for (const [i, client] of clients.entries()) {
        const answer = new Promise<string>(done => client.once('message', message => done(String(message))))
        // Until the node has heard of the port.
        const again = setInterval(() => client.send(`from-${i}`, port, '127.0.0.1'), 20)
        expect(await answer).toMatch(new RegExp(`^(near|far):from-${i}$`))
        clearInterval(again)
      }
    } finally {
      for (const client of clients) client.close()
      edge.dispose()
    }
  })

  it('of programs that break the protocol end with them, and disturb nobody', async () => {
    const random = seededRandom(11)
    const attempts = [
      'pod wrong\n',
      'pod \n',
      'node\n',
      'outside\n',
      `pod ${near.env.KUBARIUM_POD_TOKEN}\n`,
      'x'.repeat(5000),
    ]
    for (const greeting of attempts)
      for (let i = 0; i < 8; i++) {
        const stream = connect({ host: '127.0.0.1', port: cluster.first.port })
        await once(stream, 'connect')
        stream.on('error', () => stream.destroy())
        stream.write(DATAGRAM_GREETING + greeting)
        stream.write(Buffer.from(Array.from({ length: 400 }, () => Math.floor(random.next() * 256))))
        stream.write(writeFrame({ type: 1 + (i % 9), id: i, ip: '10.244.1.1', port: 1, payload: Buffer.from('x') }))
        stream.resume()
        stream.end()
        await once(stream, 'close')
      }
    const client = await cluster.run(cluster.second, 'client', ask(53, near.ip, 'still'))
    expect(await client.line()).toBe(`${near.ip}:53 near:still`)
  })

  it('of one pod cannot be sent or heard in the name of another', async () => {
    const stream = connect({ host: '127.0.0.1', port: cluster.first.port })
    const frames: Frame[] = []
    const reader = new FrameReader(frame => void frames.push(frame))
    stream.on('data', chunk => void reader.take(chunk))
    stream.write(`${DATAGRAM_GREETING}pod ${near.env.KUBARIUM_POD_TOKEN}\n`)
    stream.write(writeFrame({ type: FRAME.bind, id: 1, port: 53 }))
    // Its own address is what the gateway says, whatever the frame does.
    stream.write(writeFrame({ type: FRAME.bind, id: 2, port: 5000 }))
    const to = { ip: far.ip, port: 53, peerIP: '10.244.2.99', peerPort: 7, payload: Buffer.from('who') }
    stream.write(writeFrame({ type: FRAME.send, id: 2, code: FLAG.answer, ...to }))
    await expect.poll(() => frames.map(f => f.type)).toContain(FRAME.receive)
    expect(frames.find(f => f.type === FRAME.bound && f.id === 1)?.code).toBe(1)
    for (;;) {
      const line = await far.line()
      if (line.endsWith('who')) {
        expect(line).toBe(`${near.ip} who`)
        break
      }
    }
    stream.destroy()
  })
})

function pod(name: string, podIP: string, labels: Record<string, string>): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels } },
    ...{ spec: { containers: [] }, status: { phase: 'Running', podIP, podIPs: [{ ip: podIP }] } },
  }
}

function denyAll(app: string, direction: string): object {
  const spec = { podSelector: { matchLabels: { app } }, policyTypes: [direction] }
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: app, namespace: 'default' },
    spec,
  }
}
