import { FlagError } from './errors.ts'

export interface FlagSpec {
  /** `list` splits at commas, `array` takes each value whole; both may be repeated. */
  type: 'bool' | 'string' | 'int' | 'duration' | 'list' | 'array'
  short?: string
  default?: string
  /** The value of the flag when it stands without one (`--dry-run`). */
  bare?: string
  about?: string
}

export type FlagSpecs = Record<string, FlagSpec>

/** The flags of one command line, read with the types that were declared. */
export class Flags {
  readonly #specs: FlagSpecs
  readonly #given = new Map<string, string[]>()

  constructor(specs: FlagSpecs) {
    this.#specs = specs
  }

  set(name: string, value: string): void {
    this.#given.set(name, [...(this.#given.get(name) ?? []), value])
  }

  given(name: string): boolean {
    return this.#given.has(name)
  }

  text(name: string): string {
    return this.#given.get(name)?.at(-1) ?? this.#specs[name]?.default ?? ''
  }

  on(name: string): boolean {
    return this.text(name) === 'true'
  }

  number(name: string): number {
    return Number(this.text(name) || '0')
  }

  /** Milliseconds. */
  duration(name: string): number {
    return parseDuration(this.text(name) || '0')
  }

  list(name: string): string[] {
    const values = this.#given.get(name) ?? (this.#specs[name]?.default ? [this.#specs[name].default] : [])
    return this.#specs[name]?.type === 'list' ? values.flatMap(value => value.split(',')).filter(Boolean) : values
  }
}

export interface ParsedLine {
  flags: Flags
  args: string[]
  /** How many of the arguments stand before `--`, if there is one. */
  dash: number | undefined
}

/** Splits a command line as cobra does: flags and arguments may be mixed, and `--` ends the flags. @throws FlagError */
export function parseFlags(argv: readonly string[], specs: FlagSpecs): ParsedLine {
  const flags = new Flags(specs)
  const args: string[] = []
  let dash: number | undefined
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!
    if (word === '--') {
      dash = args.length
      args.push(...argv.slice(i + 1))
      break
    }
    if (word.startsWith('--')) {
      const eq = word.indexOf('=')
      const name = word.slice(2, eq < 0 ? undefined : eq)
      const spec = Object.hasOwn(specs, name) ? specs[name]! : undefined
      if (!spec) throw new FlagError(`unknown flag: --${name}`)
      if (eq >= 0) assign(flags, name, spec, word.slice(eq + 1))
      else if (spec.type === 'bool') assign(flags, name, spec, 'true')
      else if (spec.bare !== undefined) assign(flags, name, spec, spec.bare)
      else if (i + 1 >= argv.length) throw new FlagError(`flag needs an argument: --${name}`)
      else assign(flags, name, spec, argv[++i]!)
    } else if (word.startsWith('-') && word.length > 1) i = shorts(flags, word, argv, i, specs)
    else args.push(word)
  }
  return { flags, args, dash }
}

function shorts(flags: Flags, word: string, argv: readonly string[], at: number, specs: FlagSpecs): number {
  for (let j = 1; j < word.length; j++) {
    const found = Object.entries(specs).find(([, spec]) => spec.short === word[j])
    if (!found) throw new FlagError(`unknown shorthand flag: '${word[j]}' in ${word}`)
    const [name, spec] = found
    const rest = word.slice(j + 1)
    if (spec.type === 'bool' && !rest.startsWith('=')) {
      assign(flags, name, spec, 'true')
      continue
    }
    if (rest) assign(flags, name, spec, rest.replace(/^=/, ''))
    else if (spec.bare !== undefined) assign(flags, name, spec, spec.bare)
    else if (at + 1 >= argv.length) throw new FlagError(`flag needs an argument: '${word[j]}' in ${word}`)
    else {
      assign(flags, name, spec, argv[at + 1]!)
      return at + 1
    }
    return at
  }
  return at
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']

function assign(flags: Flags, name: string, spec: FlagSpec, value: string): void {
  const label = spec.short ? `-${spec.short}, --${name}` : `--${name}`
  const bad = (why: string) =>
    new FlagError(`invalid argument ${JSON.stringify(value)} for ${JSON.stringify(label)} flag: ${why}`)
  if (spec.type === 'bool') {
    if (!TRUE.includes(value) && !FALSE.includes(value))
      throw bad(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`)
    return flags.set(name, String(TRUE.includes(value)))
  }
  if (spec.type === 'int' && !/^[+-]?\d+$/.test(value))
    throw bad(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`)
  if (spec.type === 'duration' && Number.isNaN(parseDuration(value)))
    throw bad(`time: invalid duration ${JSON.stringify(value)}`)
  flags.set(name, value)
}

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration in Go's notation (`1h30m`, `-1s`); NaN if it is none. */
export function parseDuration(text: string): number {
  const match = /^([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.exec(text)
  if (text === '0') return 0
  if (!match) return NaN
  let total = 0
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g))
    total += Number(number) * UNITS[unit!]!
  return match[1] === '-' ? -total : total
}
