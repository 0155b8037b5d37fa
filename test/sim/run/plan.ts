import { intBelow, seededRandom } from '../../../engine/base/random.ts'
import type { Random } from '../../../engine/base/random.ts'

/** All that happens to a world, made from a seed before it begins, so that any part of it can be left out. */
export interface Plan {
  seed: number
  members: number
  /** Milliseconds of faults; after them all is mended and must recover. */
  duration: number
  faults: Fault[]
  acts: ClientAct[]
}

/** Where who is there is not known yet, members are numbered from 0 to this, all round: a multiple of any number of members. */
const ROUND = 60

/** What hits the world. Each mends itself after `ms` or `downMs`. */
export type Fault = { at: number } &
  /** `after`: between which two statements the process dies; absent: between two turns. */
  (
    | { kind: 'crash'; members: number[]; downMs: number; after?: number }
    | { kind: 'freeze'; member: number; ms: number }
    | { kind: 'jump'; member: number; ms: number }
    | { kind: 'partition'; cut: [number, number][]; ms: number }
    | { kind: 'loss'; rate: number; ms: number }
    | { kind: 'repeat'; rate: number; ms: number }
    | { kind: 'delay'; maxMs: number; ms: number }
    | { kind: 'reset'; member: number; other: number }
    | { kind: 'slowDisk'; member: number; delayMs: number; ms: number }
    | { kind: 'fullDisk'; member: number; ms: number }
    | { kind: 'diskError'; member: number; after: number; downMs: number }
    | { kind: 'wipe'; member: number; downMs: number }
    | { kind: 'flipEntry' | 'flipValue' | 'tearPage'; member: number; downMs: number }
    | { kind: 'transfer'; to: number }
    | MembershipChange
    | SceneOfMany
  )

/** `member`: who is asked for it. */
type MembershipChange =
  | { kind: 'addMember'; member: number; learner: boolean }
  | { kind: 'promote' }
  | { kind: 'removeMember'; member: number; victim: number; leader: boolean }
  /** `out` voters go and `into` come at once; with `demote` one of those who go stays as a learner. */
  | { kind: 'swapMembers'; out: number; into: number; demote: boolean; leaderToo: boolean }

/** What takes more than one to go wrong: see `Scenes`. */
type SceneOfMany =
  | { kind: 'ambush'; how: 'cut' | 'freeze' | 'kill'; ms: number; key: number }
  | { kind: 'forget'; ms: number; downMs?: number }
  /** `lead`: so long before the old leader goes on, or dies, it is asked. */
  | { kind: 'oldKeeper'; how: 'freeze' | 'kill'; ms: number; ttl: number; lead: number }
  /** `offsets`: so much before or after their end the leases are kept alive. */
  | { kind: 'lastMoment'; ttl: number; offsets: number[] }
  | { kind: 'splitChange'; ms: number; killAfter?: number }

export type Scene = { at: number } & SceneOfMany

/** What a client does. What it needs to know of earlier answers it looks up when it acts. */
export type ClientAct = { at: number; member: number } & (
  | { kind: 'put' | 'get' | 'delete' | 'swap' | 'swapValue'; key: number; lease?: number }
  | { kind: 'list' | 'listStale' | 'listOld' | 'readRevision' | 'compact' }
  | { kind: 'getStale'; key: number }
  | { kind: 'several'; keys: number[] }
  | { kind: 'deleteAll' }
  | { kind: 'grant'; slot: number; ttl: number }
  | { kind: 'keepAlive' | 'revoke'; slot: number }
  | { kind: 'watch'; key: number | undefined; from: 'now' | 'first' | 'future'; previous: boolean }
)

export const KEYS = ['a', 'b', 'c', 'd', 'e']

const FAULTS: { kind: Fault['kind']; weight: number }[] = [
  { kind: 'crash', weight: 6 },
  { kind: 'freeze', weight: 4 },
  { kind: 'jump', weight: 1 },
  { kind: 'partition', weight: 6 },
  { kind: 'loss', weight: 2 },
  { kind: 'repeat', weight: 2 },
  { kind: 'delay', weight: 2 },
  { kind: 'reset', weight: 3 },
  { kind: 'slowDisk', weight: 2 },
  { kind: 'fullDisk', weight: 1 },
  { kind: 'diskError', weight: 1 },
  { kind: 'wipe', weight: 1 },
  { kind: 'flipEntry', weight: 1 },
  { kind: 'flipValue', weight: 1 },
  { kind: 'tearPage', weight: 1 },
  { kind: 'transfer', weight: 2 },
]

