import { createServer } from 'node:https'
import type { Server } from 'node:https'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startCluster } from './harness.ts'
import type { Cluster } from './harness.ts'

const PODS = '/api/v1/namespaces/default/pods'

let cluster: Cluster
let kubelet: Server
const seen: { url: string; user: string }[] = []

/** A kubelet that answers logs, and echoes what comes over an upgraded connection. */
beforeAll(async () => {
  cluster = await startCluster()
  const identity = await cluster.ca.issue('system:node:n1', ['system:nodes'])
  kubelet = createServer(
    { ...identity, ca: cluster.ca.pem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      seen.push({
        url: request.url!,
        user: String(
          (request.socket as never as { getPeerCertificate(): { subject: { CN: string } } }).getPeerCertificate()
            .subject.CN,
        ),
      })
      response.setHeader('Content-Type', 'text/plain')
      response.write('line 1\n')
      setImmediate(() => response.end('line 2\n'))
    },
  )
  kubelet.on('upgrade', (request, socket, head) => {
    seen.push({ url: request.url!, user: '' })
    socket.on('error', () => {})
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n\r\n',
    )
    if (head.length > 0) socket.write(head)
    socket.pipe(socket)
  })
  await new Promise<void>(resolve => kubelet.listen(0, '127.0.0.1', resolve))
  const { port } = kubelet.address() as AddressInfo
  await cluster.ask('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'n1' } } })
  const status = {
    addresses: [{ type: 'InternalIP', address: '10.0.0.9' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  }
  const merge = { 'content-type': 'application/merge-patch+json' }
  expect(
    (await cluster.ask('/api/v1/nodes/n1/status', { method: 'PATCH', body: { status }, headers: merge })).code,
  ).toBe(200)
  await cluster.ask('/api/v1/namespaces/default/serviceaccounts', {
    method: 'POST',
    body: { metadata: { name: 'default' } },
  })
  for (const name of ['p', 'waiting'])
    expect(
      (
        await cluster.ask(PODS, {
          method: 'POST',
          body: { metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
        })
      ).code,
    ).toBe(201)
  const bound = await cluster.ask(`${PODS}/p/binding`, {
    method: 'POST',
    body: { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } },
  })
  expect(bound.json).toMatchObject({ status: 'Success' })
})
afterAll(async () => {
  await cluster.close()
  kubelet.closeAllConnections()
  await new Promise(resolve => kubelet.close(resolve))
})

it('binds a pod once', async () => {
  const again = await cluster.ask(`${PODS}/p/binding`, {
    method: 'POST',
    body: { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n2' } },
  })
  expect([again.code, again.json.message]).toEqual([
    409,
    'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n1"',
  ])
})

it('passes logs on from the kubelet of the pod, with its own certificate', async () => {
  const answer = await cluster.ask(`${PODS}/p/log?follow=true&tailLines=5`)
  expect([answer.code, answer.text]).toEqual([200, 'line 1\nline 2\n'])
  expect(seen.at(-1)!.url).toBe('/containerLogs/default/p/c?follow=true&tailLines=5')
  expect(seen.at(-1)!.user).toBe('kube-apiserver-kubelet-client')
})

it('has no logs of a pod that is on no node', async () => {
  expect((await cluster.ask(`${PODS}/waiting/log`)).code).toBe(204)
})

it('refuses logs of containers that are not there', async () => {
  const answer = await cluster.ask(`${PODS}/p/log?container=x`)
  expect([answer.code, answer.json.message]).toEqual([400, 'container x is not valid for pod p'])
})

const upgrade = (path: string, identity: { cert: string; key: string } | undefined) =>
  new Promise<{ code: number; protocol: string | undefined; echo?: string }>((resolve, reject) => {
    const request = httpsRequest({
      ...{ host: '127.0.0.1', port: cluster.server.port, path, ca: cluster.ca.pem, ...identity },
      headers: { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-protocol': 'v5.channel.k8s.io' },
    })
    request.on('error', reject)
    request.on('response', response => {
      response.resume()
      resolve({ code: response.statusCode!, protocol: undefined })
    })
    request.on('upgrade', (response, socket) => {
      socket.on('error', () => {})
      socket.once('data', (data: Buffer) => {
        socket.destroy()
        resolve({
          code: response.statusCode!,
          protocol: String(response.headers['sec-websocket-protocol']),
          echo: data.toString(),
        })
      })
      socket.write('hello')
    })
    request.end()
  })

it('joins the upgraded connections of client and kubelet', async () => {
  const answer = await upgrade(`${PODS}/p/exec?command=sh&stdin=true&stdout=true`, cluster.admin)
  expect(answer).toEqual({ code: 101, protocol: 'v5.channel.k8s.io', echo: 'hello' })
  expect(seen.at(-1)!.url).toContain('/exec/default/p/c?command=sh')
})

it('authorizes upgraded connections like any other request', async () => {
  expect((await upgrade(`${PODS}/p/exec?command=sh&stdin=true`, undefined)).code).toBe(403)
})

it('evicts no pod against a disruption budget', async () => {
  const merge = { 'content-type': 'application/merge-patch+json' }
  await cluster.ask(`${PODS}/p`, { method: 'PATCH', body: { metadata: { labels: { app: 'x' } } }, headers: merge })
  await cluster.ask(`${PODS}/p/status`, {
    method: 'PATCH',
    body: { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
    headers: merge,
  })
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets'
  await cluster.ask(budgets, {
    method: 'POST',
    body: { metadata: { name: 'b' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } },
  })
  const status = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 }
  await cluster.ask(`${budgets}/b/status`, { method: 'PATCH', body: { status }, headers: merge })
  const evict = () =>
    cluster.ask(`${PODS}/p/eviction`, {
      method: 'POST',
      body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } },
    })
  const refused = await evict()
  expect([refused.code, refused.json.details.causes[0].reason]).toEqual([429, 'DisruptionBudget'])
  await cluster.ask(`${budgets}/b/status`, {
    method: 'PATCH',
    body: { status: { disruptionsAllowed: 1 } },
    headers: merge,
  })
  expect((await evict()).code).toBe(201)
  const { json: pod } = await cluster.ask(`${PODS}/p`)
  expect(pod.metadata.deletionGracePeriodSeconds).toBe(30)
})

it('deletes a pod on no node at once', async () => {
  await cluster.ask(`${PODS}/waiting`, { method: 'DELETE' })
  expect((await cluster.ask(`${PODS}/waiting`)).code).toBe(404)
})
