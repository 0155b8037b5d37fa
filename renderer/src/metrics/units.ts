export type Unit = 'cores' | 'bytes' | 'seconds' | 'rate' | 'count' | 'percent'

interface Scale {
  /** One of what the axis counts in, in terms of the figures. */
  size: number
  suffix: string
}

const SCALES: Record<Unit, readonly Scale[]> = {
  cores: [
    { size: 0.001, suffix: 'm' },
    { size: 1, suffix: '' },
  ],
  bytes: ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((suffix, i) => ({ size: 1024 ** i, suffix })),
  seconds: [
    { size: 1e-6, suffix: 'µs' },
    { size: 1e-3, suffix: 'ms' },
    { size: 1, suffix: 's' },
  ],
  rate: [{ size: 1, suffix: '/s' }],
  count: [{ size: 1, suffix: '' }],
  percent: [{ size: 1, suffix: '%' }],
}

/** Steps between marks of an axis, in what it counts in. */
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1e6]
const FINE = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
/** Halves of a power of two are whole marks for bytes. */
const BINARY = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

/** What an axis up to `most` counts in: all its marks have one unit. */
export function scaleOf(unit: Unit, most: number): Scale {
  const scales = SCALES[unit]
  return scales.findLast(scale => most >= scale.size) ?? scales[0]!
}

/** Distances that marks of an axis may have, ascending. */
export function stepsOf(unit: Unit, most: number): number[] {
  const { size } = scaleOf(unit, most)
  const steps = unit === 'bytes' ? BINARY : unit === 'count' ? STEPS : [...FINE, ...STEPS]
  return steps.map(step => step * size)
}

/** The top of an axis: something above the greatest figure, and never a flat line at nothing. */
export function topOf(unit: Unit, most: number): number {
  if (most > 0) return unit === 'count' ? Math.max(most * 1.1, most + 0.5) : most * 1.1
  return { cores: 0.01, bytes: 1024, seconds: 0.001, rate: 1, count: 2, percent: 100 }[unit]
}

/** A figure with its unit, three digits of it. */
export function formatFigure(unit: Unit, value: number | null | undefined, scale?: Scale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (value === 0 && unit === 'cores') return '0'
  const { size, suffix } = scale ?? scaleOf(unit, Math.abs(value))
  const gap = suffix === '' || suffix === 'm' || suffix === '/s' ? '' : ' '
  return `${digits(value / size)}${gap}${suffix}`
}

function digits(value: number): string {
  const size = Math.abs(value)
  const text = value.toFixed(size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
