import { afterEach, describe, expect, it } from 'vitest'
import { rmSync } from 'node:fs'
import { systemClock } from '../../engine/base/clock.ts'
import { silentLogger } from '../../engine/base/log.ts'
import { systemRandom } from '../../engine/base/random.ts'
import { fileDisk } from '../../engine/store/disk.ts'
import { UnknownOutcomeError } from '../../engine/store/kv.ts'
import type { StoreMemberConfig } from '../../engine/store/config.ts'
import { StoreMember } from '../../engine/store/member.ts'
import { TlsTransport } from '../../engine/store/peer/tls.ts'
import { configureCluster, get, putAtLast, temporaryFolder } from './cluster.ts'
import { until } from '../until.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

interface Running {
  config: StoreMemberConfig
  member: StoreMember
}

async function start(config: StoreMemberConfig): Promise<Running> {
  const transport = new TlsTransport({
    ...config,
    peers: config.members,
    clock: systemClock,
    log: silentLogger,
  })
  const member = new StoreMember({
    config: { tuning: { tickMs: 30, electionTicks: 10, heartbeatTicks: 2 }, ...config },
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
    disk: fileDisk(`${config.dataDir}/store.db`),
    transport,
  })
  cleanups.push(() => member.stop())
  await member.start()
  return { config, member }
}

/** Configurations of `first`, who make a cluster, and of others who may join it. */
async function configure(first: string[], later: string[]) {
  const folder = temporaryFolder()
  cleanups.push(() => folder.remove())
  const all = await configureCluster([...first, ...later], folder.path)
  const members = all[0]!.members.filter(m => first.includes(m.name))
  return all.map((config): StoreMemberConfig =>
    first.includes(config.name) ? { ...config, members } : { ...config, state: 'joining' },
  )
}

async function leaderOf(running: Running[]): Promise<Running> {
  for (;;) {
    for (const candidate of running) if ((await candidate.member.status()).role === 'leader') return candidate
    await new Promise(done => setTimeout(done, 10))
  }
}

const urlOf = (config: StoreMemberConfig) => `https://${config.name}:${config.listen.port}`
const names = async (member: StoreMember) => (await member.members()).map(m => m.name).sort()

