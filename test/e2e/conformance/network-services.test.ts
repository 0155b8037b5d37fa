import { expect } from 'vitest'
import type { Service } from '../../../engine/api/types.ts'
import { eventually } from '../lab.ts'
import { AGNHOST, Conformance, refusal, type Space } from './cluster.ts'
import {
  ask,
  askUdp,
  becomes,
  client,
  endpoints,
  inPod,
  resolves,
  server,
  service,
  SERVICE_KIND,
  SLICE_KIND,
} from './network.ts'

const suite = new Conformance('network', 'services')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const PORT = { name: 'http', port: 80, targetPort: 8080 }
const WEB = { selector: { app: 'server' }, ports: [PORT] }
const OUTSIDE = { type: 'ExternalName', externalName: 'foo.example.com' }
const toOutside = { ...OUTSIDE, clusterIP: null, clusterIPs: null, ports: null }
const change = (space: Space, spec: object) => space.of(SERVICE_KIND).patch(space.name, 'web', 'merge', { spec })
const NODES = ['172.18.0.101', '172.18.0.102']

/** Who answers at its name, its address, and its port on every node; each once. */
async function reached(space: Space, { spec }: Service): Promise<void> {
  const nodePort = spec!.ports![0].nodePort
  const places = ['web', spec!.clusterIP!, ...(nodePort ? NODES.map(ip => `${ip}:${nodePort}`) : [])]
  for (const place of places) await becomes(() => ask(space, `http://${place}/hostname`), ['server'])
}
const isOutside = (space: Space) => resolves(space, `resolveCname('web.${space.name}.svc.cluster.local')`)

// Types

for (const from of ['ClusterIP', 'NodePort'])
  holds(`Services should be able to change the type from ${from} to ExternalName`, async space => {
    await client(space)
    await service(space, 'web', { ...WEB, type: from })
    const { spec } = await change(space, toOutside)
    expect([spec!.clusterIP, spec!.ports]).toEqual([undefined, undefined])
    await becomes(() => isOutside(space), ['foo.example.com'])
  })
for (const to of ['ClusterIP', 'NodePort'])
  holds(`Services should be able to change the type from ExternalName to ${to}`, async space => {
    await client(space)
    await service(space, 'web', OUTSIDE)
    await server(space, 'server')
    await reached(space, await change(space, { ...WEB, type: to, externalName: null }))
  })
holds('Services should be able to create a functioning NodePort service', async space => {
  await client(space)
  await server(space, 'server')
  await reached(space, await service(space, 'web', { ...WEB, type: 'NodePort' }))
})

// Session affinity

const NAMES = ['one', 'two', 'three']
const KEPT = { sessionAffinity: 'ClientIP' }
async function three(space: Space, spec: object): Promise<string> {
  await Promise.all([client(space), ...NAMES.map(name => server(space, name))])
  const { spec: made } = await service(space, 'web', { ...WEB, ...spec })
  await becomes(async () => (await endpoints(space, 'web')).length, 3)
  const nodePort = made!.ports![0].nodePort
  const url = `http://${nodePort ? `${NODES[0]}:${nodePort}` : 'web'}/hostname`
  await eventually(async () => NAMES.includes((await ask(space, url))[0]))
  return url
}
const oneAnswers = (space: Space, url: string) => becomes(async () => new Set(await ask(space, url, 15)).size, 1)
for (const type of ['NodePort', 'ClusterIP']) {
  const title = type === 'NodePort' ? 'NodePort service' : 'service with type clusterIP'
  holds(`Services should have session affinity work for ${title} [LinuxOnly]`, async space => {
    await oneAnswers(space, await three(space, { type, ...KEPT }))
  })
  holds(`Services should be able to switch session affinity for ${title} [LinuxOnly]`, async space => {
    const url = await three(space, { type, ...KEPT })
    await oneAnswers(space, url)
    await change(space, { sessionAffinity: 'None' })
    await becomes(async () => new Set(await ask(space, url, 30)).size, 3)
    await change(space, KEPT)
    await oneAnswers(space, url)
  })
}

// What stands behind

