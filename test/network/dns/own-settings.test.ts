import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoint, PATHS, service, slice } from '../fake-api.ts'
import { startCluster, type TestCluster } from '../two-nodes.ts'

/** A DNS server in a pod: it knows one address for every name, and tells which it was asked for. */
const OTHER_DNS = `
  import dgram from 'node:dgram'
  const server = dgram.createSocket('udp4')
  server.on('message', (query, from) => {
    const type = query.readUInt16BE(query.length - 4)
    const answer = Buffer.concat([query, Buffer.from('c00c00010001000000050004', 'hex'), Buffer.from([10, 244, 1, 99])])
    answer.writeUInt16BE(0x8180, 2)
    answer.writeUInt16BE(type === 1 ? 1 : 0, 6)
    server.send(type === 1 ? answer : answer.subarray(0, query.length), from.port, from.address)
  })
  server.bind(53, () => console.log('ready'))
`
let cluster: TestCluster
let other: string
let folder: string

beforeAll(async () => {
  cluster = await startCluster()
  folder = mkdtempSync(join(tmpdir(), 'kubarium-resolv-'))
  const put = (name: string, spec: object, namespace = 'default') => {
    const object = service(name, spec) as { metadata: { namespace?: string } }
    object.metadata.namespace = namespace
    cluster.api.put(PATHS.services, object)
  }
  put('web', { clusterIP: '10.96.0.50', ports: [{ name: 'http', port: 80 }] })
  put('far', { clusterIP: '10.96.0.60', ports: [{ port: 80 }] }, 'elsewhere')
  put('away', { type: 'ExternalName', externalName: 'example.com' })
  cluster.api.put(PATHS.slices, slice('web', [{ name: 'http', port: 80 }], [endpoint('10.244.1.7', 'worker-1')]))
  const server = await cluster.run(cluster.second, 'dns', OTHER_DNS)
  await server.line()
  other = server.ip
})
afterAll(async () => {
  await cluster.stop()
  rmSync(folder, { recursive: true })
})

let count = 0
/** What a program in a pod finds, whose resolv.conf is this; `tell` gives the answer of a promise, or the code of its error. */
async function told(resolvConf: string | undefined, ...calls: string[]): Promise<unknown[]> {
  const file = join(folder, `resolv-${++count}.conf`)
  if (resolvConf !== undefined) writeFileSync(file, resolvConf)
  const program = await cluster.run(
    cluster.first,
    `asks-${count}`,
    `
    import dns from 'node:dns'
    import net from 'node:net'
    const p = dns.promises
    const dial = (host, port) => new Promise((resolve, reject) =>
      net.connect(port, host).on('error', error => reject(Object.assign(error, { code: error.code + ' ' + (error.address ?? '') }))))
    const resolver = servers => { const made = new p.Resolver(); made.setServers(servers); return made }
    const tell = async ask => { try { return await ask() } catch (error) { return error.code } }
    for (const ask of [${calls.map(call => `() => ${call}`).join(',')}]) console.log(JSON.stringify(await tell(ask) ?? null))
    `,
    {},
    resolvConf === undefined ? {} : { KUBARIUM_MOUNTS: JSON.stringify([['/etc/resolv.conf', file]]) },
  )
  const answers: unknown[] = []
  for (let i = 0; i < calls.length; i++) answers.push(JSON.parse(await program.line()))
  return answers
}
const address = (ip: string) => ({ address: ip, family: 4 })

