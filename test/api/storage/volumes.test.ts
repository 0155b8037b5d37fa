import { describe, expect, test } from 'vitest'
import { findVolume, isFor, reaches } from '../../../engine/api/storage/volumes.ts'
import type { Node, PersistentVolume, PersistentVolumeClaim } from '../../../engine/api/types.ts'

const volume = (name: string, storage: string, spec: object = {}, more: object = {}) =>
  ({
    metadata: { name, labels: { kind: name } },
    spec: { capacity: { storage }, accessModes: ['ReadWriteOnce'], storageClassName: 'c', ...spec },
    status: { phase: 'Available' },
    ...more,
  }) as unknown as PersistentVolume
const claim = (spec: object = {}) =>
  ({
    metadata: { name: 'a', namespace: 'ns', uid: 'u' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'c',
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
  }) as unknown as PersistentVolumeClaim
const found = (wanted: PersistentVolumeClaim, volumes: PersistentVolume[], options = { delayed: false }) =>
  findVolume(wanted, volumes, options)?.metadata.name

describe('the volume for a claim', () => {
  test('is the smallest that is large enough', () => {
    const volumes = [volume('big', '10Gi'), volume('small', '2Gi'), volume('tiny', '500Mi')]
    expect(found(claim(), volumes)).toBe('small')
    expect(found(claim({ resources: { requests: { storage: '3Gi' } } }), volumes)).toBe('big')
    expect(found(claim({ resources: { requests: { storage: '30Gi' } } }), volumes)).toBeUndefined()
  })

  test('is one that was meant for it, whatever its class, before any other', () => {
    const meant = volume('meant', '9Gi', { storageClassName: 'x', claimRef: { namespace: 'ns', name: 'a' } })
    expect(found(claim(), [volume('small', '2Gi'), meant])).toBe('meant')
    expect(found(claim(), [volume('small', '2Gi'), meant], { delayed: true })).toBe('meant')
  })

  test('has its class, modes and labels, is free and does not go', () => {
    const others = [
      volume('class', '1Gi', { storageClassName: 'd' }),
      volume('modes', '1Gi', { accessModes: ['ReadOnlyMany'] }),
      volume('block', '1Gi', { volumeMode: 'Block' }),
      volume('taken', '1Gi', { claimRef: { namespace: 'ns', name: 'b', uid: 'v' } }),
      volume('released', '1Gi', {}, { status: { phase: 'Released' } }),
      volume('going', '1Gi', {}, { metadata: { name: 'going', deletionTimestamp: 'now' } }),
    ]
    expect(found(claim(), others)).toBeUndefined()
    const both = [volume('one', '1Gi'), volume('two', '1Gi')]
    expect(found(claim({ selector: { matchLabels: { kind: 'two' } } }), both)).toBe('two')
  })

  test('is not looked for before the pod of a claim that waits for it has a node, and then on that node', () => {
    const terms = [{ matchExpressions: [{ key: 'host', operator: 'In', values: ['n1'] }] }]
    const local = volume('local', '1Gi', { nodeAffinity: { required: { nodeSelectorTerms: terms } } })
    const node = (name: string) => ({ metadata: { name, labels: { host: name } } }) as unknown as Node
    expect(found(claim(), [local], { delayed: true })).toBeUndefined()
    expect(findVolume(claim(), [local], { delayed: true, node: node('n1') })).toBe(local)
    expect(findVolume(claim(), [local], { delayed: true, node: node('n2') })).toBeUndefined()
    expect([reaches(local, node('n1')), reaches(local, node('n2'))]).toEqual([true, false])
  })

  test('belongs to the very claim that its uid names, not to a later one of the same name', () => {
    const ref = (uid?: string) => volume('v', '1Gi', { claimRef: { namespace: 'ns', name: 'a', uid } })
    expect([isFor(ref(), claim()), isFor(ref('u'), claim()), isFor(ref('old'), claim())]).toEqual([true, true, false])
  })
})
