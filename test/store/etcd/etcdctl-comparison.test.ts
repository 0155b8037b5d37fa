/**
 * The same commands of etcdctl on three of our members and on three of etcd: what they print, where, and the code they end
 * with must be the same. Revisions too: both clusters get the same writes, in the same order.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cluster.ts'
import { Etcdctl } from './etcdctl.ts'
import type { Outcome } from './etcdctl.ts'
import { isInstalled, kill, startEtcd, startMembers } from './processes.ts'
import type { Cluster } from './processes.ts'

/** A command, quoted as in a shell, and what is typed in. `LEASE` stands for the lease that was granted last. */
type Step = string | [command: string, input: string]

const repeated = (n: number, line: (i: number) => string) => Array.from({ length: n }, (_, i) => line(i)).join('\n')
const LARGE = 'x'.repeat(1_600_000)

const TABLE: Record<string, Step[]> = {
  put: [
    'put a 1',
    'put a 2 --prev-kv',
    'put b 1 --prev-kv',
    'put a 3 --prev-kv -w json',
    'put a 3 --prev-kv -w fields',
    'put a 3 -w table',
    ['put typed', 'in'],
    'put -- -x -y',
    'put a --ignore-value',
    'put a 4 --ignore-lease',
    'put a 4 --ignore-lease --lease=1',
    'put a --ignore-value --lease=123',
    'put a x --ignore-value',
    'put none --ignore-value',
    'put none x --ignore-lease',
    'put a x --lease=12345678',
    'put a x --lease=nothing',
    "put '' x",
    ['put large', LARGE],
    ['put large', LARGE.slice(0, 1_500_000)],
    'del large',
  ],
  get: [
    ['txn', `\n${repeated(6, i => `put p/${i} v${(i * 5) % 6}`)}\n\n\n`],
    'put p/2 v9',
    'put p/4 v0',
    'get p/2',
    'get p/2 --hex',
    'get p/2 -w json',
    'get p/2 -w fields',
    'get p/2 -w table',
    'get p/2 -w nonsense',
    'get p/2 --print-value-only',
    'get p/2 p/4',
    'get p/ --prefix --keys-only',
    'get p/ --prefix --limit=2 -w json',
    'get p/ --prefix --limit=2 -w fields',
    'get p/ --prefix --limit=-1 -w json',
    'get p/3 --from-key --limit=2',
    "get '' --prefix --keys-only",
    "get ''",
    'get',
    'get p/ --prefix --from-key',
    ...['ASCEND', 'DESCEND'].flatMap(order =>
      ['KEY', 'VERSION', 'CREATE', 'MODIFY', 'VALUE'].map(by => `get p/ --prefix --order=${order} --sort-by=${by}`),
    ),
    'get p/ --prefix --sort-by=VALUE --limit=3',
    'get p/ --prefix --order=nonsense',
    'get p/ --prefix --sort-by=nonsense',
    'get p/ --prefix --consistency=s -w json',
    'get p/ --consistency=nonsense',
    'get a --rev=2',
    'get a --rev=3 -w json',
    'get a --rev=999999',
    'get a --rev=-5 -w json',
    'get none',
    'get none -w json',
    'get a --user=root:nobody',
  ],
  del: [
    'del p/5 --prev-kv',
    'del p/4 --prev-kv -w json',
    'del p/ --prefix -w fields',
    'del a b --prev-kv',
    'del none',
    "del ''",
    'del',
    "del '' --from-key --prev-kv -w json",
  ],
  txn: [
    'put t 1',
    'put t/a 1',
    'put t/b 2',
    [
      'txn',
      'value("t") = "1"\nver("t") > "0"\nmod("t") < "9999"\ncreate("t") > "1"\n\nput t 2\nget t\ndel t/a\n\nput t 9\n\n',
    ],
    ['txn', 'value("t") != "9"\n\nget t\n\nput t 3\nget t/ --prefix\n\n'],
    ['txn -w json', 'ver("t") > "0"\n\nput t 2 --prev-kv\nget t/ --prefix\ndel t/ --prefix\nget t/ --prefix\n\n\n'],
    ['txn -w fields', 'ver("t") = "0"\n\n\nput t/1 2 --prev-kv\nget t/ --prefix --limit=1\ndel t/1\n\n'],
    ['txn -w table', '\nget t\n\n\n'],
    ['txn -i', 'mod("t") > "0"\n\nput x 1\n\nput y 1\n\n'],
    ['txn', 'nonsense("t") = "1"\n\n\n\n'],
    ['txn', '\nput a 1\nput a 2\n\n\n'],
    ['txn', '\nput a 1\ndel a b\n\n\n'],
    ['txn', '\nget a --rev=999999\n\n\n'],
    ['txn', '\nput a 1 --lease=77\n\n\n'],
    ['txn', '\nput a --ignore-value\n\n\n'],
    ['txn', '\nget ""\n\n\n'],
    ['txn', `\n${repeated(129, i => `put many/${i} 1`)}\n\n\n`],
    ['txn', `\n${repeated(128, i => `get many/${i}`)}\n\n\n`],
    ['txn', `${repeated(129, i => `ver("many/${i}") = "0"`)}\n\n\n\n`],
    ['txn', '\nput \\"quoted\\" "with spaces"\nget "quoted"\n\n\n'],
  ],
  lease: [
    'lease grant 600',
    'put leased 1 --lease=LEASE',
    'put leased 2 --ignore-lease',
    'get leased',
    'lease timetolive LEASE --keys',
    'lease list',
    'lease keep-alive --once LEASE',
    'lease keep-alive --once LEASE -w json',
    'lease revoke LEASE',
    'get leased -w json',
    'lease timetolive LEASE',
    'lease keep-alive LEASE',
    'lease keep-alive --once LEASE',
    'lease revoke LEASE',
    'lease list -w json',
    'lease grant 9000000001',
    'lease grant nothing',
    'lease timetolive 77 -w json',
    'lease timetolive 77 -w fields',
    'lease revoke nonsense',
    'lease list -w table',
  ],
  compaction: [
    'put c 1',
    'put c 2',
    'compaction 5',
    'compaction 5',
    'compaction 4',
    'compaction -- -1',
    'compaction 999999',
    'compaction nonsense',
    'compaction 20 --physical',
    'compaction 20 --physical',
    'get c --rev=19',
    'watch c --rev=19',
    'watch c --rev=19 -w json',
    'watch c --rev=-1',
    ['txn', '\nget c --rev=3\n\n\n'],
    'endpoint hashkv --rev=19 --endpoints=FIRST',
    'endpoint hashkv --rev=999999',
  ],
  watch: ['watch', 'watch z a', ['watch -i', 'nonsense\n'], ['watch -i', 'watch\n']],
  'defrag, endpoint and alarm': [
    'defrag',
    'defrag --cluster',
    'endpoint health',
    'endpoint health --cluster',
    'endpoint health -w json',
    'endpoint hashkv',
    'endpoint hashkv --cluster',
    'endpoint status -w json',
    'endpoint status -w fields',
    'endpoint status --cluster',
    'alarm list',
    'alarm disarm',
  ],
  member: [
    'member add',
    'member add x',
    'member add x --peer-urls=nonsense',
    'member add x --peer-urls=https://127.0.0.1',
    'member add x --peer-urls=https://x:2380/path',
    'member remove 1234',
    'member remove nonsense',
    'member promote 1234',
    'member update 1234 --peer-urls=https://127.0.0.1:1',
    'member update 1234 --peer-urls=nonsense',
    'move-leader 1234',
    'move-leader nonsense',
    'move-leader',
  ],
  'auth, user and role': [
    'auth enable',
    'auth disable',
    'user list',
    'user get nobody',
    'user delete nobody',
    ['user passwd nobody --interactive=false', 'x'],
    'user grant-role nobody r',
    'user revoke-role nobody r',
    'role list',
    'role get none',
    'role delete none',
    'role grant-permission none readwrite k',
    'role revoke-permission none k',
  ],
  'snapshot, version and nonsense': [
    'snapshot save FOLDER/file',
    'snapshot save',
    'snapshot save FOLDER/file --endpoints=',
    'version',
    'nonsense',
    'check perf --load=nonsense',
    'elect',
    'lock',
    'make-mirror',
  ],
}

