import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { DEPLOYMENTS, NODES, PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { eventually, TestLab } from './lab.ts'
import { killLeaders, Writer } from './writer.ts'

const lab = new TestLab('resilience')
let rest: RestClient
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)

describe('what survives kill -9', () => {
  beforeAll(async () => {
    // The nodes' silence is noticed sooner than by default, so that the test need not wait for it.
    await lab.up('--workers', '2', '--node-monitor-grace-period', '10s')
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  const running = async () => {
    await eventually(async () => (await lab.status()).machines.every(m => m.state === 'running'))
  }

  test('the leading master is killed while a client writes: nothing acknowledged is lost, nothing is applied twice', async () => {
    const writer = new Writer(rest, 'default')
    await writer.start()
    await killLeaders({ leader: () => lab.leader(), machine: (a, n) => lab.machine(a, n), running }, writer, 3)
    const report = await writer.stop()
    expect(report.acknowledged).toBeGreaterThan(100)
    expect(report.lost).toEqual([])
    expect(report.excess).toBe(0)
  })

  test('a killed process of a pod is started again', async () => {
    await pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'tough', namespace: 'default' },
      spec: { containers: [{ name: 'c', image: 'pause' }] },
    } as Pod)
    const pod = await eventually(async () => {
      const found = await pods().get('default', 'tough')
      return found.status?.phase === 'Running' ? found : undefined
    })
    const records = readFileSync(join(lab.paths.folder, 'machines', pod.spec!.nodeName!, 'pods.jsonl'), 'utf8')
      .trim()
      .split('\n')
    process.kill((JSON.parse(records.at(-1)!) as { pid: number }).pid, 'SIGKILL')
    const restarted = await eventually(async () => {
      const status = (await pods().get('default', 'tough')).status?.containerStatuses?.[0]
      return status?.restartCount === 1 && status.state?.running ? status : undefined
    })
    expect(restarted.lastState?.terminated?.exitCode).toBe(137)
    await pods().delete('default', 'tough', { gracePeriodSeconds: 0 })
  })

  test("a killed worker's pods run elsewhere, and it comes back", async () => {
    const quick = ['not-ready', 'unreachable'].map(key => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 1,
    }))
    await new ResourceClient(rest, DEPLOYMENTS).create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'movers', namespace: 'default' },
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: 'movers' } },
        template: {
          metadata: { labels: { app: 'movers' } },
          spec: { tolerations: quick, containers: [{ name: 'c', image: 'pause' }] },
        },
      },
    })
    const placed = async () =>
      (await pods().list('default', { labelSelector: 'app=movers' })).items.filter(
        p => p.status?.phase === 'Running' && !p.metadata.deletionTimestamp,
      )
    await eventually(async () => (await placed()).length === 4)
    expect(new Set((await placed()).map(p => p.spec!.nodeName)).size).toBe(2)
    await lab.machine('kill', 'worker-2')
    await eventually(async () => (await placed()).filter(p => p.spec!.nodeName === 'worker-1').length === 4)
    const node = async () =>
      (await new ResourceClient(rest, NODES).get(undefined, 'worker-2')).status?.conditions?.find(
        (c: { type: string }) => c.type === 'Ready',
      )
    expect((await node()).status).toBe('Unknown')
    await lab.machine('start', 'worker-2')
    await eventually(async () => (await node()).status === 'True')
  })

  test('all machines at once: state is what it was', async () => {
    const before = (await rest.request<{ items: unknown[] }>('GET', '/api/v1/namespaces/default/configmaps')).items
      .length
    const { machines } = await lab.status()
    await Promise.all(machines.map(m => lab.machine('kill', m.name)))
    await Promise.all(machines.map(m => lab.machine('start', m.name)))
    await running()
    const after = await eventually(
      async () =>
        (await rest.request<{ items: unknown[] }>('GET', '/api/v1/namespaces/default/configmaps')).items.length,
    )
    expect(after).toBe(before)
  })

  test('a lab whose folder is deleted under it ends, and leaves no process', async () => {
    const { machines } = await lab.status()
    const host = (JSON.parse(readFileSync(join(lab.paths.folder, 'host.json'), 'utf8')) as { pid: number }).pid
    rmSync(lab.paths.folder, { recursive: true, force: true })
    const isAlive = (pid: number) => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    }
    await eventually(async () => ![host, ...machines.map(m => m.pid!)].some(isAlive))
  })
})