holds('Services should serve a basic endpoint from pods', async space => {
  await service(space, 'web', WEB)
  await becomes(() => endpoints(space, 'web'), [])
  const first = await server(space, 'one')
  await becomes(() => endpoints(space, 'web'), [first])
  const second = await server(space, 'two')
  await becomes(() => endpoints(space, 'web'), [first, second].sort())
  await space.deletePod('two', 0)
  await becomes(() => endpoints(space, 'web'), [first])
  await space.deletePod('one', 0)
  await becomes(() => endpoints(space, 'web'), [])
})
holds('Services should serve multiport endpoints from pods', async space => {
  await client(space)
  const ports = [
    { name: 'first', port: 80, targetPort: 8080 },
    { name: 'second', port: 81, targetPort: 8080 },
  ]
  await service(space, 'web', { selector: { app: 'server' }, ports })
  await becomes(() => endpoints(space, 'web'), [])
  await server(space, 'server')
  for (const port of [80, 81]) await becomes(() => ask(space, `http://web:${port}/hostname`), ['server'])
  await space.deletePod('server', 0)
  await becomes(() => endpoints(space, 'web'), [])
})
holds('Services should serve endpoints on same port and different protocols', async space => {
  await client(space)
  await server(space, 'server')
  const tcp = { name: 'tcp', port: 80, targetPort: 8080 }
  const udp = { name: 'udp', port: 80, targetPort: 8081, protocol: 'UDP' }
  const { spec } = await service(space, 'web', { selector: { app: 'server' }, ports: [tcp, udp] })
  const byTcp = async () => (await ask(space, 'http://web/hostname'))[0]
  const byUdp = () => askUdp(space, spec!.clusterIP!, 80)
  await becomes(byTcp, 'server')
  await becomes(byUdp, 'server')
  await change(space, { ports: [tcp] })
  await becomes(byTcp, 'server')
  await eventually(async () => (await byUdp()) !== 'server')
  await change(space, { ports: [udp] })
  await becomes(byUdp, 'server')
  await becomes(byTcp, 'ECONNREFUSED')
})
for (const [title, slices] of [
  [
    'endpoint IPs',
    [
      ['one', 80],
      ['two', 80],
    ],
  ],
  [
    'ports',
    [
      ['one', 80],
      ['two', 81],
    ],
  ],
] as const)
  holds(
    `EndpointSlice should support a Service with multiple ${title} specified in multiple EndpointSlices`,
    async space => {
      const ports = [...new Set(slices.map(([, port]) => port))].map(port => ({ name: `p${port}`, port }))
      await Promise.all([client(space), service(space, 'web', { ports })])
      for (const [name, port] of slices) {
        const ip = await server(space, name)
        await space.create(SLICE_KIND, name, {
          metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
          ...{ addressType: 'IPv4', endpoints: [{ addresses: [ip] }] },
          ports: [{ name: `p${port}`, port: 8080, protocol: 'TCP' }],
        })
      }
      for (const { port } of ports) {
        const wanted = slices.filter(s => s[1] === port).map(([name]) => name)
        const answers = async () => [...new Set(await ask(space, `http://web:${port}/hostname`, 20))].sort()
        await becomes(answers, wanted.sort())
      }
    },
  )

// Pods and nodes

const CHECKS = 'Networking Granular Checks: Pods should function for'
for (const [who, more, mark] of [
  ['intra-pod', {}, ''],
  ['node-pod', { hostNetwork: true }, '[LinuxOnly] '],
] as const)
  for (const protocol of ['http', 'udp'])
    holds(`${CHECKS} ${who} communication: ${protocol} ${mark}[NodeConformance]`, async space => {
      const on = (nodeName: string) => ({ nodeName })
      const [one, two] = await Promise.all([
        server(space, 'one', on('worker-1')),
        server(space, 'two', on('worker-2')),
        client(space, { ...more, nodeName: 'worker-1' }),
      ])
      for (const [name, ip] of [
        ['one', one],
        ['two', two],
      ])
        if (protocol === 'udp') await becomes(() => askUdp(space, ip, 8081), name)
        else await becomes(() => ask(space, `http://${ip}:8080/hostname`), [name])
    })

// Through the API server

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
for (const [title, path] of [
  ['Proxy', ''],
  ['ProxyWithPath', '/some/path'],
])
  holds(`Proxy version v1 A set of valid responses are returned for both pod and service ${title}`, async space => {
    const env = [{ name: 'SERVE_PORT_80', value: 'served' }]
    await space.pod('server', {
      metadata: { labels: { app: 'server' } },
      spec: { containers: [{ image: 'agnhost', args: ['porter'], env, ports: [{ containerPort: 80 }] }] },
    })
    await space.running('server')
    await service(space, 'web', { selector: { app: 'server' }, ports: [{ port: 80 }] })
    await becomes(async () => (await endpoints(space, 'web')).length, 1)
    for (const target of ['pods/server', 'services/web'])
      for (const method of METHODS) {
        // Reading what ends without a slash leads to what ends with one.
        const end = path || (method === 'GET' || method === 'HEAD' ? '/' : '')
        const url = `/api/v1/namespaces/${space.name}/${target}/proxy${end}`
        const answer = () => space.rest.requestText(method, url).then(({ text }) => text)
        await becomes(answer, method === 'HEAD' ? '' : 'served')
      }
  })
