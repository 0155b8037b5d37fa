import { expect, test } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { exposition } from '../../engine/base/exposition.ts'
import { QueueMetrics } from '../../engine/client/workqueue/metrics.ts'
import { RateLimitedQueue } from '../../engine/client/workqueue/rate-limited.ts'

test('a queue is counted under the names of Kubernetes, from when a key comes to when it is done', async () => {
  const clock = new FakeClock()
  const metrics = new QueueMetrics(clock)
  const queue = new RateLimitedQueue(clock, undefined, metrics.observe('deployment'))
  const value = (line: string) =>
    Number(
      exposition(metrics.families())
        .split('\n')
        .find(each => each.startsWith(`workqueue_${line} `))
        ?.split(' ')
        .at(-1),
    )
  const named = (name: string) => value(`${name}{name="deployment"}`)
  queue.add('a')
  queue.add('a')
  queue.add('b')
  expect([named('depth'), named('adds_total')]).toEqual([2, 2])
  clock.advance(50)
  expect(await queue.take()).toBe('a')
  clock.advance(2_000)
  expect(named('depth')).toBe(1)
  expect(named('unfinished_work_seconds')).toBe(2)
  expect(named('longest_running_processor_seconds')).toBe(2)
  // It comes again while it is worked on, and waits from then on.
  queue.add('a')
  expect([named('depth'), named('adds_total')]).toEqual([2, 3])
  queue.done('a')
  queue.addRateLimited('b')
  expect(named('retries_total')).toBe(1)
  expect(named('queue_duration_seconds_sum')).toBeCloseTo(0.05)
  expect(named('work_duration_seconds_sum')).toBeCloseTo(2)
  expect(value('work_duration_seconds_bucket{name="deployment",le="1"}')).toBe(0)
  expect(value('work_duration_seconds_bucket{name="deployment",le="10"}')).toBe(1)
  queue.close()
})

test('the queue of another term of office goes on with the counters of the last, and nothing waits in it', async () => {
  const clock = new FakeClock()
  const metrics = new QueueMetrics(clock)
  new RateLimitedQueue(clock, undefined, metrics.observe('job')).add('a')
  const next = new RateLimitedQueue(clock, undefined, metrics.observe('job'))
  expect(exposition(metrics.families())).toMatch(/workqueue_depth\{name="job"\} 0\n/)
  next.add('b')
  expect(exposition(metrics.families())).toMatch(/workqueue_adds_total\{name="job"\} 2\n/)
})