/** What each cluster calls by another name or number, and what depends on the moment. */
function common(text: string, lease: string): string {
  return text
    .replaceAll(lease, 'LEASE')
    .replaceAll(String(BigInt(`0x${lease}`)), 'LEASE')
    .replace(/"(cluster_id|member_id|raft_term|leader|ID)":\d+/g, '"$1":N')
    .replace(/"(raftIndex|raftTerm|raftAppliedIndex|dbSize|dbSizeInUse|hash)":\d+/g, '"$1":N')
    .replace(/"(ClusterID|MemberID|RaftTerm|RaftIndex|RaftAppliedIndex|Leader|ID|DBSize)" : \d+/g, '"$1" : N')
    .replace(/"version":"[\d.]+"/g, '"version":"V"')
    .replace(/"Version" : "[\d.]+"/g, '"Version" : "V"')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/^(https:\/\/)?HOST, \d+$/gm, '$1HOST, HASH')
    .replace(/[0-9a-f]+, [\d.]+, [\d.]+ [kM]B, (true|false), false, \d+, \d+, \d+, $/gm, 'STATUS')
    .replace(/^[0-9a-f]+, started/gm, 'ID, started')
    .replace(/^\| +[0-9a-f]+ \| started/gm, '| ID | started')
    .replace(/[Tt]ook("?[ :=]+"?)[\d.]+[µm]?s/g, 'took$1T')
    .replace(/remaining\(\d+s\)/g, 'remaining')
    .replace(/"ts":"[^"]*"|"target":"[^"]*"/g, '')
    .replace(/,"revision":\d+(?=,"raft_term":N},"version")/g, '')
}