holds('Proxy version v1 should proxy through a service and a pod', async space => {
  await server(space, 'server')
  await service(space, 'web', {
    selector: { app: 'server' },
    ports: [PORT, { name: 'other', port: 81, targetPort: 8080 }],
  })
  for (const target of ['pods/server:8080', 'services/web:http', 'services/web:81', 'services/http:web:other']) {
    const url = `/api/v1/namespaces/${space.name}/${target}/proxy/hostname`
    await becomes(() => space.rest.requestText('GET', url).then(({ text }) => text), 'server')
  }
})

holds('Service endpoints latency should not be very high', async space => {
  await server(space, 'server')
  const times: number[] = []
  for (let i = 0; i < 100; i += 10)
    await Promise.all(
      Array.from({ length: 10 }, async (_, k) => {
        const name = `latency-${i + k}`
        const begun = performance.now()
        await service(space, name, WEB)
        await eventually(async () => (await endpoints(space, name)).length === 1)
        times.push(performance.now() - begun)
      }),
    )
  times.sort((a, b) => a - b)
  expect(times[49]).toBeLessThan(20_000)
  expect(times[89]).toBeLessThan(50_000)
})

// The API of Services

holds('Services should complete a service status lifecycle', async space => {
  await service(space, 'web', { ...WEB, type: 'LoadBalancer', loadBalancerClass: 'example.com/none' })
  const services = space.of(SERVICE_KIND)
  const patched = { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } }
  const { status } = await services.patch(space.name, 'web', 'merge', { status: patched }, { subresource: 'status' })
  expect(status).toMatchObject(patched)
  const conditions = [
    {
      type: 'StatusUpdate',
      status: 'True' as const,
      reason: 'E2E',
      message: 'set',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ]
  await eventually(async () => {
    const now = await services.get(space.name, 'web')
    return services.updateStatus({ ...now, status: { ...now.status, conditions } })
  })
  expect((await services.get(space.name, 'web')).status).toMatchObject({ ...patched, conditions })
  const labelled = await services.patch(space.name, 'web', 'merge', { metadata: { labels: { patched: 'yes' } } })
  expect(labelled.metadata.labels).toEqual({ patched: 'yes' })
  await services.delete(space.name, 'web')
  await eventually(async () => (await refusal(services.get(space.name, 'web')))?.code === 404)
})
holds('Services should delete a collection of services', async space => {
  const services = space.of(SERVICE_KIND)
  for (const [name, kept] of [
    ['one', 'no'],
    ['two', 'no'],
    ['three', 'yes'],
  ])
    await space.create(SERVICE_KIND, name, { metadata: { labels: { kept } }, spec: { ports: [{ port: 80 }] } })
  await services.deleteCollection(space.name, { labelSelector: 'kept=no' })
  await becomes(async () => (await services.list(space.name)).items.map(s => s.metadata.name), ['three'])
})
holds('Services should find a service from listing all namespaces', async space => {
  const { items } = await space.of(SERVICE_KIND).list(undefined)
  expect(items.some(({ metadata }) => metadata.namespace === 'default' && metadata.name === 'kubernetes')).toBe(true)
})
holds('API Server should provide secure master service', async space => {
  await client(space)
  const { spec } = await space.of(SERVICE_KIND).get('default', 'kubernetes')
  expect(spec!.ports).toMatchObject([{ name: 'https', port: 443, protocol: 'TCP' }])
  const token = '/var/run/secrets/kubernetes.io/serviceaccount'
  const program = `
    import { request } from 'node:https'
    import { readFileSync } from 'node:fs'
    const read = file => readFileSync('${token}/' + file, 'utf8')
    const headers = { authorization: 'Bearer ' + read('token') }
    request('https://kubernetes.default.svc/version', { ca: read('ca.crt'), headers, agent: false }, response =>
      console.log(response.resume().statusCode)).end()`
  expect(await inPod(space, program)).toBe(200)
})

// Ports of the node

holds(
  'HostPort validates that there is no conflict between pods with same hostPort but different hostIP and protocol [LinuxOnly]',
  async space => {
    const [node, hostPort] = [NODES[0], 54323]
    const pod = (name: string, hostIP: string, protocol: string) => {
      const ports = [{ containerPort: 8080, hostPort, hostIP, protocol }]
      const args = ['netexec', '--http-port=8080', '--udp-port=8080']
      return space.pod(name, { spec: { nodeName: 'worker-1', containers: [{ image: AGNHOST, args, ports }] } })
    }
    await pod('pod1', '127.0.0.1', 'TCP')
    await pod('pod2', node, 'TCP')
    await pod('pod3', node, 'UDP')
    await client(space, { hostNetwork: true, nodeName: 'worker-1' })
    for (const name of ['pod1', 'pod2', 'pod3']) await space.running(name)
    await becomes(() => ask(space, `http://127.0.0.1:${hostPort}/hostname`), ['pod1'])
    await becomes(() => ask(space, `http://${node}:${hostPort}/hostname`), ['pod2'])
    await becomes(() => askUdp(space, node, hostPort), 'pod3')
  },
)
