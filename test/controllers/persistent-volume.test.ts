import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { PersistentVolume, PersistentVolumeClaim } from '../../engine/api/types.ts'
import { setupPersistentVolumes } from '../../engine/controllers/persistent-volume/persistent-volume.ts'
import { setupVolumeProtection } from '../../engine/controllers/volume-protection/volume-protection.ts'
import { runControllers, type Running } from './run.ts'

const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims'
const VOLUMES = '/api/v1/persistentvolumes'
const accessModes = ['ReadWriteOnce']

describe('a claim that goes while it is being bound', () => {
  let running: Running
  beforeAll(async () => {
    running = await runControllers({ binder: setupPersistentVolumes, protection: setupVolumeProtection })
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await running?.close()
  })

  test('leaves a volume that is released, and can go', async () => {
    const { rest, until } = running
    const request = rest.request.bind(rest)
    const asked = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    vi.spyOn(rest, 'request').mockImplementation(async (method, path, options) => {
      const claim = options?.body as PersistentVolumeClaim | undefined
      if (method === 'PUT' && path === `${CLAIMS}/data` && claim?.spec?.volumeName) {
        asked.resolve()
        await goOn.promise
      }
      return request(method, path, options)
    })
    const volume = () => rest.request<PersistentVolume>('GET', `${VOLUMES}/disk`)
    const storage = '1Gi'
    await rest.request('POST', VOLUMES, {
      body: {
        metadata: { name: 'disk' },
        spec: { accessModes, capacity: { storage }, hostPath: { path: '/data' } },
      },
    })
    await rest.request('POST', CLAIMS, {
      body: {
        metadata: { name: 'data' },
        spec: { accessModes, resources: { requests: { storage } }, storageClassName: '' },
      },
    })
    await asked.promise
    expect((await volume()).status?.phase).toBe('Bound')

    await rest.request('DELETE', `${CLAIMS}/data`)
    await until(async () => !(await rest.request<{ items: object[] }>('GET', CLAIMS)).items.length)
    goOn.resolve()
    await until(async () => (await volume()).status?.phase === 'Released')
    await rest.request('DELETE', `${VOLUMES}/disk`)
    await until(async () => !(await rest.request<{ items: object[] }>('GET', VOLUMES)).items.length)
  })
})
