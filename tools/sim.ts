/**
 * The deterministic simulation of the store, for long runs and for replays:
 *
 *     node tools/sim.ts --seed 42 --members 3         replays one seed; what fails is shrunk and told step by step
 *     node tools/sim.ts --seeds 1000 [--first 1]      many seeds
 *     node tools/sim.ts --minutes 30                  as many seeds as fit
 *     node tools/sim.ts --bugs --seeds 100            how often each planted bug is found
 *     node tools/sim.ts --seeds 100 --without fullDisk,wipe       kinds of faults; also `membership`, all changes of the members
 *     node tools/sim.ts --bug vote-forgotten --seeds 100
 */
import { parseArgs } from 'node:util'
import { BUGS } from '../test/sim/run/bugs.ts'
import { loadProduct, loadWithBug } from '../test/sim/run/load.ts'
import { makePlan } from '../test/sim/run/plan.ts'
import type { Plan } from '../test/sim/run/plan.ts'
import { runPlan, runSeed } from '../test/sim/run/run.ts'
import type { Outcome } from '../test/sim/run/run.ts'
import { shrink } from '../test/sim/run/shrink.ts'
import type { Engine } from '../test/sim/run/fleet.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    first: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    members: { type: 'string' },
    without: { type: 'string', default: '' },
    bug: { type: 'string' },
    bugs: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
})

const without = values.without.split(',')

/** Odd seeds have three members and even ones five, unless told otherwise. */
function membersOf(seed: number): number {
  return values.members ? Number(values.members) : seed % 2 === 1 ? 3 : 5
}

interface Tally {
  seeds: number
  failures: { seed: number; outcome: Outcome }[]
  /** Seeds in which the search for an order was given up. */
  undecided: number[]
  seconds: number
}

async function runMany(engine: Engine, first: number, seeds: number, seconds: number, stop: boolean): Promise<Tally> {
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  const failures: Tally['failures'] = []
  let n = 0
  const undecided: number[] = []
  for (; n < seeds && elapsed() < seconds; n++) {
    const seed = first + n
    const outcome = await runSeed(seed, membersOf(seed), engine, without)
    if (outcome.undecided) undecided.push(seed)
    if (!outcome.failure) continue
    failures.push({ seed, outcome })
    if (stop) return { seeds: n + 1, failures, undecided, seconds: elapsed() }
  }
  return { seeds: n, failures, undecided, seconds: elapsed() }
}

async function explain(seed: number, engine: Engine): Promise<boolean> {
  const plan = makePlan(seed, membersOf(seed), without)
  const outcome = await runPlan(plan, engine)
  if (!outcome.failure) {
    console.log(
      `seed ${seed} with ${plan.members} members: ${outcome.answered} of ${outcome.calls} calls answered, sound`,
    )
    return true
  }
  console.log(`seed ${seed} with ${plan.members} members fails: ${outcome.failure.message}`)
  const fails = async (candidate: Plan) => (await runPlan(candidate, engine)).promise === outcome.promise
  const small = await shrink(plan, fails)
  const told = await runPlan(small, engine, true)
  console.log(
    `\n${small.faults.length} of ${plan.faults.length} faults and ${small.acts.length} of ${plan.acts.length} acts are enough:\n`,
  )
  console.log(told.trace.join('\n'))
  console.log(`\n${told.failure?.stack ?? told.failure}`)
  return false
}

async function main(): Promise<boolean> {
  const first = Number(values.first)
  const seconds = values.minutes ? Number(values.minutes) * 60 : Infinity
  const seeds = values.seeds ? Number(values.seeds) : values.minutes ? Infinity : 100
  if (values.bugs) {
    let found = 0
    // What fails without any bug proves nothing.
    const sound = await runMany(await loadProduct(), first, seeds, seconds, false)
    const failing = new Set(sound.failures.map(f => f.seed))
    console.log(`without a bug ${failing.size} of ${sound.seeds} seeds fail`)
    for (const bug of BUGS) {
      let engine: Engine
      try {
        engine = await loadWithBug(bug)
      } catch (error) {
        console.log(String(error))
        continue
      }
      const tally = await runMany(engine, first, seeds, seconds, false)
      const failures = tally.failures.filter(f => !failing.has(f.seed))
      if (failures.length > 0) found++
      const promises = [...new Set(failures.map(f => f.outcome.promise))].join(', ')
      console.log(
        `${bug.name.padEnd(28)} found by ${failures.length} of ${tally.seeds} seeds${promises && ` as ${promises}`}`,
      )
    }
    console.log(`${found} of ${BUGS.length} planted bugs are found`)
    return found === BUGS.length
  }
  const bug = values.bug === undefined ? undefined : BUGS.find(b => b.name === values.bug)
  if (values.bug !== undefined && !bug)
    throw new Error(`no bug ${values.bug}; there are ${BUGS.map(b => b.name).join(', ')}`)
  const engine = bug ? await loadWithBug(bug) : await loadProduct()
  if (values.seed !== undefined) return explain(Number(values.seed), engine)
  const tally = await runMany(engine, first, seeds, seconds, !values['keep-going'])
  console.log(
    `${tally.seeds} seeds in ${tally.seconds.toFixed(1)} s: ${(tally.seeds / tally.seconds).toFixed(1)} a second, ` +
      `${tally.undecided.length} undecided${tally.undecided.length > 0 ? ` (${tally.undecided.join()})` : ''}`,
  )
  for (const { seed, outcome } of tally.failures)
    console.log(
      `seed ${seed} fails: ${outcome.failure!.message.split('\n')[0]}\n  replay: node tools/sim.ts --seed ${seed} --members ${membersOf(seed)}${values.without && ` --without ${values.without}`}${bug ? ` --bug ${bug.name}` : ''}`,
    )
  return tally.failures.length === 0
}

process.exitCode = (await main()) ? 0 : 1
