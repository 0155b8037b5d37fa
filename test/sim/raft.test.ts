import { describe, expect, it } from 'vitest'
import { intBelow } from '../../engine/base/random.ts'
import { RaftCluster } from './raft-cluster.ts'

const SEEDS = Number(process.env.SIM_SEEDS ?? 50)
const FIRST = Number(process.env.SIM_FIRST ?? 1)

function run(size: number, seed: number): void {
  const cluster = new RaftCluster(size, seed)
  const { random } = cluster
  for (let act = 0; act < 4000; act++) {
    cluster.step()
    if (act % 200 === 0) {
      cluster.loss = random.next() < 0.5 ? random.next() * 0.3 : 0
      cluster.doubling = random.next() * 0.1
      cluster.interruption = random.next() * 0.01
    }
    if (random.next() < 0.003) cluster.partition()
    if (random.next() < 0.004) cluster.heal()
    if (random.next() < 0.004) cluster.crash(cluster.nodes[intBelow(random, size)]!)
    if (random.next() < 0.01) {
      const down = cluster.nodes.find(node => !node.raft)
      if (down) cluster.restart(down)
    }
    if (act % 100 === 0) cluster.checkLogs()
  }
  // After the faults: somebody leads, and everybody catches up.
  cluster.heal()
  cluster.loss = 0
  cluster.doubling = 0
  cluster.interruption = 0
  for (const node of cluster.nodes) if (!node.raft) cluster.restart(node)
  cluster.settle(120)
  const before = cluster.applied.size
  const leader = cluster.leader
  if (!leader) throw new Error('no leader after the faults')
  if (!leader.raft!.propose([new TextEncoder().encode('last')])) throw new Error('the leader takes no proposals')
  cluster.settle(20)
  cluster.checkLogs()
  expect(cluster.applied.size).toBeGreaterThan(before)
  expect(cluster.nodes.map(node => node.applied)).toEqual(cluster.nodes.map(() => leader.applied))
}

describe.each([3, 5])('%i members on a hostile network', size => {
  it(`keep Raft's invariants and recover, whatever the seed`, () => {
    for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        run(size, seed)
      } catch (error) {
        throw new Error(`seed ${seed} fails (replay: SIM_FIRST=${seed} SIM_SEEDS=1)`, { cause: error })
      }
    }
  }, 120_000)
})
