/** Figures in the text format that Prometheus reads, version 0.0.4. */

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** One figure, with all its samples. */
export interface Family {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  samples: Sample[]
}

export interface Sample {
  /** What is appended to the family's name. */
  suffix?: string
  labels?: Record<string, string>
  value: number
}

export function exposition(families: readonly Family[]): string {
  let text = ''
  for (const { name, help, type, samples } of families) {
    if (samples.length === 0) continue
    text += `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`
    for (const { suffix = '', labels, value } of samples)
      text += `${name}${suffix}${labels ? `{${labelText(labels)}}` : ''} ${numberText(value)}\n`
  }
  return text
}

function labelText(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, c => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',')
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** How often something took how long. To observe costs a few comparisons. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** `bounds`: upper ends of the buckets in seconds, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = new Array<number>(bounds.length + 1).fill(0)
  }

  observe(seconds: number): void {
    let i = 0
    while (i < this.#bounds.length && seconds > this.#bounds[i]!) i++
    this.#counts[i]!++
    this.#sum += seconds
  }

  samples(): Sample[] {
    let count = 0
    const samples: Sample[] = this.#counts.map((n, i) => {
      count += n
      return { suffix: '_bucket', labels: { le: numberText(this.#bounds[i] ?? Infinity) }, value: count }
    })
    return [...samples, { suffix: '_sum', value: this.#sum }, { suffix: '_count', value: count }]
  }
}

/** `n` bounds, from `first` on, each `factor` times the one before. */
export function exponential(first: number, factor: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => first * factor ** i)
}
