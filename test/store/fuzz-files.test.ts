import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { intBelow, seededRandom } from '../../engine/base/random.ts'
import type { Random } from '../../engine/base/random.ts'
import { fileDisk } from '../../engine/store/disk.ts'
import { ALL_KEYS } from '../../engine/store/kv.ts'
import type { KeyValue, WatchEvent } from '../../engine/store/kv.ts'
import { StoreMember } from '../../engine/store/member.ts'
import { temporaryFolder, bytes, text } from './cluster.ts'

/** `FUZZ_FILES=2000` is the full length. */
const FILES = Number(process.env.FUZZ_FILES ?? 60)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const KEYS = 60
/** For a member that is alone to lead, and to answer. */
const PATIENCE_MS = 10_000

const folder = temporaryFolder()
const whole = join(folder.path, 'whole')
let expected: string[]
afterAll(() => folder.remove())

function memberOn(dir: string): StoreMember {
  return new StoreMember({
    config: {
      clusterId: 'files',
      name: 'solo',
      dataDir: dir,
      listen: { host: '127.0.0.1', port: 0 },
      members: [{ name: 'solo', host: '127.0.0.1', port: 0 }],
      tls: { ca: '', cert: '', key: '' },
      tuning: { snapshotEntries: 40 },
    },
    clock: systemClock,
    random: seededRandom(3),
    log: silentLogger,
    transport: {
      start: async () => {},
      send: () => false,
      setPeers: () => {},
      dismiss: () => {},
      stop: async () => {},
    },
    disk: fileDisk(join(dir, 'store.db')),
  })
}

/** Writes a history whose first part is in the file and whose second part is only in the -wal beside it. */
beforeAll(async () => {
  const dir = join(folder.path, 'source')
  const random = seededRandom(SEED)
  for (const life of [1, 2]) {
    const member = memberOn(dir)
    await member.start()
    for (let i = 0; i < 150; i++) {
      const key = bytes(`key/${intBelow(random, KEYS)}`)
      const value = bytes(`${life}.${i} `.repeat(1 + intBelow(random, 200)))
      const remove = random.next() < 0.2
      const act = remove ? { type: 'delete' as const, key } : { type: 'put' as const, key, value }
      await member.txn({ compare: [], success: [act], failure: [] })
    }
    if (life === 1) {
      await member.compact(60, true)
      await member.stop()
      continue
    }
    expected = await everything(member)
    mkdirSync(whole)
    for (const suffix of ['', '-wal', '-mark'])
      if (existsSync(join(dir, `store.db${suffix}`)))
        cpSync(join(dir, `store.db${suffix}`), join(whole, `store.db${suffix}`))
    await member.stop()
  }
  expect(statSync(join(whole, 'store.db-wal')).size).toBeGreaterThan(100_000)
  rmSync(dir, { recursive: true })
})

/** All that can be read: what is there now, at each earlier revision, and every event. */
async function everything(member: StoreMember): Promise<string[]> {
  const all = { key: new Uint8Array([0]), rangeEnd: ALL_KEYS }
  const { kvs, revision } = await member.range(all)
  const lines = [`now ${revision} ${kvs.map(line).join()}`]
  for (let at = 60; at <= revision; at += 23) {
    const then = await member.range({ ...all, revision: at })
    lines.push(`at ${at} ${then.kvs.map(line).join()}`)
  }
  const events = await new Promise<WatchEvent[]>((resolve, reject) => {
    const seen: WatchEvent[] = []
    const watch = member.watch(
      { ...all, startRevision: 61 },
      {
        onEvents: (more, last) => {
          seen.push(...more)
          if (last >= revision) finish(() => resolve(seen))
        },
        onProgress: () => {},
        onError: error => finish(() => reject(error)),
      },
    )
    const timer = setTimeout(() => finish(() => reject(new Error('the watch stands still'))), PATIENCE_MS)
    const finish = (end: () => void) => {
      clearTimeout(timer)
      watch.dispose()
      end()
    }
  })
  return [...lines, ...events.map(({ type, kv }) => `${type} ${line(kv)}`)]
}

