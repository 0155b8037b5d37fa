/** A sample of Prometheus' text format. */
export interface Sample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
}

/** How many label sets are remembered. The same lines come at each look. */
const MOST_KNOWN = 20_000
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g

/**
 * Reads Prometheus' text format, the wanted names only: the API server alone tells thousands of samples. What stands before a value is
 * the same at each look and is taken apart once.
 */
export class ExpositionReader {
  readonly #wanted: ReadonlySet<string>
  #known = new Map<string, Omit<Sample, 'value'>>()

  constructor(wanted: Iterable<string>) {
    this.#wanted = new Set(wanted)
  }

  *read(text: string): Generator<Sample> {
    if (this.#known.size > MOST_KNOWN) this.#known.clear()
    for (let start = 0; start < text.length;) {
      const found = text.indexOf('\n', start)
      const end = found < 0 ? text.length : found
      if (text.charCodeAt(start) !== 35 && end > start) {
        const space = text.lastIndexOf(' ', end - 1)
        const sample = space > start ? this.#sample(text.slice(start, space)) : undefined
        if (sample) yield { ...sample, value: Number(text.slice(space + 1, end).replace('Inf', 'Infinity')) }
      }
      start = end + 1
    }
  }

  #sample(text: string): Omit<Sample, 'value'> | undefined {
    const brace = text.indexOf('{')
    const name = brace < 0 ? text : text.slice(0, brace)
    if (!this.#wanted.has(name)) return undefined
    let known = this.#known.get(text)
    if (!known) {
      const labels: Record<string, string> = {}
      for (const [, label, value] of text.slice(name.length).matchAll(LABEL))
        labels[label!] = value!.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
      this.#known.set(text, (known = { name, labels }))
    }
    return known
  }
}
