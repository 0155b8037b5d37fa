import { Readable } from 'node:stream'
import type { MetricsBank, MetricsLine } from '../contract.ts'
import type { StreamedAnswer } from '../server/streams.ts'
import type { MetricsCollector } from './collector.ts'

const PATH = /^\/lab\/v1\/metrics(?:\?(.*))?$/
/** A reader that is so many steps behind does better to read the hour anew. */
const MOST_WAITING = 40
const DIGITS = 6

/**
 * Answers `/lab/v1/metrics?follow=1`: the hour that is kept, one series a line, and then each step as it comes. Undefined if the
 * address is another. It ends when the reader falls behind, or when the kept hour is void: to ask again gives what holds.
 */
export function openMetrics(
  address: string,
  collector: Pick<MetricsCollector, 'banks' | 'onFigures'>,
  signal: AbortSignal,
): StreamedAnswer | undefined {
  const match = PATH.exec(address)
  if (!match) return undefined
  const follow = new URLSearchParams(match[1]).get('follow') === '1'
  const text = Readable.from(linesOf(collector, follow, signal), { objectMode: false })
  signal.addEventListener('abort', () => text.destroy(), { once: true })
  return Object.assign(text, { statusCode: 200 })
}

async function* linesOf(
  collector: Pick<MetricsCollector, 'banks' | 'onFigures'>,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const { banks } = collector
  const waiting: string[] = []
  let over = signal.aborted
  let wake: () => void = () => undefined
  const end = () => {
    over = true
    wake()
  }
  signal.addEventListener('abort', end, { once: true })
  const hear = (bank: MetricsBank, figures: ReadonlyMap<string, number> | undefined) => {
    if (!figures || waiting.length >= MOST_WAITING) return end()
    const values = Object.fromEntries([...figures].map(([key, value]) => [key, round(value)!]))
    waiting.push(line({ type: 'point', bank, at: banks[bank].at!, values }))
    wake()
  }
  const off = follow ? collector.onFigures(hear) : undefined
  try {
    // All of it at once: between two lines a step could be taken, and the series would not end together.
    const hour = hourOf(banks)
    yield hour
    while (follow) {
      while (waiting.length) yield waiting.shift()!
      if (over) return
      await new Promise<void>(resolve => (wake = resolve))
    }
  } finally {
    off?.()
    signal.removeEventListener('abort', end)
  }
}

function hourOf(banks: MetricsCollector['banks']): string {
  let text = ''
  for (const name of Object.keys(banks) as MetricsBank[]) {
    const { stepMs, points, at, keys } = banks[name]
    text += line({ type: 'bank', bank: name, stepMs, points, at: at ?? null })
    for (const key of keys) {
      const values = banks[name].values(key)
      const first = values.findIndex(value => !Number.isNaN(value))
      if (first >= 0) text += line({ type: 'series', bank: name, key, values: values.slice(first).map(round) })
    }
  }
  return text + line({ type: 'ready' })
}

const round = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null)
const line = (value: MetricsLine) => `${JSON.stringify(value)}\n`
