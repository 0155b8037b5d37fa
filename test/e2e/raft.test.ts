import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RestClient } from '../../engine/client/rest.ts'
import { TestLab, eventually, has, run } from './lab.ts'

const lab = new TestLab('raft')
const raft = (...args: string[]) => lab.cli('raft', ...args, '--lab', lab.name)
const file = join(lab.dataDir, 'saved.db')

/** What `lab raft` prints; an error if it fails. */
async function ok(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await raft(...args)
  if (code !== 0) throw new Error(`lab raft ${args.join(' ')}: ${stderr}`)
  return stdout
}

async function rows(command: string): Promise<string[][]> {
  const lines = (await ok(command)).split('\n\n')[0]!.trim().split('\n').slice(1)
  return lines.map(line => line.split(/ {2,}/))
}

const leader = async () => (await rows('status')).find(row => row[3] === 'leader')?.[0]
const members = async () => (await rows('members')).map(row => [row[0], row[4]])

beforeAll(() => lab.up('--workers', '0'))
afterAll(() => lab.remove())

describe('kubarium lab raft', () => {
  it('says what each member says, who takes part, and what the log holds', async () => {
    const status = await rows('status')
    expect(status.map(row => row[0])).toEqual(['master-1', 'master-2', 'master-3'])
    expect(status.map(row => row[3]).sort()).toEqual(['follower', 'follower', 'leader'])
    expect(await members()).toEqual([
      ['master-1', 'yes'],
      ['master-2', 'yes'],
      ['master-3', 'yes'],
    ])
    await lab.k('create', 'configmap', 'in-the-log')
    expect(
      await eventually(async () =>
        /put \/registry\/configmaps\/default\/in-the-log/.exec(await ok('log', '--tail', '30')),
      ),
    ).toBeTruthy()
  })

  it.skipIf(!has('etcdctl', 'version'))("lets etcd's own tool work on the lab with what it prints", async () => {
    const variables = [...(await ok('status')).matchAll(/(ETCDCTL_\w+)=(\S+)/g)].map(([, key, value]) => [key, value])
    const etcdctl = (...args: string[]) =>
      run('etcdctl', args, { env: Object.fromEntries(variables) as NodeJS.ProcessEnv })
    const health = await etcdctl('endpoint', 'health')
    expect(health.stderr + health.stdout).toMatch(/(is healthy[^]*){3}/)
    expect((await etcdctl('get', '/registry/namespaces/default', '--keys-only')).stdout.trim()).toBe(
      '/registry/namespaces/default',
    )
    // Whoever has another certificate of the lab stays outside.
    const admin = { ETCDCTL_CERT: join(lab.paths.pki, 'admin.crt'), ETCDCTL_KEY: join(lab.paths.pki, 'admin.key') }
    const refused = await run('etcdctl', ['get', '/'], {
      env: { ...Object.fromEntries(variables), ...admin } as NodeJS.ProcessEnv,
    })
    expect(refused.stderr).toMatch(/permission denied/)
  })

  it('has one scheduler and one controller manager that lead, and each master tells of its own', async () => {
    const { machines } = await lab.status()
    const client = await lab.client()
    const read = async (address: string) => {
      const { origin, pathname } = new URL(address)
      const one = new RestClient({ ...client.config, server: origin })
      try {
        return (await one.requestText('GET', pathname)).text
      } finally {
        one.dispose()
      }
    }
    const [schedulers, managers] = await Promise.all([
      Promise.all(machines.map(m => read(m.metrics!.scheduler))),
      Promise.all(machines.map(m => read(m.metrics!.controllerManager))),
    ])
    client.dispose()
    const leads = (texts: string[]) => texts.filter(text => /^leader_election_master_status\{.*\} 1$/m.test(text))
    expect([leads(schedulers).length, leads(managers).length]).toEqual([1, 1])
    expect(leads(schedulers)[0]).toMatch(/^scheduler_pending_pods\{queue="active"\} \d+$/m)
    // Each new namespace and its account went through a queue.
    expect(leads(managers)[0]).toMatch(/^workqueue_adds_total\{name="serviceaccount"\} [1-9]/m)
  })

  it('hands leadership over', async () => {
    const [to] = (await rows('status')).find(row => row[3] === 'follower')!
    expect(await ok('transfer', to!)).toBe(`${to} leads.\n`)
    expect(await leader()).toBe(to)
    expect((await raft('transfer', 'master-9')).stderr).toMatch(/no member master-9/)
  })

  it('adds a master that gets a vote, and removes the leader without losing what was written', async () => {
    await lab.k('create', 'configmap', 'before')
    expect(await ok('add')).toBe('master-4 takes part, and has a vote.\n')
    expect(await members()).toContainEqual(['master-4', 'yes'])
    const gone = (await leader())!
    expect(await ok('remove', gone)).toBe(`${gone} is removed.\n`)
    expect((await members()).map(m => m[0])).not.toContain(gone)
    expect((await lab.status()).machines.map(m => m.name)).not.toContain(gone)
    expect(await lab.k('get', 'configmap', 'before', '-o', 'name')).toBe('configmap/before\n')
    // A number is not given twice: who was removed may still think that it takes part.
    expect(await ok('add')).toBe('master-5 takes part, and has a vote.\n')
    await ok('remove', 'master-5')
  })

  it('takes a master back whose store was lost, without asking for its lost vote', async () => {
    const [follower] = (await rows('status')).find(row => row[3] === 'follower')!
    await lab.machine('kill', follower!)
    rmSync(join(lab.paths.folder, 'machines', follower!, 'store.db'))
    for (const suffix of ['-wal', '-shm'])
      rmSync(join(lab.paths.folder, 'machines', follower!, `store.db${suffix}`), { force: true })
    await lab.machine('start', follower!)
    await eventually(async () => {
      const status = await rows('status')
      const [own, other] = [status.find(r => r[0] === follower), status.find(r => r[0] !== follower)]
      return own?.[3] === 'follower' && own[7] === other?.[7]
    })
  })

  it('saves what the store holds, and begins anew with it', async () => {
    await lab.k('create', 'configmap', 'saved')
    expect(await ok('snapshot', file)).toMatch(/holds \d+ keys as of revision \d+/)
    expect((await raft('snapshot', file)).stderr).toMatch(/There is a file/)
    await lab.k('create', 'configmap', 'too-late')
    expect((await raft('restore', file)).stderr).toMatch(/is up/)
    await lab.cli('down', lab.name)
    expect((await raft('restore', join(lab.paths.folder, 'lab.json'))).stderr).toMatch(/not whole/)
    await ok('restore', file)
    await lab.up()
    expect(await lab.k('get', 'configmap', 'saved', '-o', 'name')).toBe('configmap/saved\n')
    expect((await lab.kubectl('get', 'configmap', 'too-late')).stderr).toMatch(/not found/)
    await lab.k('create', 'configmap', 'afterwards')
  })
})
