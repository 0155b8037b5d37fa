import { execFileSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ContainerStatus, Pod } from '../../engine/api/types.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { isNotFound } from '../../engine/client/errors.ts'
import { ResourceClient, type Resource } from '../../engine/client/resource-client.ts'
import { PODS } from '../../engine/client/resources.ts'
import type { RestClient } from '../../engine/client/rest.ts'
import { probeBubblewrap } from '../../engine/kubelet/runtime/bubblewrap/probe.ts'
import { eventually, TestLab } from './lab.ts'

const platform = currentPlatform()
const runtimes = (await probeBubblewrap(platform)).works ? ['process', 'bubblewrap'] : ['process']
const lab = new TestLab('hostile-pods')
/** Few enough for the machine that runs the tests, and far more than the pods here need. */
const MOST_PROCESSES = 60

let rest: RestClient
let workerPid: number
const pods = () => new ResourceClient(rest, PODS as Resource<Pod>)

beforeAll(async () => {
  const config = join(lab.dataDir, 'kubelet.yaml')
  writeFileSync(config, `kind: KubeletConfiguration\npodPidsLimit: ${MOST_PROCESSES}\n`)
  await lab.up('--masters', '1', '--workers', '1', '--kubelet-config', config)
  rest = await lab.client()
  workerPid = (await lab.status()).machines.find(m => m.role === 'worker')!.pid!
  await create('web', { image: 'nginx', ports: [{ containerPort: 80 }] })
  await create('neighbour', {
    image: 'node',
    command: [
      'node',
      '-e',
      `setInterval(() => fetch('http://${(await running('web')).status!.podIP}/').then(r => console.log(Date.now(), r.status), () => 0), 100)`,
    ],
  })
})
afterAll(async () => {
  rest?.dispose()
  await lab.remove()
})

async function create(name: string, container: object, spec: object = {}): Promise<void> {
  await pods().create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'c', ...container }],
      ...spec,
    },
  } as Pod)
}
const sh = (command: string) => ({ image: 'busybox', command: ['sh', '-c', command] })
const running = (name: string) =>
  eventually(async () => {
    const pod = await pods().get('default', name)
    return pod.status?.containerStatuses?.[0].state?.running ? pod : undefined
  })
const ended = (name: string): Promise<ContainerStatus> =>
  eventually(async () => {
    const status = (await pods().get('default', name)).status?.containerStatuses?.[0]
    return status?.state?.terminated ? status : undefined
  })
const log = async (name: string) => (await rest.requestText('GET', `/api/v1/namespaces/default/pods/${name}/log`)).text
const goes = async (name: string) => {
  await pods().delete('default', name, { gracePeriodSeconds: 1 })
  const isThere = () =>
    pods()
      .get('default', name)
      .then(() => true, isUnlessGone)
  await eventually(async () => !(await isThere()))
}
const isUnlessGone = (error: unknown) => {
  if (isNotFound(error)) return false
  throw error
}
/** How many processes have this among their arguments; shells that only speak of it do not count. */
const processesOf = (text: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.trim() === text).length

/** The control plane answers, the node is the one that it was, and pods still reach each other. */
async function allIsWell(): Promise<void> {
  const since = Date.now()
  await eventually(async () =>
    (await log('neighbour')).split('\n').some(l => l.endsWith(' 200') && Number.parseInt(l) > since),
  )
  const worker = (await lab.status()).machines.find(m => m.role === 'worker')!
  expect(worker).toMatchObject({ pid: workerPid, state: 'running' })
}

