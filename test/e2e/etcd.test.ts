import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, type EtcdProcess, isInstalled, kill, startEtcd } from '../store/etcd/processes.ts'
import { temporaryFolder } from '../store/cluster.ts'
import { join } from 'node:path'
import { TestLab, eventually, run } from './lab.ts'

describe.skipIf(!isInstalled('etcd'))('a lab on a real etcd', () => {
  const folder = temporaryFolder()
  const lab = new TestLab('on-etcd')
  let etcd: Cluster & { processes: EtcdProcess[] }
  let options: string[]

  beforeAll(async () => {
    etcd = await startEtcd(folder.path, ['e1', 'e2', 'e3'])
    const [ca, cert, key] = etcd.client.args.map(argument => argument.slice(argument.indexOf('=') + 1))
    options = [
      '--etcd',
      etcd.endpoints.join(','),
      '--etcd-cafile',
      ca!,
      '--etcd-certfile',
      cert!,
      '--etcd-keyfile',
      key!,
    ]
    await lab.up('--workers', '1', ...options)
  })
  afterAll(async () => {
    await lab.remove()
    await etcd.stop()
    folder.remove()
  })

  it('keeps its objects there, runs pods, and comes up with them again', async () => {
    await lab.k('create', 'deployment', 'web', '--image=nginx')
    await lab.k('rollout', 'status', 'deployment/web', '--timeout=60s')
    const keys = await run('etcdctl', [
      ...etcd.client.args,
      `--endpoints=${etcd.endpoints.join(',')}`,
      ...['get', '/registry/deployments/default/web', '--keys-only'],
    ])
    expect(keys.stdout.trim()).toBe('/registry/deployments/default/web')
    await lab.cli('down', lab.name)
    await lab.up()
    expect(await lab.k('get', 'deployment', 'web', '-o', 'name')).toBe('deployment.apps/web\n')
  })

  it('outlives the loss of a member of etcd, and of a master', async () => {
    await kill(etcd.processes[0]!.process)
    await lab.machine('kill', 'master-1')
    // While etcd has no leader, nobody can say what became of a write.
    await eventually(async () =>
      /created|already exists/.test(Object.values(await lab.kubectl('create', 'configmap', 'later')).join()),
    )
    expect(await lab.k('get', 'configmap', 'later', '-o', 'name')).toBe('configmap/later\n')
    await lab.machine('start', 'master-1')
  })

  it('leaves to etcd what is its, and does not take one that another cluster has', async () => {
    expect((await lab.cli('raft', 'status', '--lab', lab.name)).stderr).toMatch(/keeps its state in etcd.*\n.*etcdctl/)
    const second = await lab.cli('up', 'second', '--workers', '0', ...options)
    expect(second.stderr).toMatch(/holds a cluster already: \d+ objects/)
    expect((await lab.cli('up', 'third', '--etcd', 'https://127.0.0.1:1')).stderr).toMatch(/needs TLS/)
    expect((await lab.cli('up', 'third', '--etcd-cafile', join(folder.path, 'ca.crt'))).stderr).toMatch(
      /Give --etcd too/,
    )
  })
})
