import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, has, TestLab } from './lab.ts'

const lab = new TestLab('claims')

const claim = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } }, ...more },
})

/** A pod of one shell with a volume at /v. */
const pod = (name: string, volume: object, command: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    containers: [
      { name: 'c', image: 'busybox', command: ['sh', '-c', command], volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    ],
    volumes: [{ name: 'v', ...volume }],
    ...more,
  },
})
const of = (claimName: string) => ({ persistentVolumeClaim: { claimName } })

describe.skipIf(!has('kubectl', 'version', '--client'))('claims for storage (needs kubectl)', () => {
  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '2')
    await eventually(async () => (await lab.kubectl('get', 'serviceaccount', 'default')).code === 0)
  })
  afterAll(() => lab.remove())

  const field = (object: string, path: string) => lab.k('get', object, '-o', `jsonpath={${path}}`)
  const becomes = (object: string, path: string, wanted: string) =>
    eventually(async () => (await field(object, path)) === wanted)
  const told = (name: string, reason: string, text: string) =>
    eventually(async () => {
      const selector = `involvedObject.name=${name},reason=${reason}`
      const found = await lab.k('get', 'events', '--field-selector', selector, '-o', 'jsonpath={.items[*].message}')
      return found.includes(text)
    })
  const done = (name: string) => becomes(`pod/${name}`, '.status.phase', 'Succeeded')
  const gone = (object: string) => eventually(async () => (await lab.kubectl('get', object)).code !== 0)
  const folders = (worker: string) => {
    const folder = join(lab.paths.folder, 'machines', worker, 'volumes')
    return existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith('pvc-')) : []
  }

  test('a claim waits for its pod, is given a folder of that node, and what a pod wrote is there for the next', async () => {
    await lab.apply(claim('data'))
    await told('data', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding')
    await lab.apply(pod('writer', of('data'), 'echo kept > /v/file'))
    await done('writer')
    await told('data', 'ProvisioningSucceeded', 'Successfully provisioned volume pvc-')
    const volume = await field('pvc/data', '.spec.volumeName')
    const node = await field('pod/writer', '.spec.nodeName')
    expect(folders(node)).toEqual([volume])
    await lab.k('delete', 'pod', 'writer', '--now')
    await lab.apply(pod('reader', of('data'), 'cat /v/file; sleep 60'))
    await eventually(async () => (await lab.kubectl('logs', 'reader')).stdout === 'kept\n')
    expect(await field('pod/reader', '.spec.nodeName')).toBe(node)
  })

  test('data outlives the machine it is on', async () => {
    const node = await field('pod/reader', '.spec.nodeName')
    await lab.k('delete', 'pod', 'reader', '--now')
    expect((await lab.machine('kill', node)).code).toBe(0)
    expect((await lab.machine('start', node)).code).toBe(0)
    await lab.apply(pod('after', of('data'), 'cat /v/file'))
    await done('after')
    expect(await lab.k('logs', 'after')).toBe('kept\n')
  })

  test('it can grow, never shrink', async () => {
    const resize = (storage: string) =>
      lab.kubectl('patch', 'pvc', 'data', '-p', JSON.stringify({ spec: { resources: { requests: { storage } } } }))
    expect((await resize('30Mi')).code).toBe(0)
    await becomes('pvc/data', '.status.capacity.storage', '30Mi')
    await becomes(`pv/${await field('pvc/data', '.spec.volumeName')}`, '.spec.capacity.storage', '30Mi')
    await told('data', 'VolumeResizeSuccessful', 'Resize volume succeeded')
    expect((await resize('20Mi')).stderr).toContain('field can not be less than')
  })

  test('a claim in use stays until its pod is gone; then its volume goes, and the folder with it', async () => {
    const node = await field('pod/after', '.spec.nodeName')
    const volume = await field('pvc/data', '.spec.volumeName')
    await lab.apply(pod('user', of('data'), 'sleep 60'))
    await becomes('pod/user', '.status.phase', 'Running')
    await lab.k('delete', 'pvc', 'data', '--wait=false')
    await lab.k('delete', 'pod', 'after', '--now')
    expect(await field('pvc/data', '.status.phase')).toBe('Bound')
    await lab.k('delete', 'pod', 'user', '--now')
    await gone('pvc/data')
    await gone(`pv/${volume}`)
    await eventually(async () => folders(node).length === 0)
  })

  test('with the policy Retain the volume is released and its folder stays', async () => {
    const kept = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'kept' },
      provisioner: 'folders.kubarium.io',
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'Immediate',
    }
    await lab.apply(kept, claim('retained', { storageClassName: 'kept' }))
    await becomes('pvc/retained', '.status.phase', 'Bound')
    await lab.apply(pod('keeps', of('retained'), 'echo x > /v/x'))
    await done('keeps')
    const node = await field('pod/keeps', '.spec.nodeName')
    const volume = await field('pvc/retained', '.spec.volumeName')
    await lab.k('delete', 'pod/keeps', 'pvc/retained', '--now')
    await becomes(`pv/${volume}`, '.status.phase', 'Released')
    await lab.k('delete', 'pv', volume)
    expect(folders(node)).toEqual([volume])
  })

  test('an ephemeral volume has a claim of its own that goes with the pod; a claim in its place is told', async () => {
    const ephemeral = { ephemeral: { volumeClaimTemplate: { spec: claim('x').spec } } }
    await lab.apply(
      claim('taken-v'),
      pod('scratch', ephemeral, 'echo x > /v/x; sleep 60'),
      pod('taken', ephemeral, 'true'),
    )
    await becomes('pod/scratch', '.status.phase', 'Running')
    expect(await field('pvc/scratch-v', '.metadata.ownerReferences[0].name')).toBe('scratch')
    await told('taken', 'FailedBinding', 'PVC default/taken-v was not created for pod default/taken (pod is not owner)')
    await lab.k('delete', 'pod', 'scratch', 'taken', '--now')
    await gone('pvc/scratch-v')
  })

  test('a claim for one pod alone keeps a second pod waiting', async () => {
    await lab.apply(claim('alone', { accessModes: ['ReadWriteOncePod'] }), pod('first', of('alone'), 'sleep 60'))
    await becomes('pod/first', '.status.phase', 'Running')
    await lab.apply(pod('second', of('alone'), 'true'))
    await told(
      'second',
      'FailedScheduling',
      'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode',
    )
    await lab.k('delete', 'pod', 'first', '--now')
    await done('second')
  })

  test('what cannot be had is said: no claim, no class, modes of access that a folder does not have', async () => {
    await lab.apply(
      pod('none', of('nowhere'), 'true'),
      claim('classless', { storageClassName: '' }),
      claim('unknown', { storageClassName: 'gold' }),
      claim('shared', { accessModes: ['ReadWriteMany'] }),
      pod('sharing', of('shared'), 'true'),
    )
    await told('none', 'FailedScheduling', '0/2 nodes are available: persistentvolumeclaim "nowhere" not found.')
    await told(
      'classless',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    )
    await told('unknown', 'ProvisioningFailed', 'storageclass.storage.k8s.io "gold" not found')
    await told('shared', 'ProvisioningFailed', 'a folder of a node cannot be mounted ReadWriteMany')
    expect(await field('pod/sharing', '.status.phase')).toBe('Pending')
  })

  test('volumes that were made by hand: local ones and those of hostPath', async () => {
    const volume = (name: string, source: object) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'by-hand' },
        ...source,
      },
    })
    const onlyOn = (worker: string) => ({
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [worker] }] },
        ],
      },
    })
    const none = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'by-hand' },
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    }
    await lab.apply(
      none,
      volume('disk', { local: { path: '/mnt/disk' }, nodeAffinity: onlyOn('worker-2') }),
      claim('local', { storageClassName: 'by-hand' }),
      pod('uses', of('local'), 'echo x > /v/x'),
    )
    await told('uses', 'FailedMount', 'path "/mnt/disk" does not exist')
    expect(await field('pod/uses', '.spec.nodeName')).toBe('worker-2')
    await lab.apply(
      pod('makes', { hostPath: { path: '/mnt/disk', type: 'DirectoryOrCreate' } }, 'true', { nodeName: 'worker-2' }),
    )
    await done('makes')
    await done('uses')
    await lab.apply(
      volume('host', { hostPath: { path: '/data' } }),
      claim('named', { storageClassName: 'by-hand', volumeName: 'host' }),
    )
    await becomes('pvc/named', '.status.phase', 'Bound')
  })
})
