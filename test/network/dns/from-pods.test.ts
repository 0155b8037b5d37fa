import { afterAll, beforeAll, expect, it } from 'vitest'
import { PATHS, service } from '../fake-api.ts'
import { startCluster, type TestCluster } from '../two-nodes.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
  cluster.api.put(PATHS.services, service('web', { clusterIP: '10.96.0.50', ports: [{ port: 80 }] }))
})
afterAll(() => cluster.stop())

/** A program that asks for `web` with bytes of its own; `QUESTION` and `addressIn` are defined. */
const asking = (source: string) => `
  import dgram from 'node:dgram'
  import net from 'node:net'
  import dns from 'node:dns'
  const labels = ['web', 'default', 'svc', 'cluster', 'local'].map(l => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)]))
  const QUESTION = Buffer.concat([Buffer.from('abcd01000001000000000000', 'hex'), ...labels, Buffer.from('0000010001', 'hex')])
  const addressIn = answer => [...answer.subarray(-4)].join('.')
  ${source}
`

it('a pod’s program asks the cluster’s DNS with datagrams of its own', async () => {
  const program = await cluster.run(
    cluster.first,
    'udp',
    asking(`
      const socket = dgram.createSocket('udp4').on('message', (answer, from) => {
        console.log(answer.readUInt16BE(0).toString(16), addressIn(answer), from.address + ':' + from.port)
        socket.close()
      })
      socket.send(Buffer.concat([Buffer.from('__'), QUESTION]), 2, QUESTION.length, 53, '10.96.0.10')
    `),
  )
  expect(await program.line()).toBe('abcd 10.96.0.50 10.96.0.10:53')
  await expect.poll(() => program.child.exitCode).toBe(0)
})

it('a pod’s program asks the cluster’s DNS over TCP at its address', async () => {
  const program = await cluster.run(
    cluster.second,
    'tcp',
    asking(`
      const socket = net.connect(53, '10.96.0.10', () => socket.write(Buffer.concat([Buffer.from([0, QUESTION.length]), QUESTION])))
      socket.on('data', answer => { console.log(addressIn(answer)); socket.end() })
    `),
  )
  expect(await program.line()).toBe('10.96.0.50')
})

it('programs without the preload find the DNS on the port of loopback that their environment names', async () => {
  const program = await cluster.run(
    cluster.first,
    'plain',
    asking(`
      const resolver = new dns.promises.Resolver()
      resolver.setServers([process.env.KUBARIUM_DNS])
      console.log(await resolver.resolve4('web.default.svc.cluster.local'))
    `),
    {},
    { NODE_OPTIONS: '' },
  )
  expect(await program.line()).toBe("[ '10.96.0.50' ]")
  expect(program.env.KUBARIUM_DNS).toBe(`127.0.0.1:${cluster.first.network.dnsPort}`)
})
