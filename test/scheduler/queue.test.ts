import { expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { FakeClock } from '../../engine/base/clock.ts'
import { SchedulingQueue } from '../../engine/scheduler/queue/scheduling-queue.ts'

const pod = (name: string, priority = 0) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'd' },
    spec: { priority, containers: [] },
  }) as unknown as Pod

test('higher priority first, then who came first', async () => {
  const queue = new SchedulingQueue(new FakeClock())
  for (const p of [pod('a'), pod('b', 5), pod('c'), pod('d', 5)]) queue.add(p)
  const order = []
  for (let i = 0; i < 4; i++) order.push((await queue.next())!.key)
  expect(order).toEqual(['d/b', 'd/d', 'd/a', 'd/c'])
})

test('a pod that found no node waits until something changes, and then for its back-off', async () => {
  const clock = new FakeClock()
  const queue = new SchedulingQueue(clock)
  queue.add(pod('a'))
  const entry = (await queue.next())!
  queue.fail(entry, queue.moves)
  clock.advance(500)
  expect(queue.depth).toEqual({ active: 0, backoff: 0, unschedulable: 1 })
  queue.moveUnschedulable()
  expect(queue.depth).toEqual({ active: 0, backoff: 1, unschedulable: 0 })
  clock.advance(500)
  expect(queue.depth.active).toBe(1)
})

test('a change during the attempt is not missed', async () => {
  const clock = new FakeClock()
  const queue = new SchedulingQueue(clock)
  queue.add(pod('a'))
  const before = queue.moves
  const entry = (await queue.next())!
  queue.moveUnschedulable()
  queue.fail(entry, before)
  expect(queue.depth.backoff).toBe(1)
  queue.close()
  expect(clock.pending).toBe(0)
})
