import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProxyMode } from '../../engine/network/services/balancer.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { firstAnswer, talk } from './talk.ts'
import { startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

/** Says back what it hears; prints who calls. */
const ECHO = `
  import net from 'node:net'
  net.createServer(s => {
    console.log(s.remoteAddress + ':' + s.remotePort)
    s.on('error', () => {}).pipe(s)
  }).listen(80, () => console.log('up'))
`
/** Connects to the Service, and says \`word N\` again for each line that it is told; ends with its input. */
const CLIENT = `
  import net from 'node:net'
  import readline from 'node:readline'
  const socket = net.connect(80, 'echo')
  socket.on('data', text => console.log(String(text)))
  socket.on('error', error => console.log(error.message))
  socket.on('close', () => { console.log('closed'); process.stdin.destroy() })
  socket.on('connect', () => console.log(socket.remoteAddress + ' ' + socket.localAddress + ':' + socket.localPort))
  readline.createInterface({ input: process.stdin }).on('line', line => line === 'end' ? socket.end() : socket.write(line))
`

let cluster: TestCluster
afterEach(() => cluster.stop())

async function start(mode: ProxyMode): Promise<{ servers: TestProgram[]; client: TestProgram; own: string }> {
  cluster = await startCluster(mode)
  const servers = [await cluster.run(cluster.first, 'near', ECHO), await cluster.run(cluster.second, 'far', ECHO)]
  for (const server of servers) expect(await server.line()).toBe('up')
  cluster.api.put(PATHS.services, service('echo', { clusterIP: '10.96.0.50', ports: [{ port: 80 }] }))
  only(servers[1]!.ip, 'worker-2')
  const ask = () => firstAnswer(cluster.first.port, 'CONNECT echo:80 HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(ask).toMatch(/^HTTP\/1.1 200/)
  expect(await servers[1]!.line()).toMatch(/^(172\.18\.0\.101|127\.)/)
  const client = await cluster.run(cluster.first, 'client', CLIENT)
  const [address, own] = (await client.line()).split(' ') as [string, string]
  expect(address).toBe('10.96.0.50')
  expect(own).toMatch(new RegExp(`^${client.ip}:`))
  return { servers, client, own }
}

/** The Service has this endpoint alone. */
function only(ip: string, nodeName: string): void {
  const ports = [{ name: '', port: 80, protocol: 'TCP' }]
  cluster.api.put(PATHS.slices, slice('echo', ports, [endpoint(ip, nodeName)]))
}

function rules(): Promise<string> {
  return talk(cluster.first.port, 'GET /kubarium/rules HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n')
}

async function say(program: TestProgram, word: string): Promise<string> {
  program.child.stdin!.write(`${word}\n`)
  return program.line()
}

describe('a connection between two programs of the network', () => {
  it('is theirs alone once it is decided: it outlives the gateways, and both see the same two ends', async () => {
    const { servers, client, own } = await start('iptables')
    const seen = await servers[1]!.line()
    if (process.platform === 'linux') expect(seen).toBe(own)
    expect(await say(client, 'one')).toBe('one')
    await Promise.all([cluster.first.stop(), cluster.second.stop()])
    expect(await say(client, 'two')).toBe('two')
  })

  it('goes on when its endpoint leaves the Service, while new ones go to those that are left', async () => {
    const { servers, client } = await start('iptables')
    only(servers[0]!.ip, 'worker-1')
    await expect.poll(rules).toContain(servers[0]!.ip)
    expect(await say(client, 'still')).toBe('still')
    const other = await cluster.run(cluster.first, 'other', CLIENT)
    await other.line()
    expect(await say(other, 'here')).toBe('here')
    expect(await servers[0]!.line()).toContain(':')
    expect(await say(client, 'end')).toBe('closed')
  })

  it('is counted in ipvs mode until it ends, or its program does', async () => {
    const { client, servers } = await start('ipvs')
    const active = async () => [...(await rules()).matchAll(/Masq +1 +(\d+)/g)].map(m => Number(m[1]))
    await expect.poll(active).toEqual([1])
    const other = await cluster.run(cluster.first, 'other', CLIENT)
    await other.line()
    await expect.poll(active).toEqual([2])
    expect(await say(client, 'end')).toBe('closed')
    await expect.poll(active).toEqual([1])
    await cluster.kill(other)
    await expect.poll(active).toEqual([0])
    expect(servers).toHaveLength(2)
  })

  it('goes through the proxy in userspace mode, and ends with it', async () => {
    const { client } = await start('userspace')
    expect(await say(client, 'one')).toBe('one')
    await cluster.first.stop()
    expect(await client.line()).toBe('closed')
  })

  it('ends as its program does', async () => {
    const { servers, client } = await start('iptables')
    const gone = once(servers[1]!.child, 'exit')
    servers[1]!.child.kill('SIGKILL')
    await gone
    // A reset or an orderly end, as the kernel of the other one says.
    let last = await client.line()
    if (last !== 'closed') last = await client.line()
    expect(last).toBe('closed')
  })
})
