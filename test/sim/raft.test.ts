import { describe, expect, it } from 'vitest'
import { intBelow } from '../../engine/base/random.ts'
import { isJoint, membersOf } from '../../engine/raft/configuration.ts'
import { RaftCluster } from './raft-cluster.ts'

const SEEDS = Number(process.env.SIM_SEEDS ?? 50)
const FIRST = Number(process.env.SIM_FIRST ?? 1)

function run(size: number, seed: number, spare = 0): number {
  const cluster = new RaftCluster(size, seed, spare)
  const { random } = cluster
  for (let act = 0; act < 4000; act++) {
    cluster.step()
    if (act % 200 === 0) {
      cluster.loss = random.next() < 0.5 ? random.next() * 0.3 : 0
      cluster.doubling = random.next() * 0.1
      cluster.interruption = random.next() * 0.01
    }
    if (spare > 0 && random.next() < 0.01) cluster.reconfigure()
    if (random.next() < 0.003) cluster.partition()
    if (random.next() < 0.004) cluster.heal()
    if (random.next() < 0.004) cluster.crash(cluster.nodes[intBelow(random, cluster.nodes.length)]!)
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
  if (!leader) throw new Error(`no leader after the faults: ${cluster.describe()}`)
  if (!leader.raft!.propose([new TextEncoder().encode('last')])) throw new Error('the leader takes no proposals')
  cluster.settle(20)
  cluster.checkLogs()
  if (cluster.applied.size <= before) throw new Error(`nothing more is applied: ${cluster.describe()}`)
  const { configuration } = leader.raft!.status()
  expect(isJoint(configuration)).toBe(false)
  const members = cluster.nodes.filter(node => membersOf(configuration).includes(node.id))
  expect(members.map(node => [node.id, node.applied])).toEqual(members.map(({ id }) => [id, leader.applied]))
  return cluster.configurations.size
}

function runAll(run: (seed: number) => void): void {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    try {
      run(seed)
    } catch (error) {
      throw new Error(`seed ${seed} fails (replay: SIM_FIRST=${seed} SIM_SEEDS=1)`, { cause: error })
    }
  }
}

describe.each([3, 5])('%i members on a hostile network', size => {
  it(`keep Raft's invariants and recover, whatever the seed`, () => {
    runAll(seed => run(size, seed))
  })

  it('keep them while members are added, demoted and removed, one or several at a time, the leader too', () => {
    let changes = 0
    runAll(seed => (changes += run(size, seed, 2)))
    expect(changes).toBeGreaterThan(SEEDS * 3)
  })
})
