import { expect, test } from 'vitest'
import { exposition } from '../../../engine/base/exposition.ts'
import { FakeClock } from '../../../engine/base/clock.ts'
import { QueueMetrics } from '../../../engine/client/workqueue/metrics.ts'
import { ComponentFigures, componentSeries } from '../../../engine/lab/metrics/components.ts'
import { SchedulerMetrics } from '../../../engine/scheduler/metrics.ts'

const LEADER = 'leader_election_master_status{name="x"} 1\n'
const STANDBY = 'leader_election_master_status{name="x"} 0\n'

test('a scheduler is read as it tells: rates by result, pods that wait, and how long attempts took', () => {
  const metrics = new SchedulerMetrics()
  const figures = new ComponentFigures()
  const read = (at: number) =>
    componentSeries('scheduler', new Map([['m1', figures.look(LEADER + exposition(metrics.families()), at)]]))
  expect(read(0).has('scheduler/attempts/scheduled')).toBe(false)
  for (let i = 0; i < 10; i++) metrics.attempted('scheduled', 0.003)
  metrics.attempted('unschedulable', 0.001)
  metrics.preempted(2)
  metrics.pending = () => ({ active: 1, backoff: 0, unschedulable: 3, gated: 0 })
  const series = read(5_000)
  expect(series.get('scheduler/m1/leads')).toBe(1)
  expect(series.get('scheduler/attempts/scheduled')).toBe(2)
  expect(series.get('scheduler/attempts/unschedulable')).toBeCloseTo(0.2)
  expect(series.get('scheduler/pending/unschedulable')).toBe(3)
  expect(series.get('scheduler/attempt/p50')).toBeGreaterThan(0.002)
  expect(series.get('scheduler/attempt/p99')).toBeLessThanOrEqual(0.004)
  expect(exposition(metrics.families())).toMatch(/scheduler_preemption_attempts_total 1\n/)
})

test('queues are those of the one that leads, whoever that is', () => {
  const clock = new FakeClock()
  const [first, second] = [new QueueMetrics(clock), new QueueMetrics(clock)]
  const [a, b] = [new ComponentFigures(), new ComponentFigures()]
  const queue = first.observe('deployment')
  const look = (at: number) =>
    componentSeries(
      'controllers',
      new Map([
        ['m1', a.look(LEADER + exposition(first.families()), at)],
        ['m2', b.look(STANDBY + exposition(second.families()), at)],
      ]),
    )
  look(0)
  queue.added('x')
  queue.added('y')
  clock.advance(10)
  queue.taken('x')
  clock.advance(100)
  queue.done('x')
  const series = look(10_000)
  expect([series.get('controllers/m1/leads'), series.get('controllers/m2/leads')]).toEqual([1, 0])
  expect(series.get('queue/deployment/depth')).toBe(1)
  expect(series.get('queue/deployment/adds')).toBeCloseTo(0.2)
  expect(series.get('controllers/wait/p50')).toBeGreaterThan(0.001)
  expect(series.get('controllers/work/p99')).toBeGreaterThan(0.09)
})
