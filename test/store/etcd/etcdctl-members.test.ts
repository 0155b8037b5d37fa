/** Members that come and go by etcdctl, ours and etcd's, in the same steps with the same words. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../engine/base/log.ts'
import { startStoreWorker } from '../../../engine/store/remote.ts'
import { WORKER, temporaryFolder } from '../cluster.ts'
import { Etcdctl } from './etcdctl.ts'
import type { Outcome } from './etcdctl.ts'
import { freePorts } from '../../../engine/base/ports.ts'
import { certificates, configureMembers, isInstalled, kill, launchEtcd } from './processes.ts'
import type { Tls } from './processes.ts'

const NAMES = ['m1', 'm2', 'm3']
/** Those who may join: one as a learner first, one with a vote from the start. */
const LATER = ['m4', 'm5']

interface Member {
  name: string
  endpoint: string
  /** What `member add` is told. */
  peerURL: string
  /** `joins` is the list of everybody that `member add` has printed. */
  start(joins?: string): Promise<void>
  stop(): Promise<void>
}

interface Cluster {
  client: Tls & { args: string[] }
  members: Member[]
}

async function ours(folder: string): Promise<Cluster> {
  const { configs, client } = await configureMembers(folder, [...NAMES, ...LATER])
  const first = configs[0]!.members.filter(({ name }) => NAMES.includes(name))
  const members = configs.map((config): Member => {
    let worker: Awaited<ReturnType<typeof startStoreWorker>> | undefined
    return {
      name: config.name,
      endpoint: `127.0.0.1:${config.client!.port}`,
      // Members are known by the name in their certificate.
      peerURL: `https://${config.name}:${config.listen.port}`,
      async start(joins) {
        const told = joins === undefined ? { members: first } : { state: 'joining' as const }
        worker = await startStoreWorker({ ...config, ...told }, { entry: WORKER, log: silentLogger })
      },
      async stop() {
        await worker?.stop()
      },
    }
  })
  return { client, members }
}

async function etcds(folder: string): Promise<Cluster> {
  const issue = await certificates(folder)
  const all = [...NAMES, ...LATER]
  const ports = await freePorts(all.length * 2)
  const peerURL = (i: number) => `https://127.0.0.1:${ports[i]}`
  const client = await issue('client')
  await issue('server')
  const [ca, cert, key] = ['ca.crt', 'server.crt', 'server.key'].map(file => join(folder, file))
  const members = all.map((name, i): Member => {
    const endpoint = `127.0.0.1:${ports[all.length + i]}`
    let child: ReturnType<typeof launchEtcd> | undefined
    return {
      name,
      endpoint,
      peerURL: peerURL(i),
      async start(joins) {
        child = launchEtcd([
          `--name=${name}`,
          `--data-dir=${join(folder, name)}`,
          `--listen-peer-urls=${peerURL(i)}`,
          `--initial-advertise-peer-urls=${peerURL(i)}`,
          `--listen-client-urls=https://${endpoint}`,
          `--advertise-client-urls=https://${endpoint}`,
          `--initial-cluster=${joins ?? NAMES.map((other, j) => `${other}=${peerURL(j)}`).join(',')}`,
          `--initial-cluster-state=${joins === undefined ? 'new' : 'existing'}`,
          ...['', 'peer-'].flatMap(of => [`--${of}client-cert-auth`, `--${of}trusted-ca-file=${ca}`]),
          ...['', 'peer-'].flatMap(of => [`--${of}cert-file=${cert}`, `--${of}key-file=${key}`]),
          '--log-level=error',
        ])
      },
      async stop() {
        if (child) await kill(child)
      },
    }
  })
  return { client, members }
}

const absent = !isInstalled('etcd') || !isInstalled('etcdctl')
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Each look is a program of its own: on a busy machine that takes its time. */
const WITHIN = { timeout: 60_000 }

