import { createHash } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { fileDisk } from '../../engine/store/disk.ts'
import { CompactedError, CorruptError, FutureRevisionError, NoSpaceError } from '../../engine/store/kv.ts'
import type { Store } from '../../engine/store/kv.ts'
import { StoreMember } from '../../engine/store/member.ts'
import { verdict } from '../../engine/store/mvcc/corruption.ts'
import { temporaryFolder, text } from './cluster.ts'
import { FakeCluster } from './mvcc-cluster.ts'
import { bytes, put, remove } from './mvcc-machine.ts'

let cluster: FakeCluster | undefined

afterEach(async () => {
  await cluster?.stop()
  cluster = undefined
})

const NAMES = ['m1', 'm2', 'm3']
const write = (store: Store, key: string, value: string) =>
  store.txn({ compare: [], success: [put(key, value)], failure: [] })

async function writeMany(c: FakeCluster, n: number): Promise<void> {
  for (let i = 0; i < n; i++) await c.wait(write(c.leader, `k${i % 20}`, `${i}`))
  for (const member of c.members.values()) await c.wait(member.readRevision())
}

describe('the hash of the key space', () => {
  it('is equal on all members at each revision, cleared away or not, and refused where there is none', async () => {
    const c = (cluster = await FakeCluster.start(NAMES))
    await writeMany(c, 60)
    const members = [...c.members.values()]
    const hashes = (revision: number) => Promise.all(members.map(m => c.wait(m.hashKV(revision))))
    for (const revision of [0, 10, 40]) expect(new Set((await hashes(revision)).map(h => h.hash)).size).toBe(1)
    const before = (await hashes(0))[0]!
    expect(before).toMatchObject({ revision: 61, hashRevision: 61, compactRevision: 0 })
    await c.wait(c.leader.compact(30, true))
    await c.wait(members[0]!.readRevision())
    const after = await hashes(61)
    expect(new Set(after.map(h => h.hash)).size).toBe(1)
    expect(after[0]!.compactRevision).toBe(30)
    await expect(c.wait(members[0]!.hashKV(29))).rejects.toThrow(CompactedError)
    await expect(c.wait(members[0]!.hashKV(62))).rejects.toThrow(FutureRevisionError)
  })

  it('finds who differs by majority, or else by the leader once all have answered', () => {
    const check = { id: 1, revision: 1, compactRevision: 0, members: ['a', 'b', 'c'] }
    expect(verdict({ ...check, reports: { a: 1 } })).toEqual([])
    expect(verdict({ ...check, reports: { a: 1, b: 2 } })).toEqual([])
    expect(verdict({ ...check, reports: { a: 1, b: 2, c: 2 } })).toEqual(['a'])
    expect(verdict({ ...check, reports: { a: 1, c: 1 } })).toEqual([])
    expect(verdict({ ...check, reports: { a: 1, b: 2, c: 3 } })).toEqual(['b', 'c'])
    expect(verdict({ ...check, members: ['a', 'b'], reports: { a: 1, b: 2 } })).toEqual(['b'])
  })
})

