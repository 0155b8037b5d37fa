import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATAGRAM_GREETING, FRAME, writeFrame } from '../../engine/network/datagrams/frames.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { talk } from './talk.ts'
import { OVERLAY_KEY, startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

/** Prints who calls, over TCP and over UDP. */
const SERVER = `
  import net from 'node:net'
  import dgram from 'node:dgram'
  net.createServer(s => { console.log('tcp ' + s.remoteAddress); s.on('error', () => {}).end('hello') }).listen(80, () =>
    dgram.createSocket('udp4').on('message', (text, from) => console.log('udp ' + from.address + ' ' + text)).bind(53, () => console.log('up')))
`

let cluster: TestCluster
let server: TestProgram
beforeAll(async () => {
  cluster = await startCluster()
  server = await cluster.run(cluster.first, 'server', SERVER)
  expect(await server.line()).toBe('up')
})
afterAll(() => cluster.stop())

function ask(headers: string[]): Promise<string> {
  return talk(cluster.first.port, [`CONNECT ${server.ip}:80 HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'))
}

describe('nobody but a gateway of the lab', () => {
  it('speaks for a pod of another node', async () => {
    const peers = new Peers(OVERLAY_KEY)
    const target = `${server.ip}:80`
    const claim = 'kubarium-source: 10.244.2.7'
    const { port } = cluster.first
    for (const proof of [
      '',
      'x',
      new Peers('guessed').prove(port, 'source', target, '10.244.2.7'),
      // What proves one word proves no other, and nothing anywhere else.
      peers.prove(port, 'source', target, '10.244.2.8'),
      peers.prove(port, 'source', `${server.ip}:81`, '10.244.2.7'),
      peers.prove(port, 'client', target, '10.244.2.7'),
      peers.prove(cluster.second.port, 'source', target, '10.244.2.7'),
    ])
      expect(await ask([claim, `kubarium-proof: ${proof}`])).toMatch(/^HTTP\/1.1 407 /)
    expect(await ask([claim])).toMatch(/^HTTP\/1.1 407 /)
    // Nor does a pod that proves itself: the two claims do not go together.
    const own = Buffer.from(`pod:${server.env.KUBARIUM_POD_TOKEN}`).toString('base64')
    expect(await ask([claim, `Proxy-Authorization: Basic ${own}`])).toMatch(/^HTTP\/1.1 407 /)
    expect(await ask([claim, `kubarium-proof: ${peers.prove(port, 'source', target, '10.244.2.7')}`])).toContain(
      'hello',
    )
    expect(await server.line()).toMatch(process.platform === 'linux' ? /^tcp 10\.244\.2\.7$/ : /^tcp /)
  })

  it('sends datagrams in the name of others', async () => {
    const packet = { type: FRAME.packet, ip: '10.244.2.7', port: 9, peerIP: server.ip, peerPort: 53 }
    const greet = async (greeting: string, text: string) => {
      const stream = connect({ host: '127.0.0.1', port: cluster.first.port })
      stream.on('error', () => stream.destroy())
      stream.write(`${DATAGRAM_GREETING}${greeting}\n`)
      stream.write(writeFrame({ ...packet, payload: Buffer.from(text) }))
      stream.resume().end()
      await once(stream, 'close')
    }
    const proof = new Peers(OVERLAY_KEY).prove(cluster.first.port, 'datagrams', '172.18.0.102')
    await greet('node 172.18.0.102', 'forged')
    await greet('node 172.18.0.102 x', 'forged')
    await greet(`node 172.18.0.103 ${proof}`, 'forged')
    await greet(`node 172.18.0.102 ${proof}`, 'true')
    expect(await server.line()).toBe('udp 10.244.2.7 true')
  })
})
