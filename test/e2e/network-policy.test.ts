import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('network-policy')
const RUNTIME = process.env.KUBARIUM_RUNTIME ?? 'auto'
/** Says whether a connection is made, taken or dropped; by a program of the pod's own, so that every runtime is alike. */
const DIAL = `
  const [host, port] = process.argv.slice(1)
  const socket = require('node:net').connect({ host, port: Number(port), timeout: 1000 })
  const say = text => { console.log(text); process.exit() }
  socket.on('connect', () => say('connected')).on('timeout', () => say('dropped')).on('error', error => say(error.code))
`

describe.skipIf(!has('kubectl', 'version', '--client'))('NetworkPolicies (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '2', '--runtime', RUNTIME)
    await lab.apply(
      server('web', 'worker-1'),
      caller('friend', 'worker-2'),
      caller('stranger', 'worker-2'),
      caller('node', 'worker-2', { hostNetwork: true }),
      {
        ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } },
        spec: {
          selector: { app: 'web' },
          ports: [
            { name: 'http', port: 80, targetPort: 'http' },
            { name: 'other', port: 90, targetPort: 9090 },
          ],
        },
      },
    )
    await lab.k('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=60s')
  })
  afterAll(() => lab.remove())

  const dial = async (from: string, host: string, port: number) =>
    (await lab.k('exec', from, '--', 'node', '-e', DIAL, host, String(port))).trim()
  const becomes = async (from: string, host: string, port: number, wanted: string) => {
    let last = ''
    await eventually(async () => (last = await dial(from, host, port)) === wanted, 60_000).catch(() =>
      expect(last).toBe(wanted),
    )
  }
  const policy = (spec: object) =>
    lab.apply({
      ...{ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' } },
      spec: { podSelector: { matchLabels: { app: 'web' } }, ...spec },
    })

  test('let through by pod, node and named port, behind a Service of another node, and act at once', async () => {
    const { spec } = JSON.parse(await lab.k('get', 'service', 'web', '-o', 'json')) as { spec: { clusterIP: string } }
    for (const from of ['friend', 'stranger', 'node']) await becomes(from, spec.clusterIP, 80, 'connected')
    await policy({
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'friend' } } }], ports: [{ port: 'http' }] }],
    })
    await becomes('stranger', spec.clusterIP, 80, 'dropped')
    await becomes('node', spec.clusterIP, 80, 'dropped')
    await becomes('friend', 'web', 80, 'connected')
    await becomes('friend', 'web', 90, 'dropped')
    await policy({
      ingress: [{ from: [{ ipBlock: { cidr: '172.18.0.102/32' } }], ports: [{ port: 9000, endPort: 9100 }] }],
    })
    await becomes('node', spec.clusterIP, 90, 'connected')
    await becomes('friend', 'web', 80, 'dropped')
    await lab.k('delete', 'networkpolicy', 'web')
    await becomes('stranger', 'web', 80, 'connected')
  }, 240_000)
})

function caller(name: string, nodeName: string, more: object = {}): object {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } } },
    spec: {
      ...{ nodeName, terminationGracePeriodSeconds: 1, ...more },
      containers: [{ name: 'c', image: 'node', command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }],
    },
  }
}

function server(name: string, nodeName: string): object {
  const program = `for (const port of [8080, 9090]) require('node:net').createServer(s => s.on('error', () => {}).end()).listen(port)`
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } } },
    spec: {
      ...{ nodeName, terminationGracePeriodSeconds: 1 },
      containers: [
        {
          ...{ name: 'c', image: 'node', command: ['node', '-e', program] },
          ports: [{ name: 'http', containerPort: 8080 }],
          readinessProbe: { tcpSocket: { port: 9090 }, periodSeconds: 1 },
        },
      ],
    },
  }
}
