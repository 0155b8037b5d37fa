/** etcdctl, as Debian has it, on three of our members. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../cluster.ts'
import { Etcdctl } from './etcdctl.ts'
import { isInstalled, kill, startMembers } from './processes.ts'

type Step = [command: string, expected: string | RegExp, input?: string]

const NO_MEMBER = /etcdserver: (member not found|the members of this cluster are those it was made with)/

/** Each row's commands in order, and what they print. A command that must fail begins with `!`. */
const TABLE: Record<string, Step[]> = {
  'puts and gets a key': [
    ['put one 1', 'OK\n'],
    ['put one 2 --prev-kv', 'OK\none\n1\n'],
    ['get one', 'one\n2\n'],
    ['get one --print-value-only', '2\n'],
    ['get one -w fields', /"Key" : "one"\n"CreateRevision" : \d+\n"ModRevision" : \d+\n"Version" : 2\n"Value" : "2"\n/],
    ['get none', ''],
    ['!put', /put command needs/],
  ],
  'keeps value or lease': [
    ['put keep v', 'OK\n'],
    ['put keep --ignore-value', 'OK\n'],
    ['put keep w --ignore-lease', 'OK\n'],
    ['get keep -w json', /"version":3,"value":"dw=="/],
    ['!put keeper --ignore-value', /etcdserver: key not found/],
    ['!put keep x --lease=123456', /etcdserver: requested lease not found/],
  ],
  'reads ranges': [
    ['put r/a 3', 'OK\n'],
    ['put r/b 1', 'OK\n'],
    ['put r/c 2', 'OK\n'],
    ['put r/b 1', 'OK\n'],
    ['get r/ --prefix --keys-only', 'r/a\n\nr/b\n\nr/c\n\n'],
    ['get r/ --prefix --limit=2 -w json', /"more":true,"count":3/],
    ['get r/ --prefix --limit=1 -w fields', /"More" : true\n"Count" : 3\n/],
    ['get r/ --prefix --order=DESCEND --print-value-only', '2\n1\n3\n'],
    ['get r/ --prefix --sort-by=VALUE --order=ASCEND --keys-only', 'r/b\n\nr/c\n\nr/a\n\n'],
    ['get r/ --prefix --sort-by=MODIFY --order=DESCEND --limit=1 --keys-only', 'r/b\n\n'],
    ['get r/ --prefix --sort-by=VERSION --order=DESCEND --limit=1 --keys-only', 'r/b\n\n'],
    ['get r/ --prefix --sort-by=CREATE --order=DESCEND --limit=1 --keys-only', 'r/c\n\n'],
    ['get r/b --from-key --limit=1', 'r/b\n1\n'],
    ['get r/a r/c --print-value-only', '3\n1\n'],
    ['get r/ --prefix --consistency=s -w fields', /"Count" : 3\n/],
    ['!get r/a --rev=999999', /etcdserver: mvcc: required revision is a future revision/],
  ],
  'deletes keys': [
    ['put d/a 1', 'OK\n'],
    ['put d/b 2', 'OK\n'],
    ['put d/c 3', 'OK\n'],
    ['del d/a --prev-kv', '1\nd/a\n1\n'],
    ['del d/ --prefix', '2\n'],
    ['del d/ --prefix', '0\n'],
  ],
  'runs transactions, typed in': [
    ['put t 1', 'OK\n'],
    ['txn', 'SUCCESS\n\nOK\n\nt\n2\n', 'value("t") = "1"\n\nput t 2\nget t\n\nput t 3\n\n'],
    ['txn', 'FAILURE\n\n1\n', 'ver("t") > "7"\n\nput t 4\n\ndel t\n\n'],
    ['txn', 'SUCCESS\n\nOK\n', 'create("t") = "0"\n\nput t 5\n\n\n'],
    ['!txn', /etcdserver: duplicate key given in txn request/, '\n\nput t 6\nput t 7\n\n\n'],
  ],
  'grants, looks at and revokes leases': [
    ['lease grant 600 -w json', /"TTL":600/],
    ['lease list', /^found 1 leases\n[0-9a-f]{16}\n$/],
    ['!lease revoke 1234', /etcdserver: requested lease not found/],
    ['lease timetolive 1234', 'lease 0000000000001234 already expired\n'],
    ['!lease keep-alive --once 1234', /requested lease not found|expired or revoked/],
  ],
  'compacts and gives space back': [
    ['put c 1 -w json', /"revision":\d+/],
    ['!compact 999999', /etcdserver: mvcc: required revision is a future revision/],
    ['defrag', /^(Finished defragmenting etcd member\[127\.0\.0\.1:\d+\]\n){3}$/],
  ],
  'shows the endpoints': [
    ['endpoint health', /is healthy: successfully committed proposal/],
    ['endpoint status', /^(127\.0\.0\.1:\d+, [0-9a-f]+, 3\.6\.0, [^,]+, (true|false), false, \d+, \d+, \d+, \n){3}$/],
    ['endpoint status --cluster -w json', /"leader":[1-9]\d+/],
    ['endpoint hashkv', /^(127\.0\.0\.1:\d+, \d+\n){3}$/],
  ],
  'lists the members': [
    ['member list', /^([0-9a-f]+, started, m\d, https:\/\/127\.0\.0\.1:\d+, https:\/\/127\.0\.0\.1:\d+, false\n){3}$/],
    ['!member remove 1234', NO_MEMBER],
    ['!member promote 1234', NO_MEMBER],
    ['!member update 1234 --peer-urls=https://127.0.0.1:1', NO_MEMBER],
  ],
  'lists and disarms alarms': [
    ['alarm list', ''],
    ['alarm disarm', ''],
  ],
  'refuses users and roles': [
    ['!auth enable', /etcdserver: root user does not exist/],
    ['user list', ''],
    ['role list', ''],
    ['!role add r', /etcdserver: users and roles are not implemented/],
    ['!user get u', /etcdserver: user name not found/],
  ],
}

