import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Pod, Volume } from '../../../engine/api/types.ts'
import { ClaimMounts, type ClaimDependencies } from '../../../engine/kubelet/volumes/claims.ts'

const base = realpathSync(mkdtempSync(join(tmpdir(), 'kubarium-claims-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let claims: Record<string, Record<string, unknown>>
let volumes: Record<string, Record<string, unknown>>
let mounts: ClaimMounts
beforeEach(() => {
  claims = {}
  volumes = {}
  mounts = new ClaimMounts({
    claim: async (_: string, name: string) => claims[name],
    volume: async (name: string) => volumes[name],
    node: async () => ({ metadata: { name: 'n', labels: { host: 'n' } } }),
    foldersDir: join(base, 'volumes'),
    host: { root: join(base, 'host'), allowed: [] },
  } as unknown as ClaimDependencies)
})

const pod = (uid = 'u') => ({ metadata: { name: 'p', namespace: 'ns', uid } }) as unknown as Pod
const of = (claimName: string, more: object = {}) =>
  ({ name: 'v', persistentVolumeClaim: { claimName, ...more } }) as unknown as Volume
const bound = (name: string, volume: string, source: object, more: object = {}) => {
  claims[name] = { metadata: { name, uid: `c-${name}` }, spec: { volumeName: volume }, status: { phase: 'Bound' } }
  volumes[volume] = {
    metadata: { name: volume },
    spec: { accessModes: ['ReadWriteOnce'], claimRef: { uid: `c-${name}` }, ...source, ...more },
  }
}
const folder = { csi: { driver: 'folders.kubarium.io', volumeHandle: 'pvc-1' } }

describe('a claim on its node', () => {
  test('is the folder of its volume, made at the first mount, and the same for every pod', async () => {
    bound('a', 'pvc-1', folder)
    const place = { path: join(base, 'volumes', 'pvc-1'), readOnly: false, ownable: true }
    expect(await mounts.mount(pod(), 'a', of('a'))).toEqual(place)
    expect(await mounts.mount(pod('other'), 'a', of('a'))).toEqual(place)
    expect((await mounts.mount(pod('third'), 'a', of('a', { readOnly: true }))).readOnly).toBe(true)
  })

  test('stays mounted for a pod that has it, whatever becomes of the claim', async () => {
    bound('a', 'pvc-1', folder)
    await mounts.mount(pod(), 'a', of('a'))
    delete claims.a
    expect((await mounts.mount(pod(), 'a', of('a'))).path).toContain('pvc-1')
    mounts.forget('u')
    await expect(mounts.mount(pod(), 'a', of('a'))).rejects.toThrow('persistentvolumeclaims "a" not found')
  })

  test('is refused with the reason while it is not to be had', async () => {
    const fails = (name: string, why: string) => expect(mounts.mount(pod(), name, of(name))).rejects.toThrow(why)
    claims.pending = { metadata: { name: 'pending' }, spec: {}, status: { phase: 'Pending' } }
    await fails('pending', 'error processing PVC ns/pending: PVC is not bound')
    claims.going = { metadata: { name: 'going', deletionTimestamp: 'now' }, spec: { volumeName: 'x' } }
    await fails('going', 'error processing PVC ns/going: PVC is being deleted')
    bound('lost', 'gone', folder)
    delete volumes.gone
    await fails('lost', 'persistentvolumes "gone" not found')
    const elsewhere = [{ matchExpressions: [{ key: 'host', operator: 'In', values: ['m'] }] }]
    bound('far', 'far', folder, { nodeAffinity: { required: { nodeSelectorTerms: elsewhere } } })
    await fails('far', 'no matching NodeSelectorTerms')
    bound('foreign', 'foreign', { csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'x' } })
    await fails('foreign', 'driver name ebs.csi.aws.com not found in the list of registered CSI drivers')
    bound('nfs', 'nfs', { nfs: { server: 's', path: '/' } })
    await fails('nfs', 'no volume plugin matched: nfs volumes need a storage system')
    bound('sly', 'sly', { csi: { driver: 'folders.kubarium.io', volumeHandle: '../out' } })
    await fails('sly', 'cannot be a folder')
  })

  test('of an ephemeral volume must have been made for the pod', async () => {
    const volume = { name: 'v', ephemeral: {} } as unknown as Volume
    bound('p-v', 'pvc-1', folder)
    await expect(mounts.mount(pod(), 'p-v', volume)).rejects.toThrow(
      'PVC ns/p-v was not created for pod ns/p (pod is not owner)',
    )
    ;(claims['p-v'].metadata as Record<string, unknown>).ownerReferences = [{ uid: 'u', controller: true }]
    expect((await mounts.mount(pod(), 'p-v', volume)).path).toContain('pvc-1')
  })

  test('for one pod alone is not mounted by a second one', async () => {
    bound('a', 'pvc-1', folder, { accessModes: ['ReadWriteOncePod'] })
    await mounts.mount(pod(), 'a', of('a'))
    await expect(mounts.mount(pod('other'), 'a', of('a'))).rejects.toThrow('already in use by another pod')
    mounts.forget('u')
    await mounts.mount(pod('other'), 'a', of('a'))
  })

  test('of a local volume must be there already', async () => {
    bound('a', 'local', { local: { path: '/disk' } })
    await expect(mounts.mount(pod(), 'a', of('a'))).rejects.toThrow('path "/disk" does not exist')
    mkdirSync(join(base, 'host', 'disk'), { recursive: true })
    expect((await mounts.mount(pod(), 'a', of('a'))).path).toBe(join(base, 'host', 'disk'))
  })
})