const absent = !isInstalled('etcd') || !isInstalled('etcdctl')

describe.skipIf(absent)(absent ? 'etcd or etcdctl is not installed' : 'etcdctl on our members and on etcd', () => {
  const folders = [temporaryFolder(), temporaryFolder()]
  const clusters: Cluster[] = []
  const etcdctls: Etcdctl[] = []
  const leases = ['ffffffff', 'ffffffff']
  let saved: string

  beforeAll(async () => {
    saved = mkdtempSync(join(tmpdir(), 'kubarium-etcdctl-'))
    const names = ['m1', 'm2', 'm3']
    clusters.push(await startMembers(folders[0]!.path, names), await startEtcd(folders[1]!.path, names))
    etcdctls.push(...clusters.map(cluster => new Etcdctl(cluster)))
    for (const etcdctl of etcdctls) while ((await etcdctl.run(['get', 'any'])).code !== 0);
  })

  afterAll(async () => {
    await Promise.all(etcdctls.map(etcdctl => etcdctl.stop()))
    await Promise.all(clusters.map(cluster => cluster.stop()))
    for (const folder of folders) folder.remove()
    rmSync(saved, { recursive: true })
  })

  async function run(which: number, command: string, input?: string): Promise<Outcome> {
    const told = command
      .replaceAll('LEASE', leases[which]!)
      .replaceAll('FOLDER', saved)
      .replaceAll('FIRST', clusters[which]!.endpoints[0]!)
    const words = [...told.matchAll(/'([^']*)'|(\S+)/g)].map(match => match[1] ?? match[2]!)
    const outcome = await etcdctls[which]!.run(words, input)
    leases[which] = /lease ([0-9a-f]{16}) granted/.exec(outcome.output)?.[1] ?? leases[which]!
    return {
      code: outcome.code,
      output: common(outcome.output, leases[which]!),
      errors: common(outcome.errors, leases[which]!),
    }
  }

  it.each(Object.entries(TABLE))('%s', async (_, steps) => {
    for (const step of steps) {
      const [command, input] = typeof step === 'string' ? [step] : step
      const [ours, theirs] = await Promise.all(etcdctls.map((_, which) => run(which, command, input)))
      expect.soft({ command, ...ours }).toEqual({ command, ...theirs })
    }
  })

  /** Starts a command on both, waits for what it must print, and compares all that was printed by then. */
  async function follow(command: string, until: RegExp, input?: string, then: () => Promise<unknown> = async () => {}) {
    const running = etcdctls.map(etcdctl => etcdctl.start(command.split(' '), input))
    await then()
    await Promise.all(running.map(etcdctl => etcdctl.until(until)))
    const [ours, theirs] = running.map(({ output }, which) => common(output, leases[which]!))
    await Promise.all(running.map(({ child }) => kill(child)))
    expect(ours).toBe(theirs)
  }

  it('lists the members', async () => {
    // In the order of their ids, which are chosen otherwise.
    const sorted = (list: string) => common(list, leases[0]!).split('\n').sort()
    for (const form of ['simple', 'fields', 'table']) {
      const [ours, theirs] = await both(`member list -w ${form}`)
      expect(sorted(ours!)).toEqual(sorted(theirs!))
    }
  })

  const both = (command: string) => Promise.all(etcdctls.map(etcdctl => etcdctl.ok(command)))

  it('watches what was and what comes', async () => {
    const [answer] = await both('put w/a 1 -w json')
    const { revision } = (JSON.parse(answer!) as { header: { revision: number } }).header
    await both('put w/a 2')
    await both('put w/b 1')
    await both('del w/a')
    const from = `--rev=${revision}`
    await follow(`watch w/ --prefix ${from}`, /DELETE\nw\/a\n\n/)
    await follow(`watch w/ --prefix --prev-kv ${from}`, /DELETE\nw\/a\n2\nw\/a\n\n/)
    await follow(`watch w/a ${from} -w fields`, /"Type" : DELETE[^]*"Lease" : 0\n/)
    await follow(`watch w/a w/b ${from} --prev-kv -w json`, /"type":1[^]*\n/)
    await follow(`watch w/b ${from} -- sh -c echo:$ETCD_WATCH_EVENT_TYPE`, /PUT\nw\/b\n1\n/)
    await follow('watch -i', /w\/b\n3\n/, `watch w/ --prefix ${from} --prev-kv\n`, async () => {
      await both('put w/b 2')
      await both('put w/b 3')
    })
  })

  it('asks a stream of watches for its progress', async () => {
    await follow('watch -i', /progress notify: \d+\n/, 'watch idle\nprogress\n')
  })

  it('elects, locks, and runs what the lock guards', async () => {
    const bothRun = (command: string) =>
      Promise.all(etcdctls.map(async etcdctl => (await etcdctl.run(command.split(' '))).output))
    const [ours, theirs] = await bothRun('lock mutex sh -c true')
    expect(ours).toBe(theirs)
    const [failing, theirFailing] = await Promise.all(etcdctls.map(etcdctl => etcdctl.run(['lock', 'mutex', 'false'])))
    expect(failing).toEqual(theirFailing)
    const shown = (text: string) => text.replace(/[0-9a-f]{8,}/g, 'LEASE')
    const elections = etcdctls.map(etcdctl => etcdctl.start(['elect', 'election', 'me']))
    await Promise.all(elections.map(election => election.until(/me\n/)))
    expect(shown(elections[0]!.output)).toBe(shown(elections[1]!.output))
    await follow('elect --listen election', /me\n/).catch((error: Error) =>
      // The key has the lease in its name.
      expect(shown(error.message)).toMatch(/election\/LEASE/),
    )
  })
})