const absent = !isInstalled('etcdctl')

describe.skipIf(absent)(absent ? 'etcdctl is not installed' : 'etcdctl', () => {
  const folder = temporaryFolder()
  let etcdctl: Etcdctl
  let cluster: Awaited<ReturnType<typeof startMembers>>

  beforeAll(async () => {
    cluster = await startMembers(folder.path, ['m1', 'm2', 'm3'])
    await cluster.stores[0]!.readRevision()
    etcdctl = new Etcdctl(cluster)
  })

  afterAll(async () => {
    await etcdctl?.stop()
    await cluster?.stop()
    folder.remove()
  })

  const start: Etcdctl['start'] = (...args) => etcdctl.start(...args)
  const run: Etcdctl['run'] = (...args) => etcdctl.run(...args)
  const ok: Etcdctl['ok'] = (...args) => etcdctl.ok(...args)

  it.each(Object.entries(TABLE))('%s', async (_, steps) => {
    for (const [command, expected, input] of steps) {
      const fails = command.startsWith('!')
      const { code, output, errors } = await run(command.replace(/^!/, '').split(' ').filter(Boolean), input)
      const printed = fails || command.startsWith('endpoint health') ? output + errors : output
      expect({ command, failed: code !== 0, errors: fails || code === 0 ? '' : errors }).toEqual({
        command,
        failed: fails,
        errors: '',
      })
      if (typeof expected === 'string') expect(printed).toBe(expected)
      else expect(printed).toMatch(expected)
    }
  })

  it('does not add a member that is there', async () => {
    const [, peer] = /m1, (https:[^,]+)/.exec(await ok('member list'))!
    const { errors } = await run(['member', 'add', 'm1', `--peer-urls=${peer}`])
    expect(errors).toMatch(
      /etcdserver: (Peer URLs already exists|the members of this cluster are those it was made with)/,
    )
  })

  it('reads a key as it was, and refuses what has been compacted', async () => {
    await ok('put old 1')
    const { header } = JSON.parse(await ok('get old -w json')) as { header: { revision: number } }
    await ok('put old 2')
    expect(await ok(`get old --rev=${header.revision}`)).toBe('old\n1\n')
    expect(await ok(`compaction ${header.revision + 1} --physical`)).toBe(`compacted revision ${header.revision + 1}\n`)
    const { errors } = await run(['get', 'old', `--rev=${header.revision}`])
    expect(errors).toMatch(/etcdserver: mvcc: required revision has been compacted/)
    const watch = await run(['watch', 'old', `--rev=${header.revision}`])
    expect(watch.errors).toMatch(/watch was canceled \(etcdserver: mvcc: required revision has been compacted\)/)
  })

  it('watches from a past revision, with what was before', async () => {
    const { header } = JSON.parse(await ok('put w/a 1 -w json')) as { header: { revision: number } }
    await ok('put w/a 2')
    const watch = start(['watch', 'w/', '--prefix', '--prev-kv', `--rev=${header.revision}`])
    await watch.until(/PUT\nw\/a\n1\nw\/a\n2\n/)
    await ok('del w/a')
    await watch.until(/DELETE\nw\/a\n2\nw\/a\n\n/)
    await kill(watch.child)
  })

  it('watches several keys at a time, and tells its progress', async () => {
    const watch = start(['watch', '-i'], 'watch i/a\nwatch i/b\n')
    await ok('put i/0 1')
    // That the watches are there shows only in what they deliver.
    const stop = putAgain(['i/a', 'i/b'])
    await watch.until(/PUT\ni\/a\n/)
    await watch.until(/PUT\ni\/b\n/)
    await stop()
    watch.child.stdin!.write('progress\n')
    await watch.until(/progress notify: \d+/)
    await kill(watch.child)
  })

  function putAgain(keys: string[]): () => Promise<void> {
    let stopped = false
    const ended = (async () => {
      while (!stopped) for (const key of keys) await ok(`put ${key} x`)
    })()
    return () => {
      stopped = true
      return ended
    }
  }

  it('keeps a lease alive, says how long it has and removes its keys with it', async () => {
    const [, id] = /lease ([0-9a-f]{16}) granted with TTL\(600s\)/.exec(await ok('lease grant 600'))!
    await ok(`put leased 1 --lease=${id}`)
    expect(await ok(`lease keep-alive --once ${id}`)).toBe(`lease ${id} keepalived with TTL(600)\n`)
    const ttl = await ok(`lease timetolive --keys ${id}`)
    expect(ttl).toMatch(/granted with TTL\(600s\), remaining\((600|59\d)s\), attached keys\(\[leased\]\)/)
    expect(await ok(`lease revoke ${id}`)).toBe(`lease ${id} revoked\n`)
    expect(await ok('get leased')).toBe('')
    expect(await ok(`lease timetolive ${id}`)).toBe(`lease ${id} already expired\n`)
  })

  it('gives the same hash for all members', async () => {
    const { revision } = (JSON.parse(await ok('put hashed 1 -w json')) as { header: { revision: number } }).header
    const lines = (await ok(`endpoint hashkv --rev=${revision}`)).trim().split('\n')
    expect(new Set(lines.map(line => line.split(', ')[1])).size).toBe(1)
  })

  it('moves the leader to another member', async () => {
    const statuses = async () =>
      (
        JSON.parse(await ok('endpoint status -w json')) as {
          Endpoint: string
          Status: { header: { member_id: number }; leader: number }
        }[]
      ).map(({ Endpoint, Status }) => ({ endpoint: Endpoint, isLeader: Status.header.member_id === Status.leader }))
    const before = await statuses()
    const leader = before.find(s => s.isLeader)!.endpoint
    const ids = (await ok('endpoint status'))
      .trim()
      .split('\n')
      .map(line => line.split(', '))
    const other = ids.find(([endpoint]) => endpoint !== leader)!
    const refused = await run(['move-leader', other[1]!], '', [other[0]!])
    expect(refused.errors).toMatch(/no leader endpoint given/)
    expect(await ok(`move-leader ${other[1]}`)).toMatch(/Leadership transferred from [0-9a-f]+ to [0-9a-f]+/)
    await expect.poll(async () => (await statuses()).find(s => s.isLeader)?.endpoint).toBe(other[0])
  })

  it('saves a snapshot: an image of the member with its checksum', async () => {
    const file = join(folder.path, 'saved.db')
    const { code, errors } = await run(['snapshot', 'save', file], '', [cluster.endpoints[0]!])
    expect({ code, errors: code ? errors : '' }).toEqual({ code: 0, errors: '' })
    const saved = readFileSync(file)
    expect(saved.length % 512).toBe(32)
    expect(saved.subarray(0, 15).toString()).toBe('SQLite format 3')
    const { createHash } = await import('node:crypto')
    const image = saved.subarray(0, -32)
    expect(createHash('sha256').update(image).digest('hex')).toBe(saved.subarray(-32).toString('hex'))
  })

  it('elects one of two candidates, and the other when that one resigns', async () => {
    const first = start(['elect', 'election', 'first'])
    await first.until(/election\/[0-9a-f]+\nfirst\n/)
    const second = start(['elect', 'election', 'second'])
    const listener = start(['elect', '--listen', 'election'])
    await listener.until(/first\n/)
    first.child.kill('SIGINT')
    await first.ended
    await second.until(/election\/[0-9a-f]+\nsecond\n/)
    await listener.until(/second\n/)
    await Promise.all([kill(second.child), kill(listener.child)])
  })

  it('locks, and lets the next one in', async () => {
    const first = start(['lock', 'mutex'])
    await first.until(/mutex\/[0-9a-f]+\n/)
    const second = start(['lock', 'mutex', 'echo', 'mine'])
    first.child.kill('SIGINT')
    await first.ended
    await second.until(/mine\n/)
    expect(await second.ended).toBe(0)
  })

  it('mirrors keys under another prefix', async () => {
    await ok('put source/a 1')
    const tls = cluster.client.args.map(arg => arg.replace('--', '--dest-'))
    const mirror = start([
      'make-mirror',
      '--prefix=source/',
      '--dest-prefix=mirror/',
      '--dest-insecure-transport=false',
      ...tls,
      cluster.endpoints[1]!,
    ])
    await expect.poll(() => ok('get mirror/a')).toBe('mirror/a\n1\n')
    await ok('put source/b 2')
    await expect.poll(() => ok('get mirror/b')).toBe('mirror/b\n2\n')
    await ok('del source/a')
    await expect.poll(() => ok('get mirror/a')).toBe('')
    await kill(mirror.child)
  })

  it('refuses a client without a certificate', async () => {
    const [ca] = cluster.client.args
    const child = spawn('etcdctl', [`--endpoints=${cluster.endpoints[0]}`, ca!, '--command-timeout=2s', 'get', 'a'], {
      env: { ...process.env, ETCDCTL_API: '3' },
      stdio: 'ignore',
    })
    expect(await new Promise(resolve => child.on('exit', resolve))).not.toBe(0)
  })

  it.skipIf(!process.env.ETCDCTL_PERF)('passes its own check of performance (a minute: set ETCDCTL_PERF)', async () => {
    const { output } = await run(['check', 'perf', '--load=s'])
    expect(output).toMatch(/PASS: Throughput/)
  })
})
