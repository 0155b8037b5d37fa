import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../engine/base/clock.ts'
import { silentLogger } from '../../../engine/base/log.ts'
import type { LabStatus, MetricsLine } from '../../../engine/lab/contract.ts'
import { MetricsCollector } from '../../../engine/lab/metrics/collector.ts'
import { openMetrics } from '../../../engine/lab/metrics/stream.ts'

let clock: FakeClock
let collector: MetricsCollector
let asked: string[]
let down: Set<string>
let requests: number

const machine = (name: string, role: string, more = {}) => ({
  ...{ name, role, state: 'running', usage: { cpu: 0.5, memory: 1_000 } },
  ...more,
})
const status = () =>
  ({
    machines: [
      machine('master-1', 'control-plane', { store: { term: 3 } }),
      machine('master-2', 'control-plane', { state: 'paused', store: { term: 3 } }),
      machine('worker-1', 'worker'),
    ],
  }) as unknown as LabStatus

beforeEach(() => {
  clock = new FakeClock()
  asked = []
  down = new Set()
  requests = 0
  collector = new MetricsCollector(
    {
      status,
      hostUsage: () => ({ cpu: 0.01, memory: 5_000 }),
      async read(master, of) {
        asked.push(`${master} ${of}`)
        if (down.has(of)) throw new Error('it does not answer')
        if (of === 'scheduler' || of === 'controllers') return `leader_election_master_status{name="${of}"} 1\n`
        requests += 10
        return of === 'store'
          ? 'etcd_server_proposals_pending 1\n'
          : `apiserver_request_total{verb="LIST",resource="pods",code="200"} ${requests}\nprocess_start_time_seconds 1\n`
      },
      async list<T>(path: string) {
        asked.push(path)
        const pod = {
          metadata: { namespace: 'shop', name: 'web' },
          containers: [{ usage: { cpu: '1500n', memory: '2Ki' } }],
        }
        return path.endsWith('/pods') ? ([pod] as T[]) : undefined
      },
    },
    clock,
    silentLogger,
  )
})
afterEach(() => {
  collector.dispose()
  expect(clock.pending).toBe(0)
})

/** Lets a step fall due, and what it asks for be answered. */
async function step(count = 1): Promise<void> {
  for (let i = 0; i < count; i++) {
    clock.advance(5_000)
    await new Promise(done => setImmediate(done))
  }
}

const last = (key: string) => [...collector.banks.fast.values(key), ...collector.banks.slow.values(key)].at(-1)

describe('the collector', () => {
  it('looks every five seconds at what runs, and every fifteen at the cluster', async () => {
    await step(3)
    expect(asked.filter(path => path === 'master-1 api')).toHaveLength(3)
    expect(asked.filter(path => path.startsWith('master-2'))).toEqual([])
    expect(asked.filter(path => path.endsWith('/pods'))).toHaveLength(1)
    expect(last('machine/worker-1/cpu')).toBe(0.5)
    expect(last('host/lab/memory')).toBe(5_000)
    expect(last('store/master-1/term')).toBe(3)
    expect(last('store/master-1/pending')).toBe(1)
    expect([last('scheduler/master-1/leads'), last('controllers/master-1/leads')]).toEqual([1, 1])
    expect(last('api/verb/LIST')).toBeCloseTo(4)
    expect(last('pod/shop/web/cpu')).toBeCloseTo(1.5e-6)
    expect(last('pod/shop/web/memory')).toBe(2_048)
  })

  it('leaves a gap where nobody answers, and goes on', async () => {
    await step(3)
    down.add('api')
    await step()
    expect(last('api/verb/LIST')).toBeNaN()
    expect(last('machine/worker-1/cpu')).toBe(0.5)
    down.clear()
    await step()
    expect(last('api/verb/LIST')).toBeGreaterThan(0)
  })

  it('keeps no more than an hour', async () => {
    await step(800)
    expect(collector.banks.fast.values('machine/worker-1/cpu')).toHaveLength(720)
    expect(collector.banks.fast.values('machine/worker-1/cpu')).not.toContain(NaN)
  })
})

describe('the stream of metrics', () => {
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as MetricsLine)

  it('tells the hour and ends, if it is not followed', async () => {
    await step(3)
    let text = ''
    for await (const piece of openMetrics('/lab/v1/metrics', collector, new AbortController().signal)!) text += piece
    const told = lines(text)
    expect(told[0]).toMatchObject({ type: 'bank', bank: 'fast', stepMs: 5_000, points: 720, at: clock.now() })
    expect(told).toContainEqual({ type: 'series', bank: 'fast', key: 'machine/worker-1/cpu', values: [0.5, 0.5, 0.5] })
    expect(told.at(-1)).toEqual({ type: 'ready' })
  })

  it('goes on with each step until the reader leaves', async () => {
    await step(3)
    const gone = new AbortController()
    const stream = openMetrics('/lab/v1/metrics?follow=1', collector, gone.signal)!
    const pieces = stream[Symbol.asyncIterator]()
    await pieces.next()
    await step()
    const told = lines(String((await pieces.next()).value))
    expect(told[0]).toMatchObject({ type: 'point', bank: 'fast', at: clock.now() })
    const closed = new Promise(done => stream.once('close', done))
    stream.once('error', () => undefined)
    gone.abort()
    await closed
  })

  it('ends for a reader that falls far behind, who does better to begin anew', async () => {
    const stream = openMetrics('/lab/v1/metrics?follow=1', collector, new AbortController().signal)!
    const pieces = stream[Symbol.asyncIterator]()
    await pieces.next()
    stream.pause()
    await step(400)
    let read = 0
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) read++
    expect(read).toBeLessThan(400)
  })

  it('is at no other address', () => {
    expect(openMetrics('/lab/v1/metricsx', collector, new AbortController().signal)).toBeUndefined()
  })
})
