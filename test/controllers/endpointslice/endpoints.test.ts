import { describe, expect, test } from 'vitest'
import type { Pod, Service } from '../../../engine/api/types.ts'
import { endpointOf } from '../../../engine/controllers/endpointslice/endpoints.ts'

const pod = (ready: boolean) =>
  ({
    metadata: { name: 'p', namespace: 'default', uid: 'u' },
    spec: { nodeName: 'worker-1', containers: [] },
    status: {
      podIP: '10.244.0.2',
      phase: 'Running',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }) as unknown as Pod
const service = (trafficDistribution?: string) =>
  ({ metadata: { name: 's', namespace: 'default' }, spec: { trafficDistribution } }) as unknown as Service

describe('an endpoint', () => {
  test.each([
    [undefined, 'a', undefined],
    ['PreferClose', 'a', { forZones: [{ name: 'a' }] }],
    ['PreferSameZone', 'a', { forZones: [{ name: 'a' }] }],
    ['PreferSameZone', undefined, undefined],
    ['PreferSameNode', 'a', { forNodes: [{ name: 'worker-1' }], forZones: [{ name: 'a' }] }],
    ['PreferSameNode', undefined, { forNodes: [{ name: 'worker-1' }] }],
  ])('with the traffic distribution %s in zone %s is meant for %o', (distribution, zone, hints) => {
    const found = endpointOf(pod(true), service(distribution), zone)
    expect(found).toMatchObject({ nodeName: 'worker-1' })
    expect([found?.zone, found?.hints]).toEqual([zone, hints])
  })

  test('that is not ready is meant for nobody first', () => {
    expect(endpointOf(pod(false), service('PreferSameNode'), 'a')).not.toHaveProperty('hints')
  })
})