/** Everything that etcdctl says while two members join and one goes. */
async function story(make: (folder: string) => Promise<Cluster>): Promise<unknown[]> {
  const folder = temporaryFolder()
  cleanups.push(() => folder.remove())
  const { client, members } = await make(folder.path)
  const [, , , fourth, fifth] = members as [Member, Member, Member, Member, Member]
  const etcdctl = new Etcdctl({ client, endpoints: members.slice(0, 3).map(({ endpoint }) => endpoint) })
  cleanups.push(
    () => etcdctl.stop(),
    () => Promise.all(members.map(member => member.stop())),
  )
  const said: unknown[] = []
  const shown = (text: string) => {
    // An id is set in sixteen columns where it is added.
    let plain = text.replace(/ *\b[0-9a-f]{14,16}\b/g, ' ID').replace(/^\{.*\n/gm, '')
    for (const { name, peerURL, endpoint } of members)
      plain = plain
        .replaceAll(peerURL, `${name}'s peers`)
        .replaceAll(`127.0.0.1:${peerURL.split(':')[2]}`, `${name}'s peers`)
        .replaceAll(`https://${name}'s peers`, `${name}'s peers`)
        .replaceAll(endpoint, name)
    return plain.replace(
      /ETCD_INITIAL_CLUSTER="(.*)"/,
      (_, all: string) => `ETCD_INITIAL_CLUSTER=${all.split(',').sort().join()}`,
    )
  }
  async function say(command: string, at?: Member): Promise<Outcome> {
    let outcome: Outcome
    // etcd lets nobody join or go before its members have been connected for five seconds. It makes an id of
    // the peer URLs and the second: the same URLs again in that second are the same id to it.
    do outcome = await etcdctl.run(command.split(' '), '', at && [at.endpoint])
    while (/unhealthy cluster|member ID already exist/.test(outcome.errors))
    const { code, output, errors } = outcome
    said.push({ command: shown(command), code, output: shown(output), errors: shown(errors) })
    return outcome
  }
  /** Tries until it goes well. */
  async function atLast(command: string, at?: Member): Promise<string> {
    for (;;) {
      const { code, output } = await etcdctl.run(command.split(' '), '', at && [at.endpoint])
      if (code === 0) return output
    }
  }
  const idOf = (outcome: Outcome) => /Member +([0-9a-f]+) added/.exec(outcome.output)![1]!
  const joinsOf = (outcome: Outcome) => /ETCD_INITIAL_CLUSTER="(.*)"/.exec(outcome.output)![1]!
  const list = async () =>
    (await atLast('member list'))
      .trim()
      .split('\n')
      .map(line => shown(line))
      .sort()

  await Promise.all(members.slice(0, 3).map(member => member.start()))
  await atLast('put before 1')
  const learner = await say(`member add m4 --learner --peer-urls=${fourth.peerURL}`)
  await say(`member add m4 --peer-urls=${fourth.peerURL}`)
  await say(`member add m5 --learner --peer-urls=${fifth.peerURL}`)
  await fourth.start(joinsOf(learner))
  await atLast('get before --consistency=s', fourth)
  await expect
    .poll(() => etcdctl.run(['get', 'before', '--consistency=s'], '', [fourth.endpoint]), WITHIN)
    .toMatchObject({ output: 'before\n1\n' })
  await expect.poll(list, WITHIN).toContain(" ID, started, m4, m4's peers, https://m4, true")
  await say('get before --consistency=s', fourth)
  await say('get before', fourth)
  await say('put at-learner 1', fourth)
  await say('member list', fourth)
  await say('lease grant 60', fourth)
  await say('compaction 1', fourth)
  await atLast(`member promote ${idOf(learner)}`)
  await say(`member promote ${idOf(learner)}`)
  await atLast('put at-voter 1', fourth)
  await say('get at-voter')
  said.push(await list())
  await say(`member update ${idOf(learner)} --peer-urls=${fourth.peerURL}`)
  await say(`member remove ${idOf(learner)}`)
  await say(`member remove ${idOf(learner)}`)
  said.push(await list())
  const voter = await say(`member add m5 --peer-urls=${fifth.peerURL}`)
  await fifth.start(joinsOf(voter))
  await atLast('put at-fifth 1', fifth)
  await say('get at-fifth')
  await atLast(`move-leader ${idOf(voter)}`)
  const leader = await atLast('endpoint status', fifth)
  said.push(leader.split(', ')[4])
  await expect.poll(list, WITHIN).toContain(" ID, started, m5, m5's peers, https://m5, false")
  return said
}

describe.skipIf(absent)(absent ? 'etcd or etcdctl is not installed' : 'members that etcdctl adds', () => {
  it('join as learners, get a vote, serve and go as etcd’s do', async () => {
    const [mine, theirs] = await Promise.all([story(ours), story(etcds)])
    expect(mine).toEqual(theirs)
  })
})
