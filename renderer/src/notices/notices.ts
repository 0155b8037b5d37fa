import type { Event } from '../../../engine/api/types.ts'
import type { LabStatus, MachineStatus } from '../../../engine/lab/contract.ts'
import { lastSeen, timesSeen } from '../events/events.ts'
import { raftRole } from '../lab/machine-state.ts'
import type { Tone } from '../ui/tone.ts'

/** Something that happened and that the user may want to know, wherever he is. */
export interface Notice {
  /** What it is about; a later notice of the same replaces it. */
  id: string
  tone: Tone
  /** What happened: a machine's fate, who leads, the quorum, or what a component warns of. */
  about:
    | { kind: 'machine'; name: string; state: MachineStatus['state']; reason?: string }
    | { kind: 'leader'; name: string; term: number }
    | { kind: 'quorum'; has: boolean }
    | { kind: 'warning'; object: string; reason: string; message: string; times: number }
  /** Milliseconds since the epoch. */
  at: number
  address: string
}

const MOST = 100

/** What is worth a notice in the difference of two statuses of a lab. Nothing of what the lab does while it starts or stops. */
export function noticesOfStatus(before: LabStatus | undefined, now: LabStatus, at: number): Notice[] {
  if (!before || before.state === 'starting' || now.state === 'starting' || now.state === 'stopping') return []
  const notices: Notice[] = []
  const machineBefore = new Map(before.machines.map(m => [m.name, m]))
  for (const { name, state, reason } of now.machines) {
    const old = machineBefore.get(name)?.state
    if (old === state || (state !== 'dead' && state !== 'silent' && !(state === 'running' && old !== undefined)))
      continue
    const tone = state === 'dead' ? 'bad' : state === 'silent' ? 'warn' : 'ok'
    const address = `/map?select=${encodeURIComponent(`machine/${name}`)}`
    notices.push({ id: `machine/${name}`, tone, about: { kind: 'machine', name, state, reason }, at, address })
  }
  const [hadQuorum, hasQuorum] = [quorumOf(before), quorumOf(now)]
  if (hadQuorum !== hasQuorum)
    notices.push({
      ...{ id: 'quorum', tone: hasQuorum ? 'ok' : 'bad', at, address: '/machines' },
      about: { kind: 'quorum', has: hasQuorum },
    })
  const leader = leaderOf(now)
  const oldLeader = leaderOf(before)
  if (leader && leader.name !== oldLeader?.name) {
    const about = { kind: 'leader' as const, name: leader.name, term: leader.store!.term }
    const address = `/map?select=${encodeURIComponent(`machine/${leader.name}`)}`
    // The same leader again after a moment without one is no news.
    if (leader.store!.term !== oldLeader?.store?.term) notices.push({ id: 'leader', tone: 'info', about, at, address })
  }
  return notices
}

/** Warnings since a time, one for each object and reason. */
export function noticesOfEvents(events: Iterable<Event>, since: number): Notice[] {
  const found = new Map<string, Notice>()
  for (const event of events) {
    const at = lastSeen(event)
    if (event.type !== 'Warning' || at < since) continue
    const { kind = '', namespace, name = '', uid = name } = event.involvedObject ?? {}
    const id = `warning/${uid}/${event.reason}`
    const times = timesSeen(event) + (found.get(id)?.about.kind === 'warning' ? 1 : 0)
    const query = new URLSearchParams({ q: name, ...(namespace ? { ns: namespace } : {}) })
    found.set(id, {
      ...{ id, tone: 'warn', at, address: `/events?${query}` },
      about: {
        ...{
          kind: 'warning',
          object: `${kind} ${name}`,
          reason: event.reason ?? '',
          message: event.message ?? '',
          times,
        },
      },
    })
  }
  return [...found.values()]
}

/** All together, the newest first, each thing once. */
export function mergeNotices(...lists: readonly (readonly Notice[])[]): Notice[] {
  const newest = new Map<string, Notice>()
  for (const notice of lists.flat()) {
    const known = newest.get(notice.id)
    if (!known || known.at <= notice.at) newest.set(notice.id, notice)
  }
  return [...newest.values()].sort((a, b) => b.at - a.at).slice(0, MOST)
}

function quorumOf({ machines }: LabStatus): boolean {
  const masters = machines.filter(m => m.role === 'control-plane')
  return masters.filter(m => m.state === 'running').length * 2 > masters.length
}

function leaderOf({ machines }: LabStatus): MachineStatus | undefined {
  return machines.find(m => raftRole(m) === 'leader')
}