/** `without`: kinds of trouble that this world is spared. */
export function makePlan(seed: number, members: number, without: readonly string[] = []): Plan {
  const random = seededRandom(seed * 2 + 1)
  const duration = 5000 + intBelow(random, 4000)
  // Each world knows only some kinds of trouble: rare meetings of two become likely in some of them.
  // Some know none at all, but one scene, again and again: what is hidden elsewhere by other trouble shows there.
  const calm = random.next() < 0.2
  const kinds = calm ? [] : FAULTS.filter(() => random.next() < 0.45)
  const faults: Fault[] = []
  if (kinds.length > 0)
    for (let at = 300 + intBelow(random, 500); at < duration; at += 50 + intBelow(random, 900))
      faults.push(...fault(random, pickKind(random, kinds), at, members))
  faults.push(...scenes(random, duration, calm))
  if (!calm && random.next() < 0.4) faults.push(...changes(random, duration, members, kinds))
  const acts: ClientAct[] = []
  for (let i = 0; i < 3; i++) acts.push(watch(random, intBelow(random, 600)))
  const compacts = random.next() < 0.5
  const pace = 40 + intBelow(random, 80)
  for (let at = 100; at < duration; at += intBelow(random, 2 * pace)) {
    acts.push(act(random, at, compacts))
    // Some at once: what is concurrent can be in more than one order.
    while (random.next() < 0.35) acts.push(act(random, at + intBelow(random, 4), compacts))
  }
  for (const { at, kind } of faults)
    if (['partition', 'freeze', 'crash', 'transfer'].includes(kind) && random.next() < 0.4)
      acts.push(...burst(random, at + intBelow(random, 500)))
  const spared = ({ kind }: Fault) => without.includes(kind) || (without.includes('membership') && CHANGES.has(kind))
  return { seed, members, duration, faults: faults.filter(fault => !spared(fault)), acts }
}

const CHANGES = new Set<Fault['kind']>(['addMember', 'promote', 'removeMember', 'swapMembers', 'splitChange'])

/** Each scene is played in some worlds, whatever else happens there. */
function scenes(random: Random, duration: number, calm: boolean): Fault[] {
  const below = (n: number) => intBelow(random, n)
  const found: Fault[] = []
  let kind = 0
  const only = below(6)
  const some = (chance: number, most: number, make: (at: number) => Fault) => {
    const wanted = calm ? kind++ === only : random.next() < chance
    if (!wanted) return
    for (let i = 1 + below(calm ? 3 : most); i > 0; i--) found.push(make(600 + below(duration - 600)))
  }
  const hows = ['cut', 'freeze', 'kill'] as const
  some(0.3, 3, at => ({ at, kind: 'ambush', how: hows[below(3)]!, ms: 300 + below(900), key: below(KEYS.length) }))
  some(0.3, 2, at => ({ at, kind: 'forget', ms: 700 + below(1200), downMs: below(2) ? 5 + below(60) : undefined }))
  some(0.2, 2, at => {
    const how = hows[1 + below(2)] as 'freeze' | 'kill'
    return { at, kind: 'oldKeeper', how, ms: 700 + below(900), ttl: 2 + below(2), lead: 10 + below(120) }
  })
  const offsets = () => Array.from({ length: 4 }, () => below(110) - 90)
  some(0.2, 2, at => ({ at, kind: 'lastMoment', ttl: 1, offsets: offsets() }))
  some(0.2, 1, at => ({ at, kind: 'flipEntry', member: below(ROUND), downMs: 20 + below(500) }))
  some(0.2, 1, at => ({
    at,
    kind: 'splitChange',
    ms: 500 + below(800),
    ...(random.next() < 0.5 ? { killAfter: 100 + below(200) } : {}),
  }))
  return found
}

/** Members come and go, often just when something else happens. */
function changes(random: Random, duration: number, members: number, kinds: typeof FAULTS): Fault[] {
  const below = (n: number) => intBelow(random, n)
  const found: Fault[] = []
  for (let at = 500 + below(1500); at < duration - 500; at += 200 + below(1600)) {
    const dice = random.next()
    const member = below(ROUND)
    if (dice < 0.35) {
      found.push({ at, kind: 'addMember', member, learner: dice < 0.25 })
      // Sometimes before it is ready.
      for (let later = at + below(400), i = 0; i < 3; i++, later += 100 + below(500))
        found.push({ at: later, kind: 'promote' })
    } else if (dice < 0.6)
      found.push({ at, kind: 'removeMember', member, victim: below(ROUND), leader: random.next() < 0.4 })
    else {
      const into = below(3)
      const out = into === 0 ? 2 : below(3)
      found.push({ at, kind: 'swapMembers', out, into, demote: random.next() < 0.3, leaderToo: random.next() < 0.4 })
    }
    if (kinds.length > 0 && random.next() < 0.5)
      found.push(...fault(random, pickKind(random, kinds), at + below(250), members))
  }
  return found
}

function pickKind(random: Random, kinds: { kind: Fault['kind']; weight: number }[]): Fault['kind'] {
  let dice = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0)
  return (kinds.find(({ weight }) => (dice -= weight) < 0) ?? kinds[0]!).kind
}

