import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KubeObject } from '../../engine/api/object.ts'
import type { CronJob } from '../../engine/api/types.ts'
import type { ResourceKind } from '../../renderer/src/cluster/discovery.ts'
import { actionsFor, bulkActionsFor } from '../../renderer/src/objects/actions/catalogue.ts'
import { openablePorts, podPorts } from '../../renderer/src/objects/actions/service-ports.ts'
import * as requests from '../../renderer/src/objects/actions/requests.ts'
import type { ActionRequest } from '../../renderer/src/objects/actions/requests.ts'
import { runAll, type Outcome } from '../../renderer/src/objects/actions/run.ts'
import { diffFields } from '../../renderer/src/yaml/diff/field-diff.ts'
import { revisionsOf, rollbackRequest } from '../../renderer/src/objects/history/revisions.ts'
import { startCluster, type Cluster } from '../apiserver/harness.ts'
import { fillCluster } from './sample-cluster.ts'

const kind = (group: string, resource: string, name: string, subresources: string[] = [], namespaced = true) =>
  ({
    ...{ group, version: 'v1', resource, kind: name, namespaced, subresources, shortNames: [] },
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  }) satisfies ResourceKind
const PODS = kind('', 'pods', 'Pod', ['exec', 'attach', 'eviction', 'ephemeralcontainers'])
const DEPLOYMENTS = kind('apps', 'deployments', 'Deployment', ['scale', 'status'])
const STATEFUL_SETS = kind('apps', 'statefulsets', 'StatefulSet', ['scale'])
const CRON_JOBS = kind('batch', 'cronjobs', 'CronJob')
const NODES = kind('', 'nodes', 'Node', [], false)
const FRONT = { namespace: 'shop', name: 'front' }

describe('what can be done', () => {
  it('follows the kind and what the server serves of it', () => {
    expect(actionsFor(PODS, true)).toEqual(['shell', 'attach', 'debug', 'evict', 'delete'])
    expect(actionsFor(DEPLOYMENTS, true)).toEqual(['scale', 'restart', 'rollback', 'delete'])
    expect(actionsFor(CRON_JOBS, true)).toEqual(['trigger', 'suspend', 'resume', 'delete'])
    expect(actionsFor(NODES, true)).toEqual(['cordon', 'uncordon', 'drain', 'delete'])
    expect(actionsFor({ ...DEPLOYMENTS, verbs: ['get', 'list'], subresources: [] }, true)).toEqual([])
    expect(actionsFor(kind('example.com', 'boats', 'Boat', ['scale']), true)).toEqual(['scale', 'delete'])
    expect(actionsFor(kind('', 'services', 'Service'), false)).toEqual(['delete'])
  })

  it('leaves out what the state of a known object rules out', () => {
    const of = (kind: ResourceKind, spec: object, status = {}) =>
      actionsFor(kind, true, { apiVersion: 'v1', kind: kind.kind, metadata: {}, spec, status })
    expect(of(CRON_JOBS, { suspend: true })).toEqual(['trigger', 'resume', 'delete'])
    expect(of(NODES, { unschedulable: true })).toEqual(['uncordon', 'drain', 'delete'])
    expect(of(PODS, {}, { phase: 'Pending' })).toEqual(['evict', 'delete'])
    expect(of(kind('', 'services', 'Service'), { ports: [] })).toEqual(['delete'])
  })

  it('to many leaves out what leads to a place of its own', () => {
    expect(bulkActionsFor(PODS)).toEqual(['evict', 'delete'])
    expect(bulkActionsFor(DEPLOYMENTS)).toEqual(['scale', 'restart', 'delete'])
  })

  it('opens the ports of a Service that a browser can speak to', () => {
    const ports = [{ port: 443 }, { port: 53, protocol: 'UDP' }, { port: 9000, name: 'http' }]
    expect(openablePorts({ spec: { ports } } as never)).toEqual([
      { port: 443, scheme: 'https' },
      { port: 9000, name: 'http', scheme: 'http' },
    ])
  })
})

