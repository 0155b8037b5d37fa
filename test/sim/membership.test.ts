import { describe, expect, it } from 'vitest'
import { loadProduct } from './run/load.ts'
import type { Fault, Plan } from './run/plan.ts'
import { runPlan } from './run/run.ts'

async function brokenPromise(faults: Fault[], kind: Partial<Plan> = {}): Promise<string | undefined> {
  const plan = { seed: 7, members: 3, duration: 8000, faults, acts: [], ...kind }
  const { failure, promise, changes } = await runPlan(plan, await loadProduct())
  if (promise === 'error') throw failure!
  if (promise === undefined) expect(changes).toBeGreaterThan(0)
  return promise
}

function replaceOne(at: number, victim: number): Fault[] {
  const promote = [400, 600, 800].map((later): Fault => ({ at: at + later, kind: 'promote' }))
  const remove: Fault = { at: 4000 + victim * 600, kind: 'removeMember', member: 1, victim, leader: false }
  return [{ at, kind: 'addMember', member: 0, learner: true }, ...promote, remove]
}

/** m1 and m2 are replaced, one after the other; m3 is not there meanwhile, and knows none of the new ones. */
const whileOneIsAway: Fault[] = [
  { at: 1000, kind: 'crash', members: [2], downMs: 6000 },
  ...replaceOne(1500, 0),
  ...replaceOne(2600, 1),
]

describe('a cluster whose members are replaced', () => {
  it('takes back one that was away', async () => {
    expect(await brokenPromise(whileOneIsAway)).toBeUndefined()
  })

  it('goes on when those who are added are needed to settle that they were', async () => {
    const swap: Fault = { at: 1500, kind: 'swapMembers', out: 2, into: 2, demote: false, leaderToo: false }
    expect(await brokenPromise([swap], { duration: 4000 })).toBeUndefined()
  })
})
