import { describe, expect, test } from 'vitest'
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../engine/api/types.ts'
import { SELECTED_NODE } from '../../engine/api/storage/volumes.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { decide, explain } from '../../engine/scheduler/decide.ts'
import { NodeInfo } from '../../engine/scheduler/node-info.ts'
import {
  volumeBinding,
  volumeDecisions,
  volumeRestrictions,
  type StorageView,
} from '../../engine/scheduler/plugins/volumes.ts'

const node = (name: string) =>
  ({ metadata: { name, labels: { host: name } }, status: { allocatable: { pods: '10' } } }) as unknown as Node
const pod = (name: string, claim: string) =>
  ({
    metadata: { name, namespace: 'ns', uid: name },
    spec: { containers: [], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: claim } }] },
  }) as unknown as Pod
const claim = (name: string, spec: object = {}, metadata: object = {}) =>
  ({
    metadata: { name, namespace: 'ns', uid: name, ...metadata },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: 'wait',
      ...spec,
    },
  }) as unknown as PersistentVolumeClaim
const volume = (name: string, host: string) =>
  ({
    metadata: { name },
    status: { phase: 'Available' },
    spec: {
      ...{ capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'wait' },
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'host', operator: 'In', values: [host] }] }] },
      },
    },
  }) as unknown as PersistentVolume

const view = (claims: PersistentVolumeClaim[], volumes: PersistentVolume[], provisioner = 'folders.kubarium.io') =>
  ({
    claim: (_, name) => claims.find(c => c.metadata.name === name),
    volume: name => volumes.find(v => v.metadata.name === name),
    volumes: () => volumes,
    storageClass: name =>
      name === 'wait' ? { metadata: { name }, provisioner, volumeBindingMode: 'WaitForFirstConsumer' } : undefined,
  }) as StorageView
const where = (wanted: Pod, storage: StorageView, others: Pod[] = []) => {
  const nodes = ['a', 'b'].map(name => new NodeInfo(node(name)))
  for (const other of others) nodes[0].add(other)
  const snapshot = { nodes, byName: new Map(nodes.map(n => [n.name, n])), namespaceLabels: () => ({}), storage }
  const { node: chosen, rejections } = decide(wanted, snapshot, [volumeRestrictions, volumeBinding], [], systemRandom)
  return chosen ?? explain(rejections.values(), 2, 'none.').replace(/ no new claims.*/, '')
}
const BOUND = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }

describe('a pod with claims', () => {
  test('goes where its volume is', () => {
    const bound = claim('c', { volumeName: 'local' }, BOUND)
    expect(where(pod('p', 'c'), view([bound], [volume('local', 'b')]))).toBe('b')
    expect(where(pod('p', 'c'), view([bound], [volume('local', 'elsewhere')]))).toBe(
      "0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.",
    )
  })

  test('of which one waits for it takes a volume that is there, else has one made where it can be', () => {
    const waiting = claim('c')
    const storage = view([waiting], [volume('local', 'b')], 'kubernetes.io/no-provisioner')
    expect(where(pod('p', 'c'), storage)).toBe('b')
    expect(volumeDecisions(pod('p', 'c'), node('b'), storage)!.bind[0].volume.metadata.name).toBe('local')
    expect(where(pod('p', 'c'), view([waiting], [], 'kubernetes.io/no-provisioner'))).toBe(
      "0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind.",
    )
    expect(volumeDecisions(pod('p', 'c'), node('a'), view([waiting], []))!.provision).toEqual([waiting])
  })

  test('goes where the volume of its claim is being made', () => {
    expect(where(pod('p', 'c'), view([claim('c', {}, { annotations: { [SELECTED_NODE]: 'b' } })], []))).toBe('b')
  })

  test('waits, with one reason for all nodes, while a claim is not to be had', () => {
    const said = (...claims: PersistentVolumeClaim[]) => where(pod('p', 'c'), view(claims, []))
    expect(said()).toBe('0/2 nodes are available: persistentvolumeclaim "c" not found.')
    expect(said(claim('c', {}, { deletionTimestamp: 'now' }))).toContain('"c" is being deleted')
    expect(said(claim('c', { storageClassName: 'now' }))).toContain('pod has unbound immediate PersistentVolumeClaims')
  })

  test('for one pod alone waits until that pod is gone', () => {
    const alone = claim('c', { volumeName: 'v', accessModes: ['ReadWriteOncePod'] }, BOUND)
    const storage = view([alone], [volume('v', 'a')])
    expect(where(pod('p', 'c'), storage)).toBe('a')
    expect(where(pod('p', 'c'), storage, [pod('q', 'c')])).toContain('ReadWriteOncePod access mode')
  })
})