describe('ports of a pod', () => {
  it('are those that its containers name, of TCP', () => {
    const containers = [
      {
        ports: [
          { containerPort: 8080, name: 'http' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
      {},
    ]
    const initContainers = [{ ports: [{ containerPort: 8443 }] }]
    expect(podPorts({ spec: { containers, initContainers } } as never)).toEqual([
      { port: 8443, scheme: 'https' },
      { port: 8080, name: 'http', scheme: 'http' },
    ])
  })

  it('are forwarded by a lab, while the pod runs', () => {
    const pods = { ...PODS, subresources: [...PODS.subresources, 'portforward'] }
    const running = { metadata: {}, status: { phase: 'Running' } } as unknown as KubeObject
    expect(actionsFor(pods, true, running)).toContain('forward')
    expect(
      actionsFor(pods, true, { metadata: {}, status: { phase: 'Pending' } } as unknown as KubeObject),
    ).not.toContain('forward')
    expect(actionsFor(pods, false, running)).not.toContain('forward')
  })
})

describe('requests', () => {
  it('guard a deletion by the uid, and leave the grace period alone unless one is chosen', () => {
    const { body } = requests.deleteRequest(PODS, { ...FRONT, uid: 'u' }, { propagation: 'Foreground' })
    expect(body).toMatchObject({ propagationPolicy: 'Foreground', preconditions: { uid: 'u' } })
    expect(body).not.toHaveProperty('gracePeriodSeconds')
    const now = requests.deleteRequest(PODS, FRONT, { propagation: 'Background', graceSeconds: 0 })
    expect(now.body).toMatchObject({ gracePeriodSeconds: 0 })
  })

  it('make a Job of a CronJob as kubectl does, with a name that fits', () => {
    const cronJob = {
      metadata: { name: 'x'.repeat(70), namespace: 'batch', uid: 'u' },
      spec: { jobTemplate: { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } }, spec: { parallelism: 2 } } },
    } as unknown as CronJob
    const { path, body } = requests.triggerRequest(cronJob, 'abcde')
    expect(path).toBe('/apis/batch/v1/namespaces/batch/jobs?fieldManager=kubarium-ui')
    expect(body).toEqual({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: `${'x'.repeat(57)}-abcde`,
        namespace: 'batch',
        labels: { a: 'b' },
        annotations: { c: 'd', 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [
          { apiVersion: 'batch/v1', kind: 'CronJob', name: 'x'.repeat(70), uid: 'u', controller: true },
        ],
      },
      spec: { parallelism: 2 },
    })
  })
})

describe('requests to a real API server', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
    await fillCluster(cluster)
  })
  afterAll(() => cluster.close())

  const send = async ({ method, path, contentType, body }: ActionRequest) => {
    const answer = await cluster.ask(path, { method, headers: { 'content-type': contentType }, body })
    expect(answer.code, answer.text).toBeLessThan(300)
    return answer.json
  }
  const get = async (path: string) => (await cluster.ask(path)).json
  const front = () => get('/apis/apps/v1/namespaces/shop/deployments/front')

  it('scale, restart, suspend and debug', async () => {
    await send(requests.scaleRequest(DEPLOYMENTS, FRONT, 7))
    await send(requests.restartRequest(DEPLOYMENTS, FRONT, Date.UTC(2026, 0, 2, 3, 4, 5, 6)))
    const { spec } = await front()
    expect(spec.replicas).toBe(7)
    expect(spec.template.metadata.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': '2026-01-02T03:04:05Z' })
    expect(
      (await send(requests.suspendRequest(CRON_JOBS, { namespace: 'batch', name: 'report' }, true))).spec.suspend,
    ).toBe(true)
    const [pod] = (await get('/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart')).items
    const debug = { name: 'debugger-1', image: 'busybox:1.36', target: 'cart' }
    const { ephemeralContainers } = (await send(requests.debugRequest(PODS, pod.metadata, debug))).spec
    expect(ephemeralContainers).toEqual([
      expect.objectContaining({ name: 'debugger-1', tty: true, stdin: true, targetContainerName: 'cart' }),
    ])
    await send(requests.debugRequest(PODS, pod.metadata, { name: 'debugger-2', image: 'busybox' }))
  })

  it('run a CronJob now and evict and delete pods', async () => {
    const cronJob = await get('/apis/batch/v1/namespaces/batch/cronjobs/report')
    const job = await send(requests.triggerRequest(cronJob, 'zzzzz'))
    expect(job.metadata.name).toBe('report-zzzzz')
    const [first, second] = (await get('/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb')).items
    await send(requests.evictRequest(PODS, first.metadata))
    await send(requests.deleteRequest(PODS, second.metadata, { propagation: 'Background', graceSeconds: 0 }))
  })

  it('bring a Deployment back to a revision of its replica sets, and a StatefulSet to one of its controller revisions', async () => {
    const sets = (await get('/apis/apps/v1/namespaces/shop/replicasets')).items.map((s: object) => ({
      ...s,
      kind: 'ReplicaSet',
    }))
    const deployment = await front()
    const revisions = revisionsOf(deployment, sets)
    expect(revisions.map(r => [r.number, r.current, r.cause])).toEqual([
      [3, true, 'settings from a ConfigMap'],
      [2, false, ''],
      [1, false, 'first release'],
    ])
    const changes = diffFields(deployment.spec.template, revisions[1]!.template)
    expect(changes).toContainEqual({ path: 'spec.containers[front].image', before: 'nginx:1.27', after: 'nginx:1.26' })
    expect(changes.map(c => c.path)).not.toContain(expect.stringContaining('pod-template-hash'))
    const back = await send(rollbackRequest(DEPLOYMENTS, deployment, revisions[1]!))
    expect(diffFields(back.spec.template, revisions[1]!.template)).toEqual([])
    expect(back.metadata.annotations['deployment.kubernetes.io/revision']).toBe('3')

    const kept = (await get('/apis/apps/v1/namespaces/shop/controllerrevisions')).items
    const database = await get('/apis/apps/v1/namespaces/shop/statefulsets/database')
    const [, older] = revisionsOf(database, kept)
    expect(older!.number).toBe(1)
    const restored = await send(rollbackRequest(STATEFUL_SETS, database, older!))
    expect(restored.spec.template.spec.containers[0].image).toBe('redis:6')
  })
})

describe('an action on many', () => {
  it('tells of each how it is, and lets none keep the others back', async () => {
    const seen: Outcome[][] = [[], [], []]
    const perform = async (n: number, report: (text: string) => void) => {
      report(`half of ${n}`)
      if (n === 1) throw new Error('no')
    }
    await runAll([0, 1, 2], perform, (i, outcome) => seen[i]!.push(outcome), new AbortController().signal)
    expect(seen.map(s => s.map(o => o.state).join(' '))).toEqual([
      'running running done',
      'running running failed',
      'running running done',
    ])
  })

  it('begins no more than a few at a time, and none after it is stopped', async () => {
    const controller = new AbortController()
    let running = 0
    let most = 0
    const begun: number[] = []
    const perform = async (n: number) => {
      begun.push(n)
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
      if (n === 5) controller.abort()
    }
    await runAll([...Array(50).keys()], perform, () => {}, controller.signal)
    expect(most).toBe(4)
    expect(begun.length).toBeLessThan(12)
  })
})
