import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { currentPlatform, isAlive } from '../../engine/base/platform/platform.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { readRecord } from '../../engine/kubelet/pods/record.ts'
import { eventually, TestLab } from './lab.ts'

const platform = currentPlatform()
/** Outlives its kubelet wherever there are pipes with names. */
const adopts = platform.name !== 'windows'

describe.each(['process', 'bubblewrap'])('a worker of runtime %s that is killed', runtime => {
  const lab = new TestLab(`restart-${runtime}`)
  let rest: RestClient
  let works = true
  const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)
  const machine = join(lab.paths.folder, 'machines', 'worker-1')
  const folder = (pod: Pod) => join(machine, 'pods', pod.metadata.uid!)

  beforeAll(async () => {
    try {
      await lab.up('--workers', '1', '--runtime', runtime)
    } catch (error) {
      if (runtime !== 'bubblewrap' || !String(error).includes('do not work on this machine')) throw error
      works = false
      return
    }
    rest = await lab.client()
  })
  afterAll(async () => {
    rest?.dispose()
    await lab.remove()
  })

  async function create(name: string, restartPolicy: string, container: object, more: object = {}): Promise<Pod> {
    await pods().create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', labels: { app: name } },
      spec: { restartPolicy, terminationGracePeriodSeconds: 1, containers: [{ name: 'c', ...container }], ...more },
    } as Pod)
    return reaches(
      name,
      pod => !!pod.status?.containerStatuses?.[0].state?.running || pod.status?.phase === 'Succeeded',
    )
  }
  const sh = (command: string, more = {}) => ({ image: 'busybox', command: ['sh', '-c', command], ...more })
  const reaches = (name: string, wanted: (pod: Pod) => boolean) =>
    eventually(async () => {
      const pod = await pods().get('default', name)
      return wanted(pod) ? pod : undefined
    })
  const statusOf = (pod: Pod) => pod.status!.containerStatuses![0]
  const processOf = (pod: Pod) => readRecord(folder(pod))!.containers.c.process!
  const lives = (identity: { pid: number; started: string }) => isAlive(platform, identity)
  const log = async (name: string, query = '') =>
    (await rest.requestText('GET', `/api/v1/namespaces/default/pods/${name}/log${query}`)).text

  test.skipIf(!adopts)('goes on with what still runs, as if nothing had been', async ({ skip }) => {
    if (!works) skip('namespaces do not work here')
    const web = await create(
      'web',
      'Always',
      {
        image: 'nginx',
        ports: [{ containerPort: 80 }],
        readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
        livenessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      },
      {},
    )
    await rest.request('POST', '/api/v1/namespaces/default/services', {
      body: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'web' },
        spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
      },
    })
    const caller = await create('caller', 'Always', {
      image: 'node',
      command: [
        'node',
        '-e',
        'setInterval(() => fetch("http://web/").then(r => console.log(Date.now(), r.status), e => console.log(Date.now(), e.cause?.code)), 200)',
      ],
    })
    const counter = await create(
      'counter',
      'Never',
      sh('i=0; while [ ! -e stop ]; do i=$((i+1)); echo $i; sleep 0.02; done; exit 3'),
    )
    const job = await create('job', 'OnFailure', sh('until [ -e finish ]; do sleep 0.05; done; echo last words'))
    await reaches('web', pod => !!statusOf(pod).ready)
    await eventually(async () => (await log('caller')).includes(' 200\n'))
    await eventually(async () => (await log('counter')).includes('20\n'))
    const all = [web, caller, counter, job]
    const before = new Map(all.map(pod => [pod.metadata.name!, processOf(pod)]))

    await lab.machine('kill', 'worker-1')
    expect([...before.values()].every(lives)).toBe(true)
    const root = (pod: Pod) => join(folder(pod), 'containers', 'c', 'root')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(root(job), 'finish'), '')
    await eventually(async () => existsSync(join(folder(job), 'containers', 'c', 'run', 'exit')))
    const backAt = Date.now()
    await lab.machine('start', 'worker-1')

    const done = await reaches('job', pod => pod.status?.phase === 'Succeeded')
    const { terminated } = statusOf(done).state!
    expect(terminated).toMatchObject({ exitCode: 0, reason: 'Completed' })
    expect(Date.parse(terminated!.finishedAt!)).toBeLessThanOrEqual(backAt)
    expect(await eventually(() => log('job'))).toBe('last words\n')

    const answers = async () =>
      (await log('caller')).split('\n').some(line => line.endsWith(' 200') && Number.parseInt(line) > backAt)
    await eventually(answers)
    await reaches('web', pod => !!statusOf(pod).ready)
    for (const old of [web, caller, counter]) {
      const now = await pods().get('default', old.metadata.name!)
      expect(processOf(now)).toEqual(before.get(old.metadata.name!))
      expect(statusOf(now)).toMatchObject({
        containerID: statusOf(old).containerID,
        restartCount: 0,
        state: statusOf(old).state,
      })
      expect(now.status!.podIP).toBe(old.status!.podIP)
    }
    writeFileSync(join(root(counter), 'stop'), '')
    const stopped = await reaches('counter', pod => pod.status?.phase === 'Failed')
    expect(statusOf(stopped).state!.terminated).toMatchObject({ exitCode: 3, reason: 'Error' })
    const lines = (await log('counter')).trim().split('\n')
    expect(lines).toEqual(lines.map((_, i) => String(i + 1)))
    for (const name of ['web', 'caller']) await pods().delete('default', name, { gracePeriodSeconds: 0 })
    await eventually(async () => ![...before.values()].some(lives))
  })

  test('ends what is no longer wanted or was changed, counts on, and keeps what was over', async ({ skip }) => {
    if (!works) skip('namespaces do not work here')
    const changed = await create('changed', 'Always', sh('echo up; sleep 3600; :'))
    const goes = await create('goes', 'Always', sh('sleep 3600; :'))
    await create('over', 'Never', sh('echo last words'))
    await reaches('over', pod => pod.status?.phase === 'Succeeded')
    const left = [processOf(changed), processOf(goes)]
    await lab.machine('kill', 'worker-1')
    await pods().delete('default', 'goes', { gracePeriodSeconds: 0 })
    await rest.request('PATCH', '/api/v1/namespaces/default/pods/changed', {
      body: { spec: { containers: [{ name: 'c', image: 'alpine' }] } },
      contentType: 'application/strategic-merge-patch+json',
    })
    await lab.machine('start', 'worker-1')

    const again = await reaches('changed', pod => statusOf(pod).restartCount === 1 && !!statusOf(pod).state?.running)
    expect(statusOf(again).lastState!.terminated).toMatchObject({
      containerID: statusOf(changed).containerID,
    })
    expect(again.status!.podIP).toBe(changed.status!.podIP)
    await eventually(async () => !left.some(lives))
    expect(lives(processOf(again))).toBe(true)
    await eventually(async () => !existsSync(folder(goes)))
    expect((await pods().get('default', 'over')).status!.phase).toBe('Succeeded')
    expect(await eventually(() => log('changed', '?previous=true'))).toContain('up')
    expect(await eventually(() => log('over'))).toContain('last words')
  })

  test('leaves nothing that runs when its lab goes down while it is dead', async ({ skip }) => {
    if (!works) skip('namespaces do not work here')
    const pod = await create('left', 'Always', sh('sleep 3600; :'))
    const noted = readFileSync(join(machine, 'pods.jsonl'), 'utf8')
    const process = processOf(pod)
    expect(noted).toContain(JSON.stringify(process))
    await lab.machine('kill', 'worker-1')
    expect(lives(process)).toBe(adopts)
    await lab.cli('down', lab.name)
    await eventually(async () => !lives(process))
  })
})
