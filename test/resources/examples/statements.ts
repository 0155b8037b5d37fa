import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { root } from '../../../tools/sources.ts'

/** One thing that must become true after an example was applied. */
export type Statement =
  | ({ get: string; path: string } & Verdict)
  | { get: string; gone: true }
  | { logs: string; container?: string; says: string }
  | { event: string; reason: string; says?: string }

/** What a field must be; exactly one of these. */
export type Verdict = { is: string | number | boolean } | { says: string } | { least: number } | { absent: true }

export interface Example {
  name: string
  file: string
  text: string
  /** The first comment: what it shows. */
  title: string
  /** Objects as they are written. */
  objects: Record<string, unknown>[]
  /** Its own namespace, if it brings one. */
  namespace?: string
  /** What is not built yet without which it cannot come true. */
  needs?: string
  become: Statement[]
}

const FOLDER = join(root, 'resources/examples')

/** All examples with what must become true of each: NAME.yaml and NAME.expect.yaml. */
export function readExamples(): Example[] {
  const files = readdirSync(FOLDER)
  return files
    .filter(file => file.endsWith('.yaml') && !file.endsWith('.expect.yaml'))
    .sort()
    .map(file => {
      const name = file.replace(/\.yaml$/, '')
      const text = readFileSync(join(FOLDER, file), 'utf8')
      const expected = parse(readFileSync(join(FOLDER, `${name}.expect.yaml`), 'utf8')) as Pick<
        Example,
        'namespace' | 'needs' | 'become'
      >
      const objects = parseAllDocuments(text).map(d => d.toJS() as Record<string, unknown>)
      return { name, file: join(FOLDER, file), text, title: /^# (.*)/.exec(text)?.[1] ?? '', objects, ...expected }
    })
}

/** Names of all statement files, to find those that lost their example. */
export function statementNames(): string[] {
  return readdirSync(FOLDER)
    .filter(file => file.endsWith('.expect.yaml'))
    .map(file => file.replace('.expect.yaml', ''))
}

/** A field by its path: dots, `[n]`, and `[type=Ready]` for the item of a list that has such a field. */
export function fieldAt(object: unknown, path: string): unknown {
  let value = object
  for (const [, name, key] of path.matchAll(/([^.[\]]+)|\[([^\]]+)\]/g)) {
    if (value === null || value === undefined) return undefined
    if (name !== undefined) value = (value as Record<string, unknown>)[name]
    else if (/^\d+$/.test(key)) value = (value as unknown[])[Number(key)]
    else {
      const [field, wanted] = key.split('=')
      value = (value as Record<string, unknown>[]).find(item => String(item[field]) === wanted)
    }
  }
  return value
}

/** Whether a field is as it must be. */
export function holds(value: unknown, verdict: Verdict): boolean {
  if ('absent' in verdict) return value === undefined
  if ('is' in verdict) return value === verdict.is
  if ('least' in verdict) return typeof value === 'number' && value >= verdict.least
  return typeof value === 'string' && value.includes(verdict.says)
}