describe('the corruption check', () => {
  it('finds the member that differs, and then nothing is served until the alarm is taken back', async () => {
    const c = (cluster = await FakeCluster.start(NAMES, { corruptionCheckMs: 10_000 }))
    await writeMany(c, 10)
    await c.advance(30_000)
    expect(await c.wait(c.leader.alarms())).toEqual([])
    // The leader itself is the one that is wrong: a version of a key is not what was agreed on.
    const wrong = c.leader
    const db = c.databases.get(c.nameOf(wrong))!
    db.prepare('UPDATE history SET version = version + 1 WHERE id = (SELECT max(id) FROM history)').run()
    await c.advance(15_000)
    for (const member of c.members.values())
      expect(await c.wait(member.alarms())).toEqual([{ member: wrong.header().memberId, type: 'corrupt' }])
    const [other] = c.followers
    await expect(c.wait(write(other!, 'a', 'b'))).rejects.toThrow(CorruptError)
    await expect(c.wait(other!.range({ key: bytes('k1') }))).rejects.toThrow('etcdserver: corrupt cluster')
    await expect(c.wait(other!.compact(3))).rejects.toThrow(CorruptError)
    expect(other!.statusNow().errors.join()).toContain('alarm:CORRUPT')
    await c.wait(other!.alarm('deactivate', wrong.header().memberId, 'corrupt'))
    await c.wait(write(other!, 'a', 'b'))
  })

  it('ends the service of a member whose values fail their checksums', async () => {
    const c = (cluster = await FakeCluster.start(NAMES, { corruptionCheckMs: 10_000 }))
    await writeMany(c, 10)
    const [bad] = c.followers
    c.databases.get(c.nameOf(bad!))!.prepare(`UPDATE history SET value = x'00' WHERE key = ?`).run(bytes('k3'))
    await c.advance(15_000)
    expect(bad!.statusNow().problem).toMatch(/fails its checksum.*reset its store/)
    await c.wait(write(c.leader, 'a', 'b'))
    expect(await c.wait(c.leader.alarms())).toEqual([])
  })

  it('of a value that is read ends the service too', async () => {
    const c = (cluster = await FakeCluster.start(['m1']))
    await writeMany(c, 3)
    c.databases.get('m1')!.prepare(`UPDATE history SET value = x'00' WHERE key = ?`).run(bytes('k1'))
    await expect(c.wait(c.leader.range({ key: bytes('k1') }))).rejects.toThrow('fails its checksum')
    expect(c.members.get('m1')!.statusNow().problem).toContain('is damaged')
  })
})

describe('the quota', () => {
  it('when exceeded raises the alarm and refuses puts, not deletions or compaction, until it is taken back', async () => {
    const c = (cluster = await FakeCluster.start(NAMES, { quotaBytes: 1_000_000 }))
    const [follower] = c.followers
    await c.wait(write(follower!, 'a', '1'))
    c.sizes.set(c.nameOf(follower!), 1_000_001)
    await c.advance(2000)
    await expect(c.wait(write(follower!, 'a', '2'))).rejects.toThrow(NoSpaceError)
    await c.advance(100)
    expect(await c.wait(c.leader.alarms())).toEqual([{ member: follower!.header().memberId, type: 'nospace' }])
    await expect(c.wait(write(c.leader, 'a', '2'))).rejects.toThrow('etcdserver: mvcc: database space exceeded')
    await expect(c.wait(c.leader.leaseGrant(5))).rejects.toThrow(NoSpaceError)
    await c.wait(c.leader.txn({ compare: [], success: [remove('a')], failure: [] }))
    await c.wait(c.leader.compact(3, true))
    expect((await c.wait(c.leader.range({ key: bytes('a') }))).count).toBe(0)
    c.sizes.delete(c.nameOf(follower!))
    expect(await c.wait(c.leader.alarm('deactivate', follower!.header().memberId, 'nospace'))).toHaveLength(1)
    await c.wait(write(follower!, 'a', '2'))
  })

  it('counts what was let in since the size was looked at', async () => {
    const c = (cluster = await FakeCluster.start(['m1'], { quotaBytes: 100_000 }))
    c.sizes.set('m1', 50_000)
    await c.advance(2000)
    await c.wait(write(c.leader, 'a', 'x'.repeat(40_000)))
    c.sizes.set('m1', 90_000)
    await expect(c.wait(write(c.leader, 'a', 'x'.repeat(40_000)))).rejects.toThrow(NoSpaceError)
  })

  it('keeps what it refuses out of the log, which would grow', async () => {
    const c = (cluster = await FakeCluster.start(['m1'], { quotaBytes: 100_000 }))
    c.sizes.set('m1', 90_000)
    await c.advance(2000)
    const refused = () => expect(c.wait(write(c.leader, 'a', 'x'.repeat(40_000)))).rejects.toThrow(NoSpaceError)
    await refused()
    await c.advance(100)
    expect(await c.wait(c.leader.alarms())).toHaveLength(1)
    const { lastIndex } = c.leader.statusNow()
    for (let i = 0; i < 5; i++) await refused()
    expect(c.leader.statusNow().lastIndex).toBe(lastIndex)
  })
})

