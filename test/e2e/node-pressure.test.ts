import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { NODES, PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('node-pressure')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)

/** A worker so small that a test can fill it. */
describe('a node that runs out of something', () => {
  beforeAll(async () => {
    const settings = join(lab.dataDir, 'kubelet.json')
    writeFileSync(
      settings,
      JSON.stringify({
        evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '10%' },
        evictionPressureTransitionPeriod: '1s',
      }),
    )
    await lab.up(
      ...['--masters', '1', '--workers', '1', '--kubelet-config', settings],
      ...['--worker-capacity', 'cpu=4,memory=1Gi,pods=20,ephemeral-storage=200Mi'],
    )
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  async function run(name: string, command: string[], more: object = {}, image = 'busybox'): Promise<void> {
    await pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'c', image, command }], ...more },
    } as Pod)
  }
  const reaches = (name: string, wanted: (pod: Pod) => boolean) =>
    eventually(async () => {
      const pod = await pods().get('default', name)
      return wanted(pod) && pod
    })
  const isRunning = (pod: Pod) => pod.status?.phase === 'Running'
  const node = () => new ResourceClient<Node>(rest, NODES as Resource<Node>).get(undefined, 'worker-1')

  test('is allocated less than it has', async () => {
    const { capacity, allocatable } = (await node()).status!
    expect([capacity!.memory, allocatable!.memory]).toEqual(['1Gi', '924Mi'])
    expect([capacity!['ephemeral-storage'], allocatable!['ephemeral-storage']]).toEqual(['200Mi', '180Mi'])
  })

  test('evicts who writes more than it may, and nobody else', async () => {
    const volumes = [{ name: 'v', emptyDir: { sizeLimit: '5Mi' } }]
    const containers = [
      {
        ...{ name: 'c', image: 'busybox' },
        command: ['sh', '-c', 'dd if=/dev/zero of=/v/file bs=1M count=12; sleep 3600'],
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
    ]
    await run('neighbour', ['sleep', '3600'])
    await run('writer', [], { volumes, containers })
    const { status } = await reaches('writer', pod => pod.status?.phase === 'Failed')
    expect(status).toMatchObject({
      reason: 'Evicted',
      message: 'Usage of EmptyDir volume "v" exceeds the limit "5Mi". ',
    })
    expect((await pods().get('default', 'neighbour')).status!.phase).toBe('Running')
  })

  test('says its pressure, is tainted by it, and ends the pod that uses most beyond what it asked for', async () => {
    await reaches('neighbour', isRunning)
    const hog = ['node', '-e', 'const all = Buffer.alloc(900 << 20, 1); setInterval(() => all.length, 1000)']
    await run('hog', hog, {}, 'node')
    const { status } = await reaches('hog', pod => pod.status?.phase === 'Failed')
    expect(status!.reason).toBe('Evicted')
    expect(status!.message).toMatch(
      /^The node was low on resource: memory\. Threshold quantity: 100Mi, available: \S+\. Container c was using \S+, request is 0, has larger consumption of memory\. $/,
    )
    expect(status!.conditions!.find(c => c.type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'TerminationByKubelet',
    })
    expect((await pods().get('default', 'neighbour')).status!.phase).toBe('Running')
    const events = await lab.k('get', 'events', '--field-selector', 'involvedObject.name=worker-1')
    expect(events).toContain('Attempting to reclaim memory')
    expect(events).toContain('NodeHasInsufficientMemory')
    await eventually(async () => {
      const { status, spec } = await node()
      const isOver = status!.conditions!.find(c => c.type === 'MemoryPressure')!.status === 'False'
      return isOver && !(spec!.taints ?? []).some(t => t.key === 'node.kubernetes.io/memory-pressure')
    })
  })
})
