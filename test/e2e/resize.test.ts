import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('resize')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)

describe('what a pod has on a real worker', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '1', '--worker-capacity', 'cpu=2,memory=2Gi')
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  const reaches = (name: string, wanted: (pod: Pod) => boolean) =>
    eventually(async () => {
      const pod = await pods().get('default', name)
      return wanted(pod) && pod
    })
  const both = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { cpu, memory } })

  async function create(name: string, cpu: string, more: object = {}): Promise<Pod> {
    await pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'pause', resources: both(cpu, '100Mi') }],
        ...more,
      },
    } as Pod)
    return reaches(name, pod => pod.status?.phase === 'Running' || pod.status?.phase === 'Failed')
  }
  const resize = (name: string, cpu: string) =>
    lab.k(
      ...['patch', 'pod', name, '--subresource', 'resize', '--patch'],
      JSON.stringify({ spec: { containers: [{ name: 'c', resources: both(cpu, '100Mi') }] } }),
    )
  const pending = (pod: Pod) => pod.status?.conditions?.find(c => c.type === 'PodResizePending')

  test('is changed while it runs, put off while others have it, and refused where it never can be', async () => {
    await create('one', '500m')
    await create('other', '1')
    await resize('one', '700m')
    const done = await reaches(
      'one',
      pod => pod.status!.containerStatuses![0].resources?.limits?.cpu === '700m' && !pending(pod),
    )
    expect(done.status!.containerStatuses![0]).toMatchObject({ restartCount: 0, allocatedResources: { cpu: '700m' } })
    await resize('one', '9')
    const never = await reaches('one', pod => pending(pod)?.reason === 'Infeasible')
    expect(pending(never)!.message).toBe("Node didn't have enough capacity: cpu, requested: 9000, capacity: 2000")
    await resize('one', '1500m')
    const later = await reaches('one', pod => pending(pod)?.reason === 'Deferred')
    expect(pending(later)!.message).toBe(
      "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
    )
    expect(later.status!.containerStatuses![0].resources!.limits!.cpu).toBe('700m')
    await pods().delete('default', 'other')
    await reaches('one', pod => pod.status!.containerStatuses![0].resources?.limits?.cpu === '1500m' && !pending(pod))
  })

  test('a pod that was bound past the scheduler and does not fit fails with the reason', async () => {
    const { status } = await create('forced', '2', { nodeName: 'worker-1' })
    expect(status).toMatchObject({
      phase: 'Failed',
      reason: 'OutOfcpu',
      message: "Pod was rejected: Node didn't have enough resource: cpu, requested: 2000, used: 1500, capacity: 2000",
    })
    expect(await lab.k('get', 'events', '--field-selector', 'involvedObject.name=forced')).toContain('OutOfcpu')
  })
})
