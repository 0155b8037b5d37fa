import type { History, Window } from './series.ts'
import { sumOf } from './series.ts'
import type { Unit } from './units.ts'

/** One line of a chart. */
export interface Line {
  /** Series whose sum it shows. */
  keys: readonly string[]
  label: string
  /** Which stroke it has; its place if it says nothing. */
  number?: number
}

export interface ChartSpec {
  id: string
  title: string
  /** What is measured, and how, for those who wonder. */
  about: string
  unit: Unit
  lines: readonly Line[]
  /** Drawn in steps: what changes at once, and not gradually. */
  stepped?: boolean
  /** A level to compare with, such as a target. */
  level?: { value: number; label: string }
}

/** So many lines are told apart; more would be a thicket. */
export const MOST_LINES = 8

/** How lines are told apart without colour: lengths of strokes and gaps, in pixels. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [5, 3],
  [12, 5],
  [2, 2, 7, 2],
  [4, 7],
]
const SHAPES = ['●', '■', '▲', '◆', '▼', '✚', '★', '○']

export interface Stroke {
  /** A colour of the design, by its name. */
  colour: string
  dash: readonly number[]
  shape: string
}

export function strokeOf(number: number): Stroke {
  const i = number % MOST_LINES
  return { colour: `--source-${i + 1}`, dash: DASHES[i]!, shape: SHAPES[i]! }
}

/** What the lines of a chart show from one time to another. */
export function windowOf(history: History, lines: readonly Line[], from: number, to: number): Window {
  const keys = lines.flatMap(line => line.keys)
  const { times, values } = history.window(keys, from, to)
  let next = 0
  return {
    times,
    values: lines.map(line => {
      const own = values.slice(next, (next += line.keys.length))
      return own.length === 1 ? own[0]! : sumOf(own)
    }),
  }
}

/** The place of the time that is nearest; -1 if there are none. */
export function nearest(times: readonly number[], time: number): number {
  let best = -1
  for (const [i, t] of times.entries()) if (best < 0 || Math.abs(t - time) < Math.abs(times[best]! - time)) best = i
  return best
}

/** Rows of the table that tells the same as a chart: at most so many, at even distances, the newest first. */
export function tableOf({ times, values }: Window, most = 30): { time: number; values: (number | null)[] }[] {
  const stride = Math.max(1, Math.ceil(times.length / most))
  const rows: { time: number; values: (number | null)[] }[] = []
  for (let i = times.length - 1; i >= 0; i -= stride)
    rows.push({ time: times[i]!, values: values.map(v => v[i] ?? null) })
  return rows
}
