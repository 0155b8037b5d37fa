import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'

const PODS = '/api/v1/pods'
const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies'
/** Echoes what it hears on two ports, for as long as the caller likes. */
const SERVER = `
  import net from 'node:net'
  let open = 2
  for (const port of [8080, 9090])
    net.createServer(s => s.on('error', () => {}).pipe(s)).listen(port, () => --open || console.log('ready'))
`
/** Says what came of a connection; one that hears nothing for a while counts as dropped. */
const DIAL = (host: string, port: number) => `
  import net from 'node:net'
  const socket = net.connect({ host: '${host}', port: ${port}, timeout: 700 })
  socket.on('connect', () => { console.log('connected'); socket.destroy() })
  socket.on('timeout', () => { console.log('dropped'); socket.destroy() })
  socket.on('error', error => console.log(error.code))
`
/** Holds one connection, and sends a word through it whenever it is told to, by a signal. */
const HOLD = (host: string, port: number) => `
  import net from 'node:net'
  const socket = net.connect(${port}, '${host}', () => socket.write('first'))
  socket.on('data', data => console.log(String(data))).on('error', error => console.log(error.code))
  process.on('SIGUSR2', () => socket.write('again'))
`

let cluster: TestCluster
let server: TestProgram

beforeAll(async () => {
  cluster = await startCluster()
  cluster.api.put('/api/v1/namespaces', { metadata: { name: 'default' } })
  server = await cluster.run(cluster.first, 'server', SERVER)
  await server.line()
  cluster.api.put(PODS, pod('server', server.ip))
  cluster.api.put(
    PATHS.services,
    service('web', {
      clusterIP: '10.96.0.50',
      ports: [
        { name: 'web', port: 80 },
        { name: 'other', port: 90 },
      ],
    }),
  )
  const ports = [
    { name: 'web', port: 8080 },
    { name: 'other', port: 9090 },
  ]
  cluster.api.put(PATHS.slices, slice('web', ports, [endpoint(server.ip, 'worker-1')]))
})
afterAll(() => cluster.stop())

function pod(name: string, podIP: string): object {
  const ports = [{ name: 'web', containerPort: 8080 }]
  return {
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { containers: [{ name: 'c', ports }] },
    status: { phase: 'Running', podIP },
  }
}
const policy = (name: string, spec: object) =>
  cluster.api.put(POLICIES, { metadata: { name, namespace: 'default' }, spec })
const dial = async (on: 'first' | 'second', name: string, host: string, port: number, hostNetwork = false) => {
  const caller = await cluster.run(cluster[on], name, DIAL(host, port), { hostNetwork })
  if (!hostNetwork) cluster.api.put(PODS, pod(name, caller.ip))
  return caller.line()
}
/** What is decided comes through watches: asked until it is so. */
const becomes = (ask: () => Promise<unknown>, wanted: string) => expect.poll(ask).toBe(wanted)

describe('policies', () => {
  it('hold behind a Service and across nodes, by the pod that calls and the port of the pod that is called', async () => {
    policy('server', {
      podSelector: { matchLabels: { app: 'server' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'friend' } } }], ports: [{ port: 'web' }] }],
    })
    for (const on of ['first', 'second'] as const) {
      await becomes(() => dial(on, 'stranger', '10.96.0.50', 80), 'dropped')
      await becomes(() => dial(on, 'friend', '10.96.0.50', 80), 'connected')
      expect(await dial(on, 'friend', '10.96.0.50', 90)).toBe('dropped')
    }
  })

  it('of egress look at the pod behind the Service, not at the Service', async () => {
    policy('caller', {
      podSelector: { matchLabels: { app: 'caller' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '10.96.0.0/16' } }] }],
    })
    policy('server', { podSelector: { matchLabels: { app: 'server' } }, ingress: [{}] })
    await becomes(() => dial('second', 'caller', '10.96.0.50', 80), 'dropped')
    policy('caller', {
      podSelector: { matchLabels: { app: 'caller' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 8080, endPort: 8090 }] }],
    })
    await becomes(() => dial('second', 'caller', '10.96.0.50', 80), 'connected')
    expect(await dial('second', 'caller', '10.96.0.50', 90)).toBe('dropped')
  })

  it('do not select what runs in the network of a node, which the others know by its address', async () => {
    policy('everybody', { podSelector: {}, policyTypes: ['Egress'] })
    policy('server', {
      podSelector: { matchLabels: { app: 'server' } },
      ingress: [{ from: [{ podSelector: {} }] }],
    })
    await becomes(() => dial('second', 'bound', server.ip, 8080), 'dropped')
    // Nothing goes out of pods, but the node's programs are no pods: it is the server that does not take them.
    await becomes(() => dial('second', 'on-node', server.ip, 8080, true), 'dropped')
    policy('server', {
      podSelector: { matchLabels: { app: 'server' } },
      ingress: [{ from: [{ ipBlock: { cidr: '172.18.0.102/32' } }] }],
    })
    await becomes(() => dial('second', 'on-node', server.ip, 8080, true), 'connected')
    // What runs on its own node it always hears.
    await becomes(() => dial('first', 'own-node', server.ip, 8080, true), 'connected')
    policy('everybody', { podSelector: { matchLabels: { app: 'nobody' } }, policyTypes: ['Egress'] })
  })

  it('that come later hold for new connections at once, and leave those that are open', async () => {
    policy('server', { podSelector: { matchLabels: { app: 'server' } }, ingress: [{}] })
    await becomes(() => dial('second', 'late', server.ip, 8080), 'connected')
    const open = await cluster.run(cluster.second, 'open', HOLD('10.96.0.50', 80))
    expect(await open.line()).toBe('first')
    policy('server', { podSelector: { matchLabels: { app: 'server' } }, policyTypes: ['Ingress'] })
    await becomes(() => dial('second', 'late', '10.96.0.50', 80), 'dropped')
    open.child.kill('SIGUSR2')
    expect(await open.line()).toBe('again')
  })
})
