import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('pod-names')
const RUNTIME = process.env.KUBARIUM_RUNTIME ?? 'auto'
const outside = createSocket('udp4')
const asked: string[] = []

describe.skipIf(!has('kubectl', 'version', '--client'))('the names of real pods (needs kubectl)', () => {
  beforeAll(async () => {
    // A DNS that knows one address for every name.
    outside.on('message', (query, from) => {
      asked.push(query.toString('latin1', 13, query.length - 5).replaceAll(/[^a-z-]/g, '.'))
      const answer = Buffer.concat([
        query,
        Buffer.from('c00c0001000100000005', 'hex'),
        Buffer.from([0, 4, 192, 0, 2, 7]),
      ])
      answer.writeUInt16BE(0x8180, 2)
      answer.writeUInt16BE(1, 6)
      outside.send(answer, from.port, from.address)
    })
    await new Promise<void>(done => outside.bind(0, '127.0.0.1', done))
    const { port } = outside.address() as AddressInfo
    await lab.up(
      ...['--masters', '1', '--workers', '1', '--runtime', RUNTIME],
      ...['--dns-forward', `127.0.0.1:${port}`],
    )
    await lab.apply(
      { ...{ apiVersion: 'v1', kind: 'Namespace' }, metadata: { name: 'elsewhere' } },
      service('near', 'default'),
      service('far', 'elsewhere'),
      pod('plain', {}),
      pod('configured', {
        dnsPolicy: 'None',
        dnsConfig: {
          ...{ nameservers: ['10.96.0.10'], searches: ['elsewhere.svc.cluster.local'] },
          options: [{ name: 'ndots', value: '2' }],
        },
      }),
      pod('nowhere', { dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.53'] } }),
    )
    await lab.k('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s')
  })
  afterAll(async () => {
    await lab.remove()
    outside.close()
  })

  const lookup = async (name: string, host: string) => {
    const program = `require('node:dns').lookup('${host}', (error, found) => console.log(error ? error.code : found))`
    return (await lab.k('exec', name, '--', 'node', '-e', program)).trim()
  }

  test('are those of its namespace, of its dnsConfig, or none', async () => {
    await eventually(async () => /^10\.96\./.test(await lookup('plain', 'near')))
    // A name outside of the cluster that nobody knows would be "far" alone.
    expect(await lookup('configured', 'far')).toMatch(/^10\.96\./)
    expect(await lookup('nowhere', 'near')).toBe('EAI_AGAIN')
  })

  test('outside of the cluster come from the servers that the lab was given, but lead nowhere', async () => {
    expect(await lookup('plain', 'www.example.com')).toBe('192.0.2.7')
    expect(asked.some(name => name.includes('example'))).toBe(true)
    const dial = `require('node:net').connect(80, 'www.example.com').on('error', error => console.log(error.code))`
    expect((await lab.k('exec', 'plain', '--', 'node', '-e', dial)).trim()).toBe('ENETUNREACH')
    expect(asked.some(name => name.includes('cluster.local'))).toBe(false)
  })

  test('are found at the same port of the DNS when the worker has started again', async () => {
    // Pods with a network namespace ask at the DNS's own address.
    const told = (name: string) => pod(name, { runtimeClassName: 'process' })
    const port = async (name: string) => {
      await lab.apply(told(name))
      await lab.k('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=60s')
      return (await lab.k('exec', name, '--', 'sh', '-c', 'echo $KUBARIUM_DNS')).trim()
    }
    const before = await port('before')
    expect(before).toMatch(/^127\.0\.0\.1:\d+$/)
    await lab.machine('kill', 'worker-1')
    await lab.machine('start', 'worker-1')
    expect(await port('after')).toBe(before)
  })
})

function service(name: string, namespace: string): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } }
}

function pod(name: string, more: object): object {
  const command = ['node', '-e', 'setInterval(() => {}, 1e6)']
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: { terminationGracePeriodSeconds: 1, ...more, containers: [{ name: 'c', image: 'node', command }] },
  }
}
