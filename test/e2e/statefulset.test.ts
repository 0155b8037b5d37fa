import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('statefulset')

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { clusterIP: 'None', selector: { app: 'web' }, ports: [{ port: 80 }] },
}
const set = (replicas: number, more: object = {}, env = 'one') => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web' },
  spec: {
    serviceName: 'web',
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'nginx',
            image: 'nginx',
            env: [{ name: 'VERSION', value: env }],
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          },
        ],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      },
    ],
    persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Delete' },
    ...more,
  },
})

describe.skipIf(!has('kubectl', 'version', '--client'))('a StatefulSet (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '2')
    await eventually(async () => (await lab.kubectl('get', 'serviceaccount', 'default')).code === 0)
  })
  afterAll(() => lab.remove())

  const rolledOut = () => lab.k('rollout', 'status', 'statefulset/web', '--timeout=40s')
  const pods = async () =>
    (await lab.k('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').filter(Boolean)
  const versions = () =>
    lab.k('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.containers[0].env[0].value}')

  test('its pods come in order, with names that DNS knows and claims of their own', async () => {
    await lab.apply(service, set(3))
    await rolledOut()
    expect(await pods()).toEqual(['web-0', 'web-1', 'web-2'])
    const starts = JSON.parse(await lab.k('get', 'pods', '-l', 'app=web', '-o', 'json')) as {
      items: {
        metadata: { creationTimestamp: string }
        status: { conditions: { type: string; lastTransitionTime: string }[] }
      }[]
    }
    for (let i = 1; i < 3; i++) {
      const ready = starts.items[i - 1].status.conditions.find(c => c.type === 'Ready')!.lastTransitionTime
      expect(Date.parse(starts.items[i].metadata.creationTimestamp)).toBeGreaterThanOrEqual(Date.parse(ready))
    }
    expect(await lab.k('get', 'pvc', '-o', 'jsonpath={.items[*].metadata.name}')).toBe(
      'data-web-0 data-web-1 data-web-2',
    )
    await lab.k('run', 'ask', '--image=curlimages/curl', '--restart=Never', '--', '-s', 'http://web-1.web/')
    await eventually(async () => (await lab.kubectl('logs', 'ask')).stdout.includes('nginx'))
  })

  test('what a pod has written is there again when it is back under its name', async () => {
    await lab.k('exec', 'web-1', '--', 'sh', '-c', 'echo kept > /data/file')
    const uid = () => lab.k('get', 'pod', 'web-1', '-o', 'jsonpath={.metadata.uid}')
    const before = await uid()
    await lab.k('delete', 'pod', 'web-1')
    await eventually(async () => (await uid()) !== before)
    await rolledOut()
    expect(await lab.k('exec', 'web-1', '--', 'cat', '/data/file')).toBe('kept\n')
  })

  test('an update stops at its partition, then goes on; the history can be gone back', async () => {
    const part = (partition: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } } })
    await lab.apply(set(3, part(2), 'two'))
    await eventually(async () => (await versions()) === 'one one two')
    await lab.apply(set(3, part(0), 'two'))
    await rolledOut()
    expect(await versions()).toBe('two two two')
    await lab.k('rollout', 'undo', 'statefulset/web')
    await rolledOut()
    expect(await versions()).toBe('one one one')
    const { currentRevision, updateRevision } = JSON.parse(
      await lab.k('get', 'statefulset', 'web', '-o', 'jsonpath={.status}'),
    ) as Record<string, string>
    expect(currentRevision).toBe(updateRevision)
  })

  test('scaled down it leaves claims behind; deleted it takes them along, if its policy says so', async () => {
    await lab.k('scale', 'statefulset', 'web', '--replicas=1')
    await eventually(async () => (await pods()).join() === 'web-0')
    expect((await lab.k('get', 'pvc', '-o', 'name')).trim().split('\n')).toHaveLength(3)
    await lab.k('delete', 'statefulset', 'web')
    await eventually(async () => (await lab.k('get', 'pvc', '-o', 'name')) === '')
  })
})
