import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const METRICS = '/apis/metrics.k8s.io/v1beta1'

let cluster: Cluster
let kubelet: Server
const time = '2026-03-01T00:00:00Z'
const usage = (nanoCores: number, bytes: number) => ({
  cpu: { time, usageNanoCores: nanoCores, windowSeconds: 10.5 },
  memory: { workingSetBytes: bytes },
})
/** What the kubelet says of a pod. */
const pod = (name: string, namespace: string) => ({
  ...usage(3, 3),
  podRef: { name, namespace },
  containers: [
    { name: 'a', ...usage(1_000_000, 1 << 20) },
    { name: 'b', ...usage(2_000_000, 1025) },
  ],
})

beforeAll(async () => {
  cluster = await startCluster({ metrics: true })
  const identity = await cluster.ca.issue('system:node:n1', ['system:nodes'])
  kubelet = createServer(
    { ...identity, ca: cluster.ca.pem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      expect(request.url).toBe('/stats/summary')
      const pods = [pod('p', 'default'), pod('q', 'default'), pod('r', 'kube-system'), pod('unknown', 'default')]
      response.end(JSON.stringify({ node: usage(250_000_000, 64 << 20), pods }))
    },
  )
  await new Promise<void>(resolve => kubelet.listen(0, '127.0.0.1', resolve))
  const { port } = kubelet.address() as AddressInfo
  const merge = { 'content-type': 'application/merge-patch+json' }
  const node = async (name: string, kubeletPort: number, ready: string) => {
    await cluster.ask('/api/v1/nodes', { method: 'POST', body: { metadata: { name, labels: { zone: name } } } })
    const status = {
      conditions: [{ type: 'Ready', status: ready }],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
    }
    await cluster.ask(`/api/v1/nodes/${name}/status`, { method: 'PATCH', body: { status }, headers: merge })
  }
  await node('n1', port, 'True')
  await node('broken', 1, 'True')
  await node('away', port, 'False')
  for (const namespace of ['default', 'kube-system'])
    await cluster.ask(`/api/v1/namespaces/${namespace}/serviceaccounts`, {
      method: 'POST',
      body: { metadata: { name: 'default' } },
    })
  for (const [name, namespace] of [
    ['p', 'default'],
    ['q', 'default'],
    ['r', 'kube-system'],
  ])
    expect(
      (
        await cluster.ask(`/api/v1/namespaces/${namespace}/pods`, {
          method: 'POST',
          body: {
            metadata: { name, labels: { app: name } },
            spec: {
              nodeName: 'n1',
              containers: [
                { name: 'a', image: 'x' },
                { name: 'b', image: 'x' },
              ],
            },
          },
        })
      ).code,
    ).toBe(201)
})
afterAll(async () => {
  await cluster.close()
  kubelet.closeAllConnections()
  await new Promise(resolve => kubelet.close(resolve))
})

const names = async (path: string) =>
  ((await cluster.ask(METRICS + path)).json.items as { metadata: { name: string } }[]).map(i => i.metadata.name)

it('tells what nodes use; one that does not answer, or is not ready, is left out', async () => {
  const { json } = await cluster.ask(`${METRICS}/nodes`)
  expect(json).toMatchObject({ kind: 'NodeMetricsList', apiVersion: 'metrics.k8s.io/v1beta1' })
  expect(json.items).toEqual([
    {
      kind: 'NodeMetrics',
      apiVersion: 'metrics.k8s.io/v1beta1',
      metadata: { name: 'n1', creationTimestamp: expect.any(String), labels: expect.objectContaining({ zone: 'n1' }) },
      timestamp: time,
      window: '10.5s',
      usage: { cpu: '250000000n', memory: '65536Ki' },
    },
  ])
})

it('tells what pods use, container by container, of one namespace or all; pods that are gone are no longer there', async () => {
  const { json } = await cluster.ask(`${METRICS}/namespaces/default/pods/p`)
  expect(json).toMatchObject({
    kind: 'PodMetrics',
    metadata: { name: 'p', namespace: 'default', labels: { app: 'p' } },
    containers: [
      { name: 'a', usage: { cpu: '1000000n', memory: '1024Ki' } },
      { name: 'b', usage: { cpu: '2000000n', memory: '2Ki' } },
    ],
  })
  expect(await names('/pods')).toEqual(['p', 'q', 'r'])
  expect(await names('/namespaces/default/pods')).toEqual(['p', 'q'])
})

it('selects by labels and names', async () => {
  expect(await names('/pods?labelSelector=app%20in%20(q,r)')).toEqual(['q', 'r'])
  expect(await names('/namespaces/default/pods?fieldSelector=metadata.name%3Dp')).toEqual(['p'])
  expect(await names('/nodes?labelSelector=zone%3Delsewhere')).toEqual([])
})

it('says that there is nothing of what is not there', async () => {
  const missing = await cluster.ask(`${METRICS}/namespaces/default/pods/none`)
  expect([missing.code, missing.json.message]).toEqual([404, 'pods.metrics.k8s.io "none" not found'])
  expect((await cluster.ask(`${METRICS}/nodes/none`)).code).toBe(404)
  expect((await cluster.ask(`${METRICS}/nodes/away`)).code).toBe(404)
  expect((await cluster.ask(`${METRICS}/nodes`, { method: 'POST', body: {} })).code).toBe(405)
})

it('prints as a table', async () => {
  const { json } = await cluster.ask(`${METRICS}/namespaces/default/pods`, {
    headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' },
  })
  expect(json.rows[0].cells.slice(0, 4)).toEqual(['p', '3000000n', '1026Ki', '10.5s'])
})

it('is in discovery where it is served, and nowhere else', async () => {
  const groups = async (from: Cluster) =>
    ((await from.ask('/apis')).json.groups as { name: string }[]).map(group => group.name)
  expect(await groups(cluster)).toContain('metrics.k8s.io')
  const { json } = await cluster.ask(METRICS)
  expect(json.resources.map((r: { name: string }) => r.name)).toEqual(['nodes', 'pods'])
  const bare = await startCluster()
  try {
    expect(await groups(bare)).not.toContain('metrics.k8s.io')
    expect((await bare.ask(`${METRICS}/nodes`)).code).toBe(404)
  } finally {
    await bare.close()
  }
})

it('asks for the rights that it needs', async () => {
  const jane = await cluster.ca.issue('jane')
  expect((await cluster.ask(`${METRICS}/nodes`, { as: jane })).json.message).toContain(
    'cannot list resource "nodes" in API group "metrics.k8s.io"',
  )
})