function fault(random: Random, kind: Fault['kind'], at: number, members: number): Fault[] {
  const below = (n: number) => intBelow(random, n)
  const member = below(ROUND)
  const downMs = 20 + below(1500)
  switch (kind) {
    case 'crash': {
      const many = random.next() < 0.15
      const hit = many ? Array.from({ length: members }, (_, i) => i).filter(() => random.next() < 0.7) : [member]
      return [{ at, kind, members: hit, downMs, ...(random.next() < 0.7 ? { after: below(60) } : {}) }]
    }
    case 'freeze':
      return [{ at, kind, member, ms: 50 + below(random.next() < 0.3 ? 3000 : 600) }]
    case 'jump':
      return [{ at, kind, member, ms: below(20_000) - 10_000 }]
    case 'partition':
      return [{ at, kind, cut: cut(random, members), ms: 100 + below(2500) }]
    case 'loss':
      return [{ at, kind, rate: random.next() * 0.3, ms: 200 + below(2000) }]
    case 'repeat':
      return [{ at, kind, rate: random.next() * 0.3, ms: 200 + below(2000) }]
    case 'delay':
      return [{ at, kind, maxMs: 10 + below(150), ms: 200 + below(1500) }]
    case 'reset': {
      const other = below(members - 1)
      return Array.from({ length: 1 + below(3) }, (_, i) => ({ at: at + i * below(60), kind, member, other }))
    }
    case 'slowDisk':
      return [{ at, kind, member, delayMs: 5 + below(random.next() < 0.2 ? 400 : 60), ms: 200 + below(1500) }]
    case 'fullDisk':
      return [{ at, kind, member, ms: 100 + below(2500) }]
    case 'diskError':
      return [{ at, kind, member, after: below(40), downMs }]
    case 'wipe':
    case 'flipEntry':
    case 'flipValue':
    case 'tearPage':
      return [{ at, kind, member, downMs }]
    case 'transfer':
      return [{ at, kind, to: member }]
    default:
      throw new Error(`${kind} is no fault of its own`)
  }
}

/** Two groups, of which one may still hear the other; or one member that hears or is heard by nobody. */
function cut(random: Random, members: number): [number, number][] {
  const group = new Set<number>()
  for (let i = 0; i < members; i++) if (random.next() < 0.5) group.add(i)
  if (group.size === 0 || group.size === members) {
    group.clear()
    group.add(intBelow(random, members))
  }
  const oneWay = random.next() < 0.3
  const pairs: [number, number][] = []
  for (let a = 0; a < members; a++)
    for (let b = 0; b < members; b++) if (group.has(a) !== group.has(b) && (!oneWay || group.has(a))) pairs.push([a, b])
  return pairs
}

/** Writes here and reads there in quick succession: whoever leads no more, or not yet, has much to be wrong about. */
function burst(random: Random, from: number): ClientAct[] {
  const key = intBelow(random, KEYS.length)
  return Array.from({ length: 3 + intBelow(random, 5) }, (_, i) => {
    const at = from + i * (5 + intBelow(random, 60))
    const put: ClientAct = { at, member: intBelow(random, ROUND), kind: 'put', key }
    const get: ClientAct = { at: at + intBelow(random, 40), member: intBelow(random, ROUND), kind: 'get', key }
    return [put, get]
  }).flat()
}

function watch(random: Random, at: number): ClientAct {
  const from = (['now', 'first', 'first', 'future'] as const)[intBelow(random, 4)]!
  const key = random.next() < 0.6 ? undefined : intBelow(random, KEYS.length)
  return { at, member: intBelow(random, ROUND), kind: 'watch', key, from, previous: random.next() < 0.6 }
}

function act(random: Random, at: number, compacts: boolean): ClientAct {
  const member = intBelow(random, ROUND)
  const key = intBelow(random, KEYS.length)
  const slot = intBelow(random, 3)
  const dice = random.next() * 100
  if (dice < 24) return { at, member, kind: 'put', key }
  if (dice < 30) return { at, member, kind: 'put', key, lease: slot }
  if (dice < 36) return { at, member, kind: 'delete', key }
  if (dice < 46) return { at, member, kind: 'swap', key }
  if (dice < 50) return { at, member, kind: 'swapValue', key }
  if (dice < 55) return { at, member, kind: 'several', keys: KEYS.map((_, i) => i).filter(() => random.next() < 0.5) }
  if (dice < 56) return { at, member, kind: 'deleteAll' }
  if (dice < 68) return { at, member, kind: 'get', key }
  if (dice < 76) return { at, member, kind: 'list' }
  if (dice < 80) return { at, member, kind: 'listStale' }
  if (dice < 82) return { at, member, kind: 'getStale', key }
  if (dice < 85) return { at, member, kind: 'listOld' }
  if (dice < 87) return { at, member, kind: 'readRevision' }
  if (dice < 89) return compacts ? { at, member, kind: 'compact' } : { at, member, kind: 'list' }
  if (dice < 92) return { at, member, kind: 'grant', slot, ttl: 1 + intBelow(random, 3) }
  if (dice < 97) return { at, member, kind: 'keepAlive', slot }
  if (dice < 98) return { at, member, kind: 'revoke', slot }
  return watch(random, at)
}