describe('automatic compaction', () => {
  it('by revision keeps as many as it is told to, on all members', async () => {
    const c = (cluster = await FakeCluster.start(NAMES, { autoCompaction: { mode: 'revision', revisions: 7 } }))
    await writeMany(c, 20)
    await c.advance(6 * 60_000)
    for (const member of c.members.values()) expect(member.statusNow().compactRevision).toBe(21 - 7)
  })

  it('by time keeps what is younger than its period', async () => {
    const c = (cluster = await FakeCluster.start(NAMES, { autoCompaction: { mode: 'periodic', periodMs: 20_000 } }))
    await writeMany(c, 5)
    const old = c.leader.header().revision
    await c.advance(15_000)
    await writeMany(c, 5)
    expect(c.leader.statusNow().compactRevision).toBeLessThan(old)
    await c.advance(10_000)
    const { compactRevision, revision } = c.leader.statusNow()
    expect(compactRevision).toBe(old)
    expect(revision).toBe(old + 5)
  })
})

describe('a member with a file', () => {
  const open = async (dir: string) => {
    const transport = {
      start: async () => {},
      send: () => false,
      setPeers: () => {},
      dismiss: () => {},
      stop: async () => {},
    }
    const member = new StoreMember({
      config: {
        clusterId: 'file',
        name: 'solo',
        dataDir: dir,
        listen: { host: '127.0.0.1', port: 0 },
        members: [{ name: 'solo', host: '127.0.0.1', port: 0 }],
        tls: { ca: '', cert: '', key: '' },
        tuning: { snapshotEntries: 5 },
      },
      ...{
        clock: systemClock,
        random: systemRandom,
        log: silentLogger,
        transport,
        disk: fileDisk(join(dir, 'store.db')),
      },
    })
    await member.start()
    return member
  }

  it('gives space back when it is defragmented, and serves meanwhile', async () => {
    const folder = temporaryFolder()
    const member = await open(folder.path)
    for (let i = 0; i < 60; i++) await write(member, `k${i % 3}`, 'x'.repeat(100_000))
    await member.compact(await member.readRevision(), true)
    const before = await member.status()
    const defragmented = member.defragment()
    await write(member, 'during', 'x')
    await defragmented
    const after = await member.status()
    expect(after.dbSizeInUse).toBeLessThan(3_000_000)
    expect(after.dbSize).toBeLessThan(before.dbSize / 2)
    expect((await member.range({ key: bytes('k1') })).kvs[0]!.value.length).toBe(100_000)
    await member.stop()
    folder.remove()
  })

  it('clears away what was compacted in pieces, while writes go on', async () => {
    const folder = temporaryFolder()
    const member = await open(folder.path)
    for (let i = 0; i < 40; i++)
      await Promise.all(Array.from({ length: 100 }, (_, key) => write(member, `k${key}`, `${i} ${'x'.repeat(500)}`)))
    let cleared = false
    const compacted = member.compact(await member.readRevision(), true).then(() => (cleared = true))
    let during = 0
    while (!cleared) await write(member, `k${during++ % 100}`, 'newer')
    await compacted
    expect(during).toBeGreaterThan(0)
    const { kvs } = await member.range({ key: bytes('k'), rangeEnd: bytes('l') })
    expect(kvs.length).toBe(100)
    expect(kvs.filter(kv => text(kv.value) === 'newer').length).toBe(Math.min(during, 100))
    await member.stop()
    const db = new Database(join(folder.path, 'store.db'), { readonly: true })
    expect(db.prepare('SELECT count(*) FROM history').pluck().get()).toBe(100 + during)
    db.close()
    folder.remove()
  })

  it('hands out an image of itself with everything acknowledged, with its checksum, and leaves nothing behind', async () => {
    const folder = temporaryFolder()
    const member = await open(folder.path)
    for (let i = 0; i < 20; i++) await write(member, `k${i}`, 'y'.repeat(50_000))
    const parts: Uint8Array[] = []
    for await (const part of member.snapshot()) parts.push(part)
    const all = Buffer.concat(parts)
    const body = all.subarray(0, -32)
    expect(createHash('sha256').update(body).digest().equals(all.subarray(-32))).toBe(true)
    const path = join(folder.path, 'image.db')
    writeFileSync(path, body)
    const db = new Database(path)
    expect(db.prepare('SELECT count(*) FROM live').pluck().get()).toBe(20)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
    await member.stop()
    expect(readdirSync(folder.path).filter(name => name.includes('image-'))).toEqual([])
    folder.remove()
  })
})
