import { describe, expect, it } from 'vitest'
import { BUGS } from './run/bugs.ts'
import { loadProduct, loadWithBug } from './run/load.ts'
import { makePlan } from './run/plan.ts'
import { runPlan, runSeed } from './run/run.ts'
import { shrink } from './run/shrink.ts'

const SEEDS = Number(process.env.SIM_SEEDS ?? 134)
const FIRST = Number(process.env.SIM_FIRST ?? 1)

describe.each([3, 5])('%i members in a hostile world', members => {
  it(`keep every promise, and recover when the world is kind again, whatever the seed`, async () => {
    const engine = await loadProduct()
    const seeds = members === 3 ? SEEDS : Math.ceil(SEEDS / 2)
    let answered = 0
    let undecided = 0
    let changes = 0
    let hashes = 0
    for (let seed = FIRST; seed < FIRST + seeds; seed++) {
      const outcome = await runSeed(seed, members, engine)
      if (outcome.failure) {
        const replay = `node tools/sim.ts --seed ${seed} --members ${members}`
        throw new Error(`seed ${seed} fails (replay: ${replay})`, { cause: outcome.failure })
      }
      answered += outcome.answered
      changes += outcome.changes
      hashes += outcome.hashes
      if (outcome.undecided) undecided++
    }
    expect(answered).toBeGreaterThan(seeds * 50)
    expect(changes).toBeGreaterThan(seeds / 2)
    expect(hashes).toBeGreaterThan(seeds * 10)
    expect(undecided).toBeLessThanOrEqual(1 + seeds / 100)
  }, 900_000)
})

it('a seed is a history: the same trace each time', async () => {
  const engine = await loadProduct()
  const [first, second] = [await runPlan(makePlan(5, 3), engine, true), await runPlan(makePlan(5, 3), engine, true)]
  expect(second.trace).toEqual(first.trace)
  expect(second.events).toBe(first.events)
})

it('every planted bug still has its place in the source', async () => {
  for (const bug of BUGS) expect(typeof (await loadWithBug(bug)).StoreMember, bug.name).toBe('function')
})

it.each([
  'vote-forgotten',
  'sent-before-written',
  'pre-vote-skipped',
  'snapshot-cut',
  'watch-skips',
  'emptied-votes',
  'learner-counted',
])('the bug %s is found', async name => {
  const engine = await loadWithBug(BUGS.find(bug => bug.name === name)!)
  let found = 0
  for (let seed = 1; seed <= 100 && found === 0; seed++) if ((await runSeed(seed, 3, engine)).failure) found = seed
  expect(found).toBeGreaterThan(0)
})

it('what fails is shrunk to what is needed for it', async () => {
  const plan = [1, 2, 3, 4, 5].map(seed => makePlan(seed, 3)).find(({ faults }) => faults.length > 5)!
  const needed = plan.acts[17]!
  const small = await shrink(plan, async ({ faults, acts }) => faults.length > 1 && acts.includes(needed))
  expect(small.acts).toEqual([needed])
  expect(small.faults).toHaveLength(2)
})
