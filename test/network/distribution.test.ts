import { afterEach, describe, expect, it } from 'vitest'
import type { ProxyMode } from '../../engine/network/services/balancer.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { firstAnswer } from './talk.ts'
import { startCluster, type TestCluster, type TestNode, type TestProgram } from './two-nodes.ts'

/** Greets with its name. */
const SERVER = `
  import net from 'node:net'
  net.createServer(s => s.on('error', () => {}).end(process.env.HOSTNAME)).listen(80, () => console.log('up'))
`
/** Connects as often as it is told, one after the other, and prints which endpoints answered. */
const CLIENT = `
  import net from 'node:net'
  import readline from 'node:readline'
  const call = () => new Promise(resolve => {
    let text = ''
    net.connect(80, '10.96.0.50').on('data', d => text += d).on('error', e => text = e.code).on('close', () => resolve(text))
  })
  for await (const count of readline.createInterface({ input: process.stdin })) {
    const met = []
    for (let i = 0; i < Number(count); i++) met.push(await call())
    console.log(met.join(' '))
  }
`
/** The value of chi-square with 3 degrees of freedom that chance exceeds once in ten million. */
const BOUND = 34.6

let cluster: TestCluster
let servers: TestProgram[]
afterEach(() => cluster.stop())

async function start(mode: ProxyMode, spec: object = {}): Promise<void> {
  cluster = await startCluster(mode)
  const nodes = [cluster.first, cluster.first, cluster.second, cluster.second]
  servers = await Promise.all(nodes.map((on, i) => cluster.run(on, 'abcd'[i]!, SERVER)))
  for (const server of servers) expect(await server.line()).toBe('up')
  cluster.api.put(PATHS.services, service('web', { clusterIP: '10.96.0.50', ports: [{ port: 80 }], ...spec }))
  await use('abcd')
}

/** Makes these the endpoints of the Service, and returns when both nodes know it. */
async function use(names: string): Promise<void> {
  const ports = [{ name: '', port: 80, protocol: 'TCP' }]
  const endpoints = [...names].map(n => endpoint(servers['abcd'.indexOf(n)]!.ip, n < 'c' ? 'worker-1' : 'worker-2'))
  // A Service of its own, which has no endpoints until the change has come.
  const mark = `mark-${names || 'none'}`
  cluster.api.put(PATHS.slices, slice('web', ports, endpoints))
  cluster.api.put(PATHS.services, service(mark, { clusterIP: '10.96.0.60', ports: [{ port: 80 }] }))
  cluster.api.put(PATHS.slices, slice(mark, ports, [endpoint(servers[0]!.ip, 'worker-1')]))
  for (const on of [cluster.first, cluster.second])
    await expect
      .poll(() => firstAnswer(on.port, `CONNECT ${mark}:80 HTTP/1.1\r\nHost: x\r\n\r\n`))
      .toMatch(/^HTTP\/1.1 200/)
}

function client(on: TestNode, name: string): Promise<(count: number) => Promise<string[]>> {
  return cluster.run(on, name, CLIENT).then(program => async (count: number) => {
    program.child.stdin!.write(`${count}\n`)
    return (await program.line()).split(' ')
  })
}

function tally(met: string[], names = 'abcd'): number[] {
  return [...names].map(name => met.filter(m => m === name).length)
}

function chiSquare(observed: number[]): number {
  const expected = observed.reduce((a, b) => a + b) / observed.length
  return observed.reduce((sum, o) => sum + (o - expected) ** 2 / expected, 0)
}

describe('real connections to a Service', () => {
  it('are spread evenly at random in iptables mode, over the endpoints of all nodes', async () => {
    await start('iptables')
    const met = await (await client(cluster.first, 'client'))(400)
    const counts = tally(met)
    expect(counts.reduce((a, b) => a + b)).toBe(400)
    expect(chiSquare(counts)).toBeLessThan(BOUND)
    // Chance repeats itself; a turn would not.
    expect(met.some((name, i) => name === met[i + 1])).toBe(true)
  })

  it.each(['ipvs', 'userspace'] as const)('go in turn in %s mode', async mode => {
    await start(mode)
    // The first of those that the nodes themselves tried has moved the turn on.
    const met = await (await client(cluster.first, 'client'))(12)
    const order = [...'abcd'].sort((x, y) =>
      servers['abcd'.indexOf(x)]!.ip.localeCompare(servers['abcd'.indexOf(y)]!.ip),
    )
    const from = order.indexOf(met[0]!)
    expect(met).toEqual(Array.from({ length: 12 }, (_, i) => order[(from + i) % 4]))
  })

  it.each(['iptables', 'ipvs', 'userspace'] as const)('are refused without endpoints in %s mode', async mode => {
    await start(mode)
    await use('')
    expect(await (await client(cluster.first, 'client'))(1)).toEqual(['ECONNREFUSED'])
  })
})

describe('session affinity', () => {
  it.each(['iptables', 'ipvs', 'userspace'] as const)(
    'in %s mode keeps each client at its endpoint while that is there, and moves no other when one goes',
    async mode => {
      await start(mode, { sessionAffinity: 'ClientIP' })
      const clients = await Promise.all(Array.from({ length: 6 }, (_, i) => client(cluster.second, `client-${i}`)))
      const places = async () => {
        const met = await Promise.all(clients.map(call => call(4)))
        for (const own of met) expect(new Set(own).size).toBe(1)
        return met.map(own => own[0]!)
      }
      const first = await places()
      expect(await places()).toEqual(first)
      const gone = first[0]!
      await use('abcd'.replace(gone, ''))
      const second = await places()
      for (const [i, place] of second.entries())
        if (first[i] === gone) expect(place).not.toBe(gone)
        else expect(place).toBe(first[i])
      // One that comes back takes nobody from where it is now.
      await use('abcd')
      expect(await places()).toEqual(second)
    },
  )
})
