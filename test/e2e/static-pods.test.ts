import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { isNotFound } from '../../engine/client/errors.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('static-pods')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)
const mirror = () => pods().get('default', 'fixed-worker-1')

describe('static pods', () => {
  beforeAll(async () => {
    await lab.up('--workers', '1')
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  test('run from a folder of the node, are mirrored, outlive the deletion of their mirror, and go with their file', async () => {
    const folder = join(lab.paths.folder, 'machines', 'worker-1', 'manifests')
    mkdirSync(folder, { recursive: true })
    const spec = 'spec: { containers: [{ name: c, image: pause }] }'
    writeFileSync(join(folder, 'fixed.yaml'), `apiVersion: v1\nkind: Pod\nmetadata: { name: fixed }\n${spec}\n`)
    const running = () =>
      eventually(async () => {
        const pod = await mirror()
        return pod.status?.phase === 'Running' ? pod : undefined
      })
    const first = await running()
    expect(first.metadata.annotations).toMatchObject({ 'kubernetes.io/config.source': 'file' })
    expect(first.metadata.ownerReferences).toMatchObject([{ kind: 'Node', name: 'worker-1', controller: true }])
    await pods().delete('default', 'fixed-worker-1', { gracePeriodSeconds: 0 })
    const second = await running()
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
    // The process has not noticed.
    const id = (pod: Pod) => pod.status!.containerStatuses![0].containerID
    expect(id(second)).toBe(id(first))
    rmSync(join(folder, 'fixed.yaml'))
    await eventually(() =>
      mirror().then(
        () => false,
        error => isNotFound(error),
      ),
    )
  })
})
