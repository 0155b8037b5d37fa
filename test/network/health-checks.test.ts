import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoint, node, PATHS, service, slice } from './fake-api.ts'
import { talk } from './talk.ts'
import { startCluster, type TestCluster, type TestNode } from './two-nodes.ts'

const PORT = 32_100

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

/** What a node answers at one of its ports, asked through the gateway of one of the nodes. */
async function ask(
  through: TestNode,
  address: string,
  port: number,
  path = '/',
): Promise<{ head: string; body: string }> {
  const url = `http://${address}:${port}${path}`
  const text = await talk(through.port, `GET ${url} HTTP/1.0\r\nHost: ${address}\r\n\r\n`)
  const [head = '', ...body] = text.split('\r\n\r\n')
  return { head, body: body.join('\r\n\r\n') }
}

function balanced(spec: object = {}): object {
  const ports = [{ port: 80, nodePort: 30080 }]
  const common = { type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: PORT }
  return service('web', { ...common, clusterIP: '10.96.0.50', ports, ...spec })
}

const ports = [{ name: '', port: 80, protocol: 'TCP' }]

describe('the health check of a load balancer', () => {
  it('finds at each node how many endpoints it has, from wherever it is asked', async () => {
    const here = ['10.244.1.2', '10.244.1.3'].map(ip => endpoint(ip, 'worker-1'))
    cluster.api.put(PATHS.slices, slice('web', ports, [...here, endpoint('10.244.1.4', 'worker-1', { ready: false })]))
    cluster.api.put(PATHS.services, balanced())
    for (const through of [cluster.first, cluster.second]) {
      await expect
        .poll(() => ask(through, '172.18.0.101', PORT))
        .toMatchObject({ head: expect.stringMatching(/^HTTP\/1.1 200 /) as string })
      const { head, body } = await ask(through, '172.18.0.101', PORT)
      expect(head.toLowerCase()).toMatch(/content-type: application\/json/)
      expect(head.toLowerCase()).toMatch(/x-content-type-options: nosniff/)
      expect(body).toBe(
        '{\n\t"service": {\n\t\t"namespace": "default",\n\t\t"name": "web"\n\t},\n\t"localEndpoints": 2,\n\t"serviceProxyHealthy": true\n}',
      )
      const none = await ask(through, '172.18.0.102', PORT)
      expect(none.head).toMatch(/^HTTP\/1.1 503 /)
      expect(JSON.parse(none.body)).toMatchObject({ localEndpoints: 0 })
    }
  })

  it('is sent away while the last endpoint of a node shuts down, though that still serves', async () => {
    const ending = endpoint('10.244.1.2', 'worker-1', { ready: false, serving: true, terminating: true })
    cluster.api.put(PATHS.slices, slice('web', ports, [ending]))
    await expect.poll(async () => (await ask(cluster.first, '172.18.0.101', PORT)).head).toMatch(/^HTTP\/1.1 503 /)
  })

  it('finds nothing at a Service that is reached through all nodes', async () => {
    cluster.api.put(PATHS.services, balanced({ externalTrafficPolicy: 'Cluster' }))
    await expect
      .poll(async () => (await ask(cluster.first, '172.18.0.101', PORT)).head)
      .toMatch(/^HTTP\/1.1 502 [^]*kubarium-error: ECONNREFUSED/)
  })
})

describe('the health of the service proxy', () => {
  it('is told at each node, and no more of a node that is to be removed', async () => {
    const asked = () => ask(cluster.second, '172.18.0.101', 10256, '/healthz')
    const good = await asked()
    expect(good.head).toMatch(/^HTTP\/1.1 200 /)
    expect(JSON.parse(good.body)).toMatchObject({ nodeEligible: true })
    const doomed = node('worker-1', '172.18.0.101', '10.244.1.0/24', cluster.first.port) as { spec: object }
    const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', effect: 'NoSchedule' }]
    cluster.api.put(PATHS.nodes, { ...doomed, spec: { ...doomed.spec, taints } })
    await expect.poll(async () => (await asked()).head).toMatch(/^HTTP\/1.1 503 /)
    expect((await ask(cluster.second, '172.18.0.101', 10256, '/livez')).head).toMatch(/^HTTP\/1.1 200 /)
    expect((await ask(cluster.second, '172.18.0.101', 10256, '/other')).head).toMatch(/^HTTP\/1.1 404 /)
  })
})
