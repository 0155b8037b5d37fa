import { parseBytes } from '../container/flags.ts'

const DEFAULTS: [string, string][] = [
  ['port', '6379'],
  ['bind', '*'],
  ['requirepass', ''],
  ['maxmemory', '0'],
  ['maxmemory-policy', 'noeviction'],
  ['appendonly', 'no'],
  ['save', ''],
  ['timeout', '0'],
  ['databases', '1'],
]

/**
 * Settings from a configuration file's text and the options of the command line, which prevail: `--port 6380`.
 * What is not known is kept, so that CONFIG GET shows it.
 */
export function readSettings(file: string, args: string[]): Map<string, string> {
  const settings = new Map(DEFAULTS)
  const set = (name: string, value: string) =>
    settings.set(name.toLowerCase(), name === 'maxmemory' ? String(parseBytes(value)) : value)
  for (const line of file.split('\n')) {
    const [name, ...values] = line.trim().split(/\s+/)
    if (name && !name.startsWith('#')) set(name, values.join(' ').replace(/^"(.*)"$/, '$1'))
  }
  for (let i = 0; i < args.length; i++) {
    if (!args[i].startsWith('--')) continue
    const values: string[] = []
    while (i + 1 < args.length && !args[i + 1].startsWith('--')) values.push(args[++i])
    set(args[i - values.length].slice(2), values.join(' '))
  }
  return settings
}