describe('the members of a cluster', () => {
  it('grow from one to three: each joins as a learner, catches up, and gets a vote', async () => {
    const [one, two, three] = await configure(['a'], ['b', 'c'])
    const a = await start(one!)
    await until(async () => (await a.member.status()).role === 'leader')
    await putAtLast(a.member, 'before', '1')
    // Any voter can be asked to promote: it asks the leader how far the learner is.
    let promoter = a.member
    for (const config of [two!, three!]) {
      const { id, name, isLearner } = await a.member.memberAdd([urlOf(config)], true)
      expect({ name, isLearner }).toEqual({ name: config.name, isLearner: true })
      await expect(a.member.memberAdd(['https://another:1'], true)).rejects.toThrow('too many learner members')
      await expect(a.member.memberAdd([urlOf(config)], false)).rejects.toThrow('Peer URLs already exists')
      const { member } = await start(config)
      await until(async () => (await member.status()).revision === 2)
      expect((await member.status()).role).toBe('learner')
      await until(() =>
        promoter.memberPromote(id).then(
          () => true,
          (error: Error) => {
            // The leader hears a moment later how far it is.
            expect(error.message).toMatch(/in sync with leader/)
            return false
          },
        ),
      )
      await expect(a.member.memberPromote(id)).rejects.toThrow('can only promote a learner member')
      promoter = member
      expect(await get(member, 'before')).toBe('1')
    }
    expect(await names(a.member)).toEqual(['a', 'b', 'c'])
    expect((await a.member.members()).filter(m => m.isLearner)).toEqual([])
  })

  it('take one in that has a vote at once, and whose log begins before it was added', async () => {
    const [one, two] = await configure(['a'], ['b'])
    const a = await start(one!)
    await until(async () => (await a.member.status()).role === 'leader')
    await putAtLast(a.member, 'before', '1')
    // Without the newcomer there is no majority: the snapshot that it begins with cannot know of it.
    const added = a.member.memberAdd([urlOf(two!)], false)
    const b = await start(two!)
    expect(await added).toMatchObject({ name: 'b', isLearner: false })
    expect(await get(b.member, 'before')).toBe('1')
    expect((await b.member.status()).problem).toBeUndefined()
    await b.member.stop()
    const again = await start(two!)
    expect(await get(again.member, 'before')).toBe('1')
  })

  it('take back one that was away while all the others were replaced', async () => {
    const configs = await configure(['a', 'b', 'c'], ['d', 'e'])
    const running = await Promise.all(configs.slice(0, 3).map(start))
    await leaderOf(running)
    const [away, ...old] = running.reverse()
    await away!.member.stop()
    const fresh: Running[] = []
    for (const [i, config] of configs.slice(3).entries()) {
      const { id } = await old[0]!.member.memberAdd([urlOf(config)], true)
      fresh.push(await start(config))
      await until(() =>
        old[0]!.member.memberPromote(id).then(
          () => true,
          () => false,
        ),
      )
      const gone = old[1 - i]!
      const { id: victim } = (await fresh[i]!.member.members()).find(m => m.name === gone.config.name)!
      await fresh[i]!.member.memberRemove(victim)
      await gone.member.stop()
    }
    await leaderOf(fresh)
    await putAtLast(fresh[0]!.member, 'meanwhile', '1')
    // It knows nobody but those who are gone.
    const { member } = await start(away!.config)
    await until(async () => (await member.status()).leader !== undefined)
    expect(await get(member, 'meanwhile')).toBe('1')
    expect(await names(member)).toEqual(['c', 'd', 'e'])
  })

  it('go on without a leader that removes itself, which stops and says why', async () => {
    const configs = await configure(['a', 'b', 'c'], [])
    const running = await Promise.all(configs.map(start))
    const leader = await leaderOf(running)
    const rest = running.filter(r => r !== leader)
    await putAtLast(leader.member, 'kept', 'yes')
    const own = (await leader.member.members()).find(m => m.name === leader.config.name)!
    await leader.member.memberRemove(own.id).catch((error: unknown) => {
      // It may be gone before it can say that it is.
      expect(error).toBeInstanceOf(UnknownOutcomeError)
    })
    await leaderOf(rest)
    expect(await get(rest[0]!.member, 'kept')).toBe('yes')
    expect(await names(rest[0]!.member)).toEqual(rest.map(r => r.config.name).sort())
    await until(async () => (await leader.member.status()).problem?.includes('permanently removed') ?? false)
    // It stays out when it is started again.
    await leader.member.stop()
    const again = await start(leader.config)
    expect((await again.member.status()).problem).toMatch(/permanently removed/)
    await putAtLast(rest[0]!.member, 'later', '1')
    // With an empty folder it is a new one, even under its name.
    await again.member.stop()
    rmSync(leader.config.dataDir, { recursive: true })
    const { id } = await rest[0]!.member.memberAdd([urlOf(leader.config)], true)
    const fresh = await start({ ...leader.config, state: 'joining' })
    await until(() =>
      rest[0]!.member.memberPromote(id).then(
        () => true,
        () => false,
      ),
    )
    expect(await get(fresh.member, 'later')).toBe('1')
    expect(await names(fresh.member)).toEqual(['a', 'b', 'c'])
  })

  it('keep what they know over restarts, and take a member whose folder was emptied back', async () => {
    const [one, two, three] = await configure(['a', 'b'], ['c'])
    const running = [await start(one!), await start(two!)]
    const leader = await leaderOf(running)
    await leader.member.memberAdd([urlOf(three!)], false)
    running.push(await start(three!))
    await putAtLast(leader.member, 'x', '1')
    for (const { member } of running) await member.stop()
    // The file it was made with does not name the third: the log does.
    const again = await Promise.all([start(one!), start(two!), start(three!)])
    expect(await names((await leaderOf(again)).member)).toEqual(['a', 'b', 'c'])
    await again[2]!.member.stop()
    rmSync(three!.dataDir, { recursive: true })
    const emptied = await start({ ...three!, state: 'existing' })
    await until(async () => (await emptied.member.status()).revision === 2)
    expect(await get(emptied.member, 'x')).toBe('1')
  })

  it('cannot be removed to the last voter, and are not known by an address alone', async () => {
    const [one] = await configure(['a'], [])
    const { member } = await start(one!)
    await until(async () => (await member.status()).role === 'leader')
    const [only] = await member.members()
    await expect(member.memberRemove(only!.id)).rejects.toThrow('not enough started members')
    await expect(member.memberRemove(7n)).rejects.toThrow('member not found')
    await expect(member.memberAdd(['https://127.0.0.1:2380'], false)).rejects.toThrow('say https://NAME:2380')
    await expect(member.memberAdd(['ftp://b:1'], false)).rejects.toThrow('given member URLs are invalid')
  })
})
