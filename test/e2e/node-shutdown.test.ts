import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { NODES, PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { readRecord } from '../../engine/kubelet/pods/record.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('node-shutdown')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)
const machine = () => join(lab.paths.folder, 'machines', 'worker-1')

describe('a node', () => {
  beforeAll(async () => {
    const settings = join(lab.dataDir, 'kubelet.json')
    const grace = { shutdownGracePeriod: '8s', shutdownGracePeriodCriticalPods: '3s' }
    writeFileSync(settings, JSON.stringify(grace))
    await lab.up('--masters', '1', '--workers', '1', '--kubelet-config', settings)
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  test('that shuts down lets its pods fail in order, critical ones last, and says that it goes', async () => {
    const create = (name: string, more: object) =>
      pods().create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default' },
        spec: {
          ...more,
          containers: [
            {
              name: 'c',
              image: 'busybox',
              command: ['sh', '-c', 'trap "sleep 1; exit 0" TERM; echo up; while :; do sleep 0.1; done'],
            },
          ],
        },
      } as Pod)
    await create('plain', {})
    await create('critical', { priorityClassName: 'system-node-critical' })
    const get = (name: string) => pods().get('default', name)
    for (const name of ['plain', 'critical'])
      await eventually(async () => (await lab.kubectl('logs', name)).stdout.includes('up'))
    await lab.machine('stop', 'worker-1')
    const ended: string[] = []
    for (const name of ['plain', 'critical']) {
      const { status } = await get(name)
      expect(status).toMatchObject({
        phase: 'Failed',
        reason: 'Terminated',
        message: 'Pod was terminated in response to imminent node shutdown.',
      })
      const target = status!.conditions!.find(c => c.type === 'DisruptionTarget')
      expect(target).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' })
      ended.push(status!.containerStatuses![0].state!.terminated!.finishedAt!)
    }
    expect(Date.parse(ended[1])).toBeGreaterThan(Date.parse(ended[0]))
    const node = await new ResourceClient<Node>(rest, NODES as Resource<Node>).get(undefined, 'worker-1')
    expect(node.status!.conditions!.find(c => c.type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'node is shutting down',
    })
  })

  test('runs its static pods while there is no API server, and shows them when there is one', async () => {
    const folder = join(machine(), 'manifests')
    mkdirSync(folder, { recursive: true })
    const spec = 'spec: { hostNetwork: true, containers: [{ name: c, image: pause }] }'
    writeFileSync(join(folder, 'alone.yaml'), `apiVersion: v1\nkind: Pod\nmetadata: { name: alone }\n${spec}\n`)
    await lab.machine('stop', 'master-1')
    void lab.machine('start', 'worker-1')
    const record = await eventually(async () => {
      const all = readdirSync(join(machine(), 'pods')).map(uid => readRecord(join(machine(), 'pods', uid)))
      const own = all.find(r => r?.name === 'alone-worker-1')
      return own?.containers.c?.state.kind === 'running' && own
    })
    await lab.machine('start', 'master-1')
    const mirror = await eventually(async () => {
      const pod = await pods().get('default', 'alone-worker-1')
      return pod.status?.phase === 'Running' && pod
    })
    expect(mirror.status!.containerStatuses![0]).toMatchObject({
      restartCount: 0,
      containerID: record.containers.c.containerID,
    })
  })
})