describe.each(runtimes)('a hostile pod under %s', runtime => {
  const own = { runtimeClassName: runtime }
  let name = ''
  const start = async (which: string, container: object, spec: object = {}) => {
    name = `${which}-${runtime}`
    await create(name, container, { ...own, ...spec })
  }
  afterEach(async () => {
    await goes(name)
    await allIsWell()
  })

  test('that starts processes without end is ended with all of them', async () => {
    await start('bomb', sh('i=0; while [ $i -lt 400 ]; do sleep 3131 & i=$((i+1)); done; wait'))
    expect((await ended(name)).state!.terminated).toMatchObject({ exitCode: 137, reason: 'PIDLimitExceeded' })
    await eventually(async () => processesOf('sleep 3131') === 0)
  })

  test('that starts them in sessions of their own, whose parents are gone, is ended with all of them', async () => {
    await start(
      'escape',
      sh('i=0; while [ $i -lt 120 ]; do setsid sh -c "sleep 3132 & exit"; i=$((i+1)); done; sleep 60; :'),
    )
    expect((await ended(name)).state!.terminated).toMatchObject({ exitCode: 137, reason: 'PIDLimitExceeded' })
    await eventually(async () => processesOf('sleep 3132') === 0)
  })

  test('that leaves a process behind which has left its group, leaves none', async () => {
    await start('stray', sh('setsid sh -c "sleep 3133 & exit"; sleep 0.5; exit 4'))
    expect((await ended(name)).state!.terminated).toMatchObject({ exitCode: 4 })
    await eventually(async () => processesOf('sleep 3133') === 0)
  })

  test('that prints without end fills no disk, and takes little of its node', async () => {
    await start('flood', sh('yes "all work and no play makes a dull boy"'))
    const uid = (await running(name)).metadata.uid!
    const folder = join(lab.paths.folder, 'machines', 'worker-1', 'pods', uid, 'containers', 'c')
    const bytes = () =>
      readdirSync(folder).reduce((sum, file) => sum + (/\.log/.test(file) ? statSync(join(folder, file)).size : 0), 0)
    await eventually(async () => bytes() > 20 << 20)
    const used = () => platform.usage([workerPid]).get(workerPid)!.cpuSeconds
    const [before, since] = [used(), performance.now()]
    await new Promise(done => setTimeout(done, 3_000))
    expect((used() - before) / ((performance.now() - since) / 1000)).toBeLessThan(0.7)
    await allIsWell()
    expect(bytes()).toBeLessThan(64 << 20)
  })

  test('that is deaf to signals is gone soon after its grace period', async () => {
    await start('deaf', sh('trap "" TERM INT HUP; while :; do sleep 0.1; done'))
    await running(name)
    const since = performance.now()
    await goes(name)
    expect(performance.now() - since).toBeLessThan(15_000)
    await start('deaf', sh('exit'))
  })

  test('that closes all that it was given ends as it says', async () => {
    await start('closed', sh('exec 0<&- 1>&- 2>&-; sleep 0.2; exit 6'))
    expect((await ended(name)).state!.terminated).toMatchObject({ exitCode: 6 })
  })

  test('whose environment no system takes is told so', async () => {
    await start('huge', { ...sh('exit'), env: [{ name: 'HUGE', value: 'x'.repeat(200_000) }] })
    expect((await ended(name)).state!.terminated).toMatchObject({
      reason: 'StartError',
      message: expect.stringContaining('argument list too long'),
    })
  })

  test('that opens more connections than anybody needs gets some or is refused, and takes them from nobody', async () => {
    const { podIP } = (await running('web')).status!
    const script = `let open = 0; for (let i = 0; i < 1500; i++) require('net').connect(80, '${podIP}').on('connect', () => console.log(++open)).on('error', e => console.log(e.code)); setInterval(() => 0, 1000)`
    await start('sockets', { image: 'node', command: ['node', '-e', script] })
    await eventually(async () => (await log(name)).split('\n').length > 100)
    await allIsWell()
  })

  test('cannot lead a mount out of its volume by a link', async () => {
    const mounts = (subPath?: string) => [{ name: 'v', mountPath: '/v', ...(subPath ? { subPath } : {}) }]
    await start(
      'link',
      { ...sh('ls /v'), volumeMounts: mounts('out') },
      {
        volumes: [{ name: 'v', emptyDir: {} }],
        initContainers: [{ name: 'i', ...sh('ln -s /etc /v/out'), volumeMounts: mounts() }],
      },
    )
    await eventually(async () => {
      const waiting = (await pods().get('default', name)).status?.containerStatuses?.[0].state?.waiting
      return waiting?.reason === 'CreateContainerConfigError' && /failed to prepare subPath/.test(waiting.message!)
    })
  })

  test('that fills its volume beyond what it may is evicted', async () => {
    const volume = { name: 'v', emptyDir: { sizeLimit: '10Mi' } }
    await start(
      'full',
      {
        ...sh('dd if=/dev/zero of=/v/x bs=1M count=20 2>/dev/null; sleep 100; :'),
        volumeMounts: [{ name: 'v', mountPath: '/v' }],
      },
      { volumes: [volume] },
    )
    // Looks at what pods have written are paced by what they cost: on a busy machine the next may be a minute away.
    await eventually(async () => (await pods().get('default', name)).status?.reason === 'Evicted', 150_000)
  })
})