describe('the names of a pod', () => {
  it('are those of its namespace where it says nothing', async () => {
    expect(await told(undefined, `p.lookup('web')`, `p.lookup('far.elsewhere')`, `p.lookup('far')`)).toEqual([
      address('10.96.0.50'),
      address('10.96.0.60'),
      'ENOTFOUND',
    ])
  })

  it('are completed from its own search list, as often as ndots asks', async () => {
    const conf = (ndots: number) =>
      `search elsewhere.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:${ndots}\n`
    expect(await told(conf(5), `p.lookup('far')`, `p.lookup('web')`, `dial('far', 81)`)).toEqual([
      address('10.96.0.60'),
      'ENOTFOUND',
      'ECONNREFUSED 10.96.0.60',
    ])
    // resolve is about full names, whatever the list.
    expect(await told(conf(1), `p.resolve4('far')`, `p.resolve4('far.elsewhere.svc.cluster.local')`)).toEqual([
      'ENOTFOUND',
      ['10.96.0.60'],
    ])
  })

  it('come from the server that it names, as with dnsPolicy None', async () => {
    const conf = `nameserver ${other}\n`
    expect(
      await told(
        conf,
        `p.lookup('any.thing')`,
        `p.resolve4('web')`,
        `p.resolve6('web')`,
        `dial('web', 80)`,
        'p.getServers()',
      ),
    ).toEqual([address('10.244.1.99'), ['10.244.1.99'], 'ENODATA', 'EHOSTUNREACH 10.244.1.99', [other]])
  })

  it('are not to be had where its server is out of reach: that of the machine is never asked', async () => {
    expect(
      await told(
        'nameserver 127.0.0.53\nnameserver 192.0.2.1\n',
        `p.lookup('example.com')`,
        `p.resolveMx('example.com')`,
        `p.lookup('localhost')`,
      ),
    ).toEqual(['EAI_AGAIN', 'ECONNREFUSED', address('127.0.0.1')])
  })

  it('come from the next server where the first does not answer', async () => {
    expect(await told(`nameserver 192.0.2.1\nnameserver ${other}\n`, `p.lookup('any.thing')`)).toEqual([
      address('10.244.1.99'),
    ])
  })
})

describe('a program’s own choice of servers', () => {
  it('holds for its Resolver alone, or for the module', async () => {
    expect(
      await told(
        undefined,
        `resolver(['${other}']).resolve4('web')`,
        `p.resolve4('web')`,
        `resolver(['${other}']).getServers()`,
        `(dns.setServers(['${other}:53']), p.resolve4('web'))`,
        `new Promise(done => dns.resolve4('web', { ttl: true }, (error, found) => done(found)))`,
        `resolver(['nonsense'])`,
        `resolver([process.env.KUBARIUM_DNS]).resolve4('web.default.svc.cluster.local')`,
        `resolver(['192.0.2.1']).resolve4('web')`,
      ),
    ).toEqual([
      ['10.244.1.99'],
      'ENOTFOUND',
      [other],
      ['10.244.1.99'],
      [{ address: '10.244.1.99', ttl: 5 }],
      'ERR_INVALID_IP_ADDRESS',
      ['10.96.0.50'],
      'ECONNREFUSED',
    ])
  })
})

it('every question of Node’s dns goes to the cluster, and its answers are in Node’s form', async () => {
  const web = 'web.default.svc.cluster.local'
  const answers = await told(
    undefined,
    ...['resolveMx', 'resolveNs', 'resolveSoa', 'resolveNaptr', 'resolveCaa'].map(m => `p.${m}('${web}')`),
    `p.resolveNs('cluster.local')`,
    `p.resolveSoa('cluster.local').then(soa => [soa.nsname, soa.minttl])`,
    `p.resolveAny('${web}')`,
    `p.resolve('away.default.svc.cluster.local', 'CNAME')`,
    `p.resolveSrv('_http._tcp.${web}')`,
    `p.resolveTxt('dns-version.cluster.local')`,
    `p.resolve6('${web}')`,
    `p.reverse('10.96.0.50')`,
    `p.reverse('fd00::1')`,
    `p.lookupService('10.96.0.50', 80)`,
    `p.resolve('${web}', 'NONSENSE')`,
    `p.resolveMx('example.com')`,
    `p.resolve4('a..b')`,
  )
  expect(answers).toEqual([
    ...Array<string>(5).fill('ENODATA'),
    ['ns.dns.cluster.local'],
    ['ns.dns.cluster.local', 5],
    [{ address: '10.96.0.50', ttl: 5, type: 'A' }],
    ['example.com'],
    [{ priority: 0, weight: 100, port: 80, name: web }],
    [['1.1.0']],
    'ENODATA',
    [web],
    'ENOTFOUND',
    { hostname: web, service: 'http' },
    'ERR_INVALID_ARG_VALUE',
    'ENOTFOUND',
    'ENOTFOUND',
  ])
})
