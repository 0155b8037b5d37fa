import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

const NODE = '172.18.0.101'
/** Answers by TCP and by datagram on port 8080, with its name and who asks. */
const SERVER = `
  import dgram from 'node:dgram'
  import net from 'node:net'
  net.createServer(s => s.end(process.env.HOSTNAME + ' ' + s.remoteAddress.replace('::ffff:', ''))).listen(8080, () => {
    const server = dgram.createSocket('udp4')
    server.on('message', (_, from) => server.send(process.env.HOSTNAME + ' ' + from.address, from.port, from.address))
    server.bind(8080, () => console.log('ready'))
  })
`
const ASK = (host: string, port: number) => `
  import net from 'node:net'
  const socket = net.connect(${port}, '${host}')
  socket.on('data', data => console.log(String(data))).on('error', error => console.log(error.code))
`
const ASK_UDP = (host: string, port: number) => `
  import dgram from 'node:dgram'
  const socket = dgram.createSocket('udp4')
  socket.on('message', (message, from) => { console.log(message + ' from ' + from.address + ':' + from.port); socket.close() })
  socket.on('error', error => { console.log(error.code); socket.close() })
  socket.connect(${port}, '${host}', () => socket.send('x'))
`

let cluster: TestCluster
const servers: TestProgram[] = []
const port = (hostIP: string | undefined, protocol = 'TCP') => ({
  containerPort: 8080,
  hostPort: 54323,
  hostIP,
  protocol,
})

beforeAll(async () => {
  cluster = await startCluster()
  for (const [name, declared] of [
    ['local', port('127.0.0.1')],
    ['node', port(NODE)],
    ['datagrams', port(NODE, 'UDP')],
    ['all', { ...port(undefined), hostPort: 54324 }],
  ] as const) {
    const server = await cluster.run(cluster.first, name, SERVER, { ports: [declared] })
    await server.line()
    servers.push(server)
  }
})
afterAll(() => cluster.stop())

const from = async (on: 'first' | 'second', program: string, hostNetwork = false) => {
  const asker = await cluster.run(cluster[on], 'asker', program, { hostNetwork })
  return { said: await asker.line(), ip: asker.ip }
}

describe('a port of the node', () => {
  it('leads to one pod at the node’s address and to another at its localhost', async () => {
    expect((await from('first', ASK(NODE, 54323), true)).said).toBe(`node ${NODE}`)
    expect((await from('first', ASK('127.0.0.1', 54323), true)).said).toBe(`local ${NODE}`)
  })

  it('is reached from every node, and the caller keeps its address', async () => {
    for (const on of ['first', 'second'] as const) {
      const { said, ip } = await from(on, ASK(NODE, 54323))
      expect(said).toBe(`node ${ip}`)
    }
  })

  it('without an address of its own is at all of the node', async () => {
    expect((await from('second', ASK(NODE, 54324))).said).toMatch(/^all /)
    expect((await from('first', ASK('127.0.0.1', 54324), true)).said).toMatch(/^all /)
  })

  it('is another one for datagrams, which come back from it', async () => {
    for (const on of ['first', 'second'] as const) {
      const { said, ip } = await from(on, ASK_UDP(NODE, 54323))
      expect(said).toBe(`datagrams ${ip} from ${NODE}:54323`)
    }
  })

  it('is not there on other nodes, nor on a pod’s own localhost', async () => {
    expect((await from('first', ASK('172.18.0.102', 54323))).said).toBe('ECONNREFUSED')
    expect((await from('first', ASK('127.0.0.1', 54323))).said).toBe('ECONNREFUSED')
  })

  it('is closed when its pod goes', async () => {
    cluster.first.network.detach(servers[1]!.uid)
    expect((await from('second', ASK(NODE, 54323))).said).toBe('ECONNREFUSED')
    expect((await from('second', ASK_UDP(NODE, 54323))).said).toMatch(/^datagrams /)
  })
})
