import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { readRecord } from '../../engine/kubelet/pods/record.ts'
import { probeBubblewrap } from '../../engine/kubelet/runtime/bubblewrap/probe.ts'
import { eventually, TestLab } from './lab.ts'

const platform = currentPlatform()
const runtimes = (await probeBubblewrap(platform)).works ? ['process', 'bubblewrap'] : ['process']

describe('limits on a real worker', () => {
  const lab = new TestLab('limits')
  let rest: RestClient
  const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)

  beforeAll(async () => {
    await lab.up('--masters', '1', '--workers', '1')
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  const create = (name: string, runtime: string, script: string, limits: object) =>
    pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        runtimeClassName: runtime,
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'node', command: ['node', '-e', script], resources: { limits } }],
      },
    } as Pod)
  const status = async (name: string) => (await pods().get('default', name)).status?.containerStatuses?.[0]

  test.each(runtimes)('who takes too much memory is OOMKilled with 137, and started again: %s', async runtime => {
    const name = `hog-${runtime}`
    const script = 'const all = []; setInterval(() => all.push(Buffer.alloc(16 << 20, 1)), 50)'
    await create(name, runtime, script, { memory: '64Mi' })
    const again = await eventually(async () => {
      const seen = await status(name)
      return seen?.restartCount === 1 ? seen : undefined
    })
    expect(again.lastState!.terminated).toMatchObject({ exitCode: 137, reason: 'OOMKilled' })
    await pods().delete('default', name, { gracePeriodSeconds: 0 })
  })

  test.each(runtimes)('who computes without end gets about its share of a processor: %s', async runtime => {
    const name = `burner-${runtime}`
    const { metadata } = await create(name, runtime, 'for (;;);', { cpu: '300m', memory: '128Mi' })
    await eventually(async () => (await status(name))?.state?.running)
    const dir = join(lab.paths.folder, 'machines', 'worker-1', 'pods', metadata.uid!)
    const { pid } = readRecord(dir)!.containers.c.process!
    const used = () => platform.treeUsage([pid]).get(pid)!.cpuSeconds
    // Its start may be a burst.
    await eventually(async () => used() > 1)
    const [before, since] = [used(), performance.now()]
    await new Promise(done => setTimeout(done, 6_000))
    const share = (used() - before) / ((performance.now() - since) / 1000)
    expect(share).toBeLessThan(0.5)
    await eventually(async () => used() > before + 0.3)
    await pods().delete('default', name, { gracePeriodSeconds: 0 })
  })
})