function line({ key, value, createRevision, modRevision, version }: KeyValue): string {
  return `${text(key)}=${text(value)}@${createRevision}/${modRevision}/${version}`
}

/** Damages one of the files in some way; says how. */
function damage(dir: string, random: Random): string {
  const wal = random.next() < 0.5
  const path = join(dir, wal ? 'store.db-wal' : 'store.db')
  const content = readFileSync(path)
  const at = intBelow(random, content.length)
  const kind = intBelow(random, 4)
  const length = 1 + intBelow(random, Math.min(content.length - at, 4096))
  if (kind === 0) {
    writeFileSync(path, content.subarray(0, at))
    return `${wal ? '-wal' : 'file'} cut off at ${at} of ${content.length}`
  }
  if (kind === 1) content.fill(0, at, at + length)
  else if (kind === 2) for (let i = 0; i < length; i++) content[at + i] = intBelow(random, 256)
  else content[at]! ^= 1 << intBelow(random, 8)
  writeFileSync(path, content)
  return `${wal ? '-wal' : 'file'}: ${['', 'zeros', 'noise', 'a bit'][kind]} at ${at}, ${kind === 3 ? 1 : length} long`
}

it(`a member that opens one of ${FILES} damaged files serves what is right, or says what is wrong and the way out`, async () => {
  const random = seededRandom(SEED)
  const outcomes: Record<string, number> = {}
  const wrong: string[] = []
  for (let i = 0; i < FILES; i++) {
    const dir = join(folder.path, `damaged-${i}`)
    cpSync(whole, dir, { recursive: true })
    const how = damage(dir, random)
    const outcome = await open(dir)
    const where = how.startsWith('-wal') ? '-wal' : 'file'
    const kind = outcome.startsWith('wrong') ? 'wrong' : outcome
    outcomes[`${where}: ${kind}`] = (outcomes[`${where}: ${kind}`] ?? 0) + 1
    if (kind === 'wrong') wrong.push(`${how}: ${outcome}`.slice(0, 400))
    rmSync(dir, { recursive: true })
  }
  if (process.env.FUZZ_FILES) console.log(outcomes)
  expect({ wrong: wrong.length, some: wrong.slice(0, 12) }).toEqual({ wrong: 0, some: [] })
}, 1_800_000)

it('a member whose -wal is gone refuses; where the whole file was deleted, as advised, it begins anew', async () => {
  const dir = join(folder.path, 'reset')
  cpSync(whole, dir, { recursive: true })
  rmSync(join(dir, 'store.db-wal'))
  expect(await open(dir)).toBe('refused')
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `store.db${suffix}`), { force: true })
  const member = memberOn(dir)
  await member.start()
  expect((await member.status()).problem).toBe(undefined)
  expect((await member.range({ key: new Uint8Array([0]), rangeEnd: ALL_KEYS })).count).toBe(0)
  await member.stop()
  rmSync(dir, { recursive: true })
})

async function open(dir: string): Promise<string> {
  const member = memberOn(dir)
  try {
    await member.start()
    const end = performance.now() + PATIENCE_MS
    for (;;) {
      const { problem, role } = await member.status()
      if (problem !== undefined) return refusal(problem)
      if (role === 'leader') break
      if (performance.now() > end) return 'wrong: it neither leads nor says why'
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    const found = await everything(member)
    const at = found.findIndex((text, i) => text !== expected[i])
    if (found.length === expected.length && at === -1) return 'right'
    return `wrong: ${String(found[at]).slice(0, 60)}, not ${String(expected[at]).slice(0, 60)}`
  } catch (error) {
    const { problem } = await member.status()
    return problem === undefined ? `wrong: ${(error as Error).stack}` : refusal(problem)
  } finally {
    await member.stop()
  }
}

function refusal(problem: string): string {
  return /is damaged: .*reset its store \(delete /s.test(problem) ? 'refused' : `wrong: ${problem}`
}
