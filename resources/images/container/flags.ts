/** Values of flags by name: texts, numbers, booleans or lists of texts, as their defaults are. */
export type Flags = Record<string, string | number | boolean | string[]>

/**
 * Reads flags as Go's programs take them: one dash or two, `=` or a blank before the value, booleans without a value.
 * A flag whose default is a list may be repeated. What follows `--` or the first word is left as arguments.
 *
 * @throws Error that names a flag which does not exist or has no good value
 */
export function parseFlags<T extends Flags>(
  args: string[],
  defaults: T,
  { interspersed = false, short = {} }: { interspersed?: boolean; short?: Record<string, keyof T & string> } = {},
): { flags: { [K in keyof T]: Widened<T[K]> }; rest: string[] } {
  const flags: Flags = { ...defaults }
  const rest: string[] = []
  const left = [...args]
  while (left.length) {
    const arg = left.shift()!
    if (arg === '--') return { flags: flags as never, rest: [...rest, ...left] }
    const match = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(arg)
    if (!match) {
      rest.push(arg)
      if (interspersed) continue
      return { flags: flags as never, rest: [...rest, ...left] }
    }
    const name = short[match[1]] ?? match[1]
    const before = flags[name]
    if (before === undefined) throw new Error(`unknown flag: ${arg.replace(/=.*/s, '')}`)
    const given = match[2] ?? (typeof before === 'boolean' ? 'true' : left.shift())
    if (given === undefined) throw new Error(`flag needs an argument: ${arg}`)
    flags[name] = valueOf(name, before, given)
  }
  return { flags: flags as never, rest }
}

type Widened<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : string[]

function valueOf(name: string, before: Flags[string], given: string): Flags[string] {
  if (Array.isArray(before)) return [...before, given]
  if (typeof before === 'string') return given
  if (typeof before === 'number') {
    if (given.trim() === '' || Number.isNaN(Number(given))) throw new Error(`invalid argument "${given}" for --${name}`)
    return Number(given)
  }
  if (!['true', 'false', '1', '0'].includes(given)) throw new Error(`invalid argument "${given}" for --${name}`)
  return given === 'true' || given === '1'
}

/** Milliseconds of a duration such as "1m30s", "500ms" or "2h"; a bare number counts seconds. @throws Error */
export function parseDuration(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)]
  if (!parts.length || parts.map(p => p[0]).join('') !== text) throw new Error(`"${text}" is not a duration`)
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit], 0)
}

/** Bytes of a size such as "150M", "1Gi" or "64k", as stress and Kubernetes write them. @throws Error */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKmMgG]?)(i?)[bB]?$/.exec(text)
  if (!match) throw new Error(`"${text}" is not a size`)
  const power = { '': 0, k: 1, m: 2, g: 3 }[match[2].toLowerCase()]!
  return Math.floor(Number(match[1]) * 1024 ** power)
}
