import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { readRecord } from '../../engine/kubelet/pods/record.ts'
import { eventually, TestLab } from './lab.ts'

const lab = new TestLab('worker-restart')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)
const folder = (uid: string) => join(lab.paths.folder, 'machines', 'worker-1', 'pods', uid)

describe('a worker that is killed', () => {
  beforeAll(async () => {
    await lab.up('--workers', '1')
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  async function create(name: string, restartPolicy: string, command: string): Promise<Pod> {
    await pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        restartPolicy,
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'c', image: 'busybox', command: ['sh', '-c', command] }],
      },
    } as Pod)
    return reaches(name, pod => pod.status?.phase === 'Running' || pod.status?.phase === 'Succeeded')
  }
  const reaches = (name: string, wanted: (pod: Pod) => boolean) =>
    eventually(async () => {
      const pod = await pods().get('default', name)
      return wanted(pod) ? pod : undefined
    })
  const isGone = (pid: number) => !currentPlatform().identify([pid]).has(pid)
  const pidOf = (pod: Pod) => readRecord(folder(pod.metadata.uid!))!.containers.c.process!.pid

  test('finds what it left: ends it, counts on, clears away what is no longer wanted, and keeps what was over', async () => {
    const stays = await create('stays', 'Always', 'echo up; sleep 3600')
    const goes = await create('goes', 'Always', 'sleep 3600')
    await create('over', 'Never', 'echo last words')
    await reaches('over', pod => pod.status?.phase === 'Succeeded')
    const left = [pidOf(stays), pidOf(goes)]
    await lab.machine('kill', 'worker-1')
    await pods().delete('default', 'goes', { gracePeriodSeconds: 0 })
    await lab.machine('start', 'worker-1')

    const again = await reaches('stays', pod => {
      const status = pod.status?.containerStatuses?.[0]
      return status?.restartCount === 1 && !!status.state?.running
    })
    const status = again.status!.containerStatuses![0]
    expect(status.lastState!.terminated).toMatchObject({ exitCode: 255, reason: 'Unknown' })
    expect(status.lastState!.terminated!.containerID).toBe(stays.status!.containerStatuses![0].containerID)
    expect(again.status!.podIP).toBe(stays.status!.podIP)
    expect(again.metadata.uid).toBe(stays.metadata.uid)
    await eventually(async () => left.every(isGone))
    expect(isGone(pidOf(again))).toBe(false)
    await eventually(async () => !existsSync(folder(goes.metadata.uid!)))
    const log = async (name: string, query = '') =>
      (await rest.requestText('GET', `/api/v1/namespaces/default/pods/${name}/log${query}`)).text
    expect((await pods().get('default', 'over')).status!.phase).toBe('Succeeded')
    expect(await eventually(() => log('stays', '?previous=true'))).toContain('up')
    expect(await eventually(() => log('over'))).toContain('last words')
  })
})
