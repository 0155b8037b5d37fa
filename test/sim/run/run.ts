import { Violation } from '../check/violation.ts'
import { FIRST_KEY, LAST_KEY } from './clients.ts'
import type { Call } from './clients.ts'
import type { Request } from '../check/model.ts'
import { makePlan } from './plan.ts'
import type { Plan } from './plan.ts'
import type { Engine, SimulatedMember } from './fleet.ts'
import { Simulation } from './simulation.ts'
import { verify } from './verify.ts'
import type { Verdict } from './verify.ts'

export interface Outcome {
  failure: Error | undefined
  /** Name of the broken promise; `error` for what is none. */
  promise: string | undefined
  calls: number
  answered: number
  events: number
  elections: number
  /** How often other members were agreed on. */
  changes: number
  /** How often a member's hash could be compared with another's. */
  hashes: number
  steps: number
  /** No order was found in the time given for it, and none was excluded. */
  undecided: boolean
  trace: string[]
}

export function runSeed(
  seed: number,
  members: number,
  engine: Engine,
  without: readonly string[] = [],
): Promise<Outcome> {
  return runPlan(makePlan(seed, members, without), engine)
}

/** Carries out a plan and judges what came of it. Never throws: what fails is the outcome. */
export async function runPlan(plan: Plan, engine: Engine, tracing = false): Promise<Outcome> {
  const simulation = new Simulation(plan, engine, tracing)
  let failure: Error | undefined
  let verdict: Verdict | undefined
  try {
    await simulation.run()
    failure = simulation.failures[0]
    if (!failure) await finish(simulation)
    failure = simulation.failures[0]
    // A failure within ends the world early; what clients were told until then holds all the same.
    const names = new Set(simulation.belonging.map(member => member.host.name))
    if (!failure) verdict = verify(simulation.clients, member => names.has(member))
    await simulation.end()
    failure ??= simulation.failures[0]
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
  }
  const { calls } = simulation.clients
  return {
    failure,
    promise: failure && (failure instanceof Violation ? failure.promise : 'error'),
    calls: calls.length,
    answered: calls.filter(call => call.answer?.ok).length,
    events: simulation.scheduler.events,
    elections: simulation.raft.elections,
    changes: simulation.raft.changes,
    hashes: simulation.hashes.compared,
    steps: verdict?.steps ?? 0,
    undecided: verdict?.undecided ?? false,
    trace: simulation.trace,
  }
}

/**
 * After the faults: every member takes writes, all agree, every client was answered, leases without a keeper are gone; and
 * who does not belong to the cluster any more keeps out of it.
 */
async function finish(simulation: Simulation): Promise<void> {
  const { clients, belonging, fleet } = simulation
  const put = { type: 'txn' as const, compare: [], failure: [] }
  for (const [i, member] of belonging.entries())
    await insist(simulation, member, { ...put, success: [{ type: 'put', key: 'y', value: `last${i}` }] })
  // The longest lease, on the slowest clock, after an election.
  await simulation.pass(4500)
  const read = { type: 'range' as const, key: FIRST_KEY, end: LAST_KEY }
  const answered: Call[] = []
  for (const member of belonging) {
    answered.push(await insist(simulation, member, read))
    answered.push(await insist(simulation, member, { ...read, serializable: true }))
  }
  if (simulation.failures.length > 0) return
  const answers = new Set(answered.map(call => JSON.stringify(call.answer)))
  if (answers.size > 1) throw new Violation('converge', `members hold different states: ${[...answers].join(' and ')}`)
  const leased = /\/\d+\/\d+\/([1-9]\d*)/.exec(JSON.stringify([...answers][0]))
  if (leased) throw new Violation('leases expire', `lease ${leased[1]} lives though nobody keeps it alive`)
  await compareHashes(simulation)
  await checkStrangers(simulation)
  const lives = new Map(fleet.members.map(({ host }) => [host.name, host.life]))
  const waiting = clients.calls.find(call => !call.settled && lives.get(call.member) === call.life)
  if (waiting) throw new Violation('answers', `${waiting.member} never answered ${JSON.stringify(waiting.request)}`)
}

/** Who finds out, while it reads everything, that something is damaged, has to be refilled first. */
async function compareHashes(simulation: Simulation): Promise<void> {
  const told = new Set<SimulatedMember>()
  const missing = () => simulation.belonging.filter(member => !told.has(member))
  for (let attempt = 0; attempt < 5 && missing().length > 0 && simulation.failures.length === 0; attempt++) {
    for (const member of missing()) simulation.askHash(member, 0, () => void told.add(member))
    await simulation.pass(2000, () => missing().length === 0)
  }
  if (missing().length > 0 && simulation.failures.length === 0)
    throw new Violation(
      'live',
      `${missing()
        .map(m => m.host.name)
        .join()} cannot say what it holds though all is quiet`,
    )
}

/** Who was removed knows it and has stopped, or is silent: it leads nobody, and answers nothing that must be true. */
async function checkStrangers(simulation: Simulation): Promise<void> {
  for (const member of simulation.strangers) {
    const { host, store } = member
    if (store?.statusNow().role === 'leader') throw new Violation('removed members are silent', `${host.name} leads`)
    const call = simulation.clients.call(member, { type: 'readRevision' })
    await simulation.pass(4000, () => call.settled || !host.alive)
    if (call.answer?.ok) throw new Violation('removed members are silent', `${host.name} answers a read`)
  }
}

/**
 * Who is refused tries again, and so does who was told that the outcome is unknown: a member that has just come back, or was
 * just brought up to date, may say so. But all is quiet, so it must succeed soon.
 */
async function insist(simulation: Simulation, member: SimulatedMember, request: Request): Promise<Call> {
  for (let attempt = 0; ; attempt++) {
    // It may have found out that something is damaged.
    await simulation.pass(2000, () => member.host.alive)
    const call = simulation.clients.call(member, request)
    await simulation.pass(4000, () => call.settled)
    if (call.answer?.ok || simulation.failures.length > 0) return call
    if (attempt === 3 || !call.settled)
      throw new Violation('live', `${call.member} does not serve though all is quiet: ${JSON.stringify(call)}`)
    await simulation.pass(200)
  }
}
