import { spawnSync } from 'node:child_process'
import { appendFileSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RangeResponse } from '../../engine/store/kv.ts'
import { INITIAL } from '../sim/check/model.ts'
import { bytes, configureCluster, temporaryFolder, text } from './cluster.ts'
import { History } from './robustness/history.ts'
import type { Call } from './robustness/history.ts'
import { MemberProcess } from './robustness/process.ts'
import type { AskedStore } from './robustness/process.ts'
import { run } from './robustness/run.ts'
import type { Fault } from './robustness/run.ts'
import { verify } from './robustness/verify.ts'

it('kill -9 of one, two and all members, and a leader that stands still, lose and double nothing, and nobody reads what is old', async () => {
  const faults: Fault[] = ['kill leader', 'kill all', 'pause leader', 'kill two', 'kill']
  // Long enough for the others to elect another leader.
  const summary = await run({ rounds: faults.length, seed: 11, pauseMs: 4000, fault: round => faults[round - 1] })
  expect(summary.lost).toEqual([])
  expect(summary.doubled).toEqual([])
  expect(summary.rounds).toBe(faults.length)
  expect(summary.undecided).toBe(0)
  expect(summary.readsOfPaused).toBeGreaterThan(10)
  expect(summary.events).toBeGreaterThan(100)
}, 600_000)

describe('the comparison of histories', () => {
  const put = {
    type: 'txn' as const,
    compare: [],
    success: [{ type: 'put' as const, key: 'a', value: 'v1' }],
    failure: [],
  }
  const written: Call = {
    ...{ number: 1, where: 'one', request: put, called: 0, returned: 1, refused: false, reason: '' },
    answer: { ok: true, revision: 2, succeeded: true, results: ['put '] },
  }
  const read = (revision: number, kvs: string): Call => ({
    ...{
      number: 2,
      where: 'two',
      request: { type: 'range', key: 'a' },
      called: 2,
      returned: 3,
      refused: false,
      reason: '',
    },
    answer: { ok: true, revision, kvs },
  })

  it('takes a sound one, and says what state it ends in', () => {
    expect(verify(INITIAL, [written, read(2, '1:a=v1@2/2/1/0')], []).state?.revision).toBe(2)
  })

  it('finds a read that misses what was acknowledged before it', () => {
    expect(() => verify(INITIAL, [written, read(1, '0:')], [])).toThrow('linearizable')
  })

  it('finds a write that was refused and took effect', () => {
    const refused = { ...written, answer: undefined, refused: true }
    expect(() => verify(INITIAL, [refused, read(2, '1:a=v1@2/2/1/0')], [])).toThrow('linearizable')
  })

  it('finds an event that a watch was not told', () => {
    const items = [{ type: 'progress' as const, revision: 2 }]
    const sessions = [{ member: 'm1', start: 2, made: 0, items }]
    const watch = { name: 'a watch', key: 'a', end: 'b', previous: true, sessions }
    expect(() => verify(INITIAL, [written], [watch])).toThrow('bookmarkable')
  })
})

/** Whether a file system can be mounted for a process alone, so that it goes with it. */
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'mount -t tmpfs none /mnt'], {
    stdio: 'ignore',
  }).status === 0

describe('members on disks that are really full', () => {
  const folder = temporaryFolder()
  let members: MemberProcess[] = []
  afterEach(async () => {
    await Promise.all(members.map(member => member.kill()))
    members = []
    rmSync(folder.path, { recursive: true, force: true })
  })

  it.skipIf(!canMount).each([
    { full: 'one', which: [0] },
    { full: 'all', which: [0, 1, 2] },
  ])(
    'refuse writes, read on, and recover when there is space: $full of three (needs leave to mount a tmpfs)',
    async ({ which }) => {
      const configs = await configureCluster(['m1', 'm2', 'm3'], folder.path)
      members = configs.map(config => new MemberProcess(config, '24m'))
      await Promise.all(members.map(member => member.started))
      const history = new History()
      const acknowledged = new Map<string, string>()
      let n = 0
      const write = async (store: AskedStore) => {
        const [key, value] = [`k${++n}`, `${n} `.repeat(4000)]
        const request = {
          type: 'txn' as const,
          compare: [],
          success: [{ type: 'put' as const, key, value }],
          failure: [],
        }
        const call = await history.ask(store, 'writer', request)
        if (call.answer) acknowledged.set(key, value)
        return call
      }
      for (let i = 0; i < 30; i++) await write(members[i % 3]!)
      expect(acknowledged.size).toBeGreaterThan(20)
      // The mount is in the member's own name space, which is seen through its process.
      const inside = (at: number) => join('/proc', String(members[at]!.pid), 'root', configs[at]!.dataDir)
      for (const at of which) fill(inside(at))
      const [victim] = which.map(at => members[at]!) as [MemberProcess]
      const refusal = await until(async () => {
        const call = await write(victim)
        // What was on its way may be of unknown outcome.
        return call.refused ? call : undefined
      })
      expect(refusal.reason).toContain('etcdserver: mvcc: database space exceeded')
      // Who is full may lack what the others have taken since, and then says so instead of showing what is old.
      for (const at of which) {
        const { kvs } = await members[at]!.range({ key: bytes('k1'), serializable: true })
        expect(kvs[0] && text(kvs[0].value)).toBe(acknowledged.get('k1'))
      }
      const newest = [...acknowledged.keys()].at(-1)!
      const reads = members.map(member => member.range({ key: bytes(newest) }).catch((error: Error) => error))
      const answers = (await Promise.all(reads)).filter((answer): answer is RangeResponse => !(answer instanceof Error))
      expect(answers.length).toBeGreaterThan(0)
      for (const { kvs } of answers) expect(kvs[0] && text(kvs[0].value)).toBe(acknowledged.get(newest))
      expect((await victim.askStatus()).problem).toContain('the disk is full')
      if (which.length === 1) await until(async () => (await write(members[1]!)).answer)

      for (const at of which) rmSync(join(inside(at), 'ballast'))
      for (const member of members) await until(async () => (await write(member)).answer)
      for (const member of members)
        for (const [key, value] of acknowledged) {
          const { kvs } = await member.range({ key: bytes(key) })
          expect([key, kvs[0] && text(kvs[0].value)]).toEqual([key, value])
        }
      expect(history.surprises).toEqual([])
    },
  )
})

/** Fills the file system of `folder` but for at most two blocks of 64 KiB; whoever else writes there may take the last of them. */
function fill(folder: string): void {
  const block = Buffer.alloc(64 * 1024)
  for (;;) {
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < 2 * block.length) return
    try {
      appendFileSync(join(folder, 'ballast'), block)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
}

async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 40_000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > end) throw new Error('not within 40 s')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
