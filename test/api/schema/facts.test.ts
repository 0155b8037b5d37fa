import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aggregatedDiscovery } from '../../../engine/api/discovery.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import { typesOf } from '../../../engine/api/schema/packages.ts'
import type { FieldSchema, TypeSchema } from '../../../engine/api/schema/types.ts'

const root = join(process.env.KUBARIUM_SHARED ?? join(import.meta.dirname, '../../../../shared'), 'kubernetes')
const present = existsSync(join(root, 'schema'))

/** A table's types: header words and fields as text. */
interface FactType {
  header: string[]
  fields: string[]
}

function readFacts(pkg: string): Map<string, FactType> {
  const types = new Map<string, FactType>()
  for (const line of readFileSync(join(root, 'schema', `${pkg.replace('/', '_')}.txt`), 'utf8').split('\n')) {
    const words = line.split(' ').filter(Boolean)
    if (!words.length) continue
    if (line.startsWith(' ')) [...types.values()].at(-1)!.fields.push(words.join(' '))
    else types.set(words[0]!, { header: words.slice(1), fields: [] })
  }
  return types
}

const cache = new Map<string, Map<string, FactType>>()
const facts = (pkg: string): Map<string, FactType> => {
  let known = cache.get(pkg)
  if (!known) cache.set(pkg, (known = readFacts(pkg)))
  return known
}

/** A type's name in the tables as a name that is the same from everywhere. */
function absolute(text: string, pkg: string): string {
  if (text.startsWith('[]')) return `[]${absolute(text.slice(2), pkg)}`
  if (text.startsWith('map<')) return `map<${absolute(text.slice(4, -1), pkg)}>`
  if (text === 'RawExtension') return 'object'
  const dot = text.lastIndexOf('.')
  const homes = dot > 0 ? [text.slice(0, dot)] : [pkg, 'meta/v1']
  const name = text.slice(dot + 1)
  if (/^(Quantity|IntOrString|Time|MicroTime)$/.test(text)) return text
  for (const home of homes) {
    const found = facts(home).get(name)
    if (found?.header[0] === '=') return found.header[1]!
    if (found) return `${home}.${name}`
  }
  return text
}

function expected(line: string, pkg: string): string {
  const [number, name, type, ...rest] = line.split(' ')
  return [number, name, absolute(type!, pkg), ...rest.sort()].join(' ')
}

function typeText(schema: TypeSchema): string {
  if (schema.type === 'list') return `[]${typeText(schema.element!)}`
  if (schema.type === 'map') return `map<${typeText(schema.element!)}>`
  return schema.type === 'struct' ? schema.name! : schema.type
}

/** What the named type says of itself: a field repeats only what differs. */
function ownMapType(schema: TypeSchema): TypeSchema['mapType'] {
  const dot = schema.name?.lastIndexOf('.') ?? -1
  return dot < 0 ? undefined : typesOf(schema.name!.slice(0, dot))?.type(schema.name!.slice(dot + 1))?.mapType
}

function actual(field: FieldSchema): string {
  const { schema } = field
  const semantics: string[] = []
  if (schema.listType)
    semantics.push(`list=${schema.listType}${schema.listKeys ? `(${schema.listKeys.join(',')})` : ''}`)
  if (schema.mapType && schema.mapType !== ownMapType(schema)) semantics.push(`mapType=${schema.mapType}`)
  if (schema.patch) {
    const { mergeKey, ...names } = schema.patch
    semantics.push(`patch=${Object.keys(names).join(',')}${mergeKey ? `(${mergeKey})` : ''}`)
  }
  const number = field.tag.length ? field.tag.join('.') : '-'
  return [number, `${field.name}${field.required ? '!' : ''}`, typeText(schema), ...semantics.sort()].join(' ')
}

const packages = present
  ? readdirSync(join(root, 'schema'))
      .filter(f => /_v\d\w*\.txt$/.test(f))
      .map(f => f.replace(/_(v\d\w*)\.txt$/, '/$1'))
  : []

describe('the schemas', () => {
  it.skipIf(present)('are compared with the tables of fields where those exist', () => expect(packages).toEqual([]))

  it.each(packages)(
    '%s have every field of the tables: number, name, type, required, list and patch semantics',
    pkg => {
      const ours = typesOf(pkg)!
      const problems: string[] = []
      for (const [name, fact] of facts(pkg)) {
        const type = ours.type(name)
        if (!type) {
          problems.push(`${name} is missing`)
          continue
        }
        if (fact.header[0] === '=') continue
        if (Boolean(type.isKind) !== fact.header.includes('kind')) problems.push(`${name}: kind or not`)
        const mapType = fact.header.find(w => w.startsWith('mapType='))?.slice(8)
        if (type.mapType !== mapType) problems.push(`${name}: mapType ${mapType}, not ${type.mapType}`)
        const theirs = fact.fields.map(line => expected(line, pkg)).sort()
        // A dash says that the table has no number, not that there is none.
        const unnumbered = new Set(theirs.filter(line => line.startsWith('- ')).map(line => line.split(' ')[1]))
        const mine = [...type.fields!.values()]
          .map(actual)
          .map(line => (unnumbered.has(line.split(' ')[1]) ? line.replace(/^\S+/, '-') : line))
          .sort()
        for (const line of theirs) if (!mine.includes(line)) problems.push(`${name} lacks ${line}`)
        for (const line of mine) if (!theirs.includes(line)) problems.push(`${name} has ${line}`)
      }
      expect(problems).toEqual([])
    },
  )
})

interface DiscoveryKind {
  group: string
  version: string
  kind: string
}
interface DiscoveryResource {
  resource: string
  responseKind: DiscoveryKind
  scope: string
  singularResource: string
  verbs: string[]
  shortNames?: string[]
  categories?: string[]
  subresources?: { subresource: string; responseKind: DiscoveryKind; verbs: string[] }[]
}

describe('discovery', () => {
  it.skipIf(!present)(
    'lists every resource of the table: kind, scope, short names, categories, verbs, subresources',
    () => {
      const lines = readFileSync(join(root, 'resources.tsv'), 'utf8').trimEnd().split('\n').slice(1)
      const ours = (['api', 'apis'] as const).flatMap(part =>
        (
          aggregatedDiscovery(scheme, part, 'v2') as {
            items: { metadata: { name?: string }; versions: { version: string; resources: DiscoveryResource[] }[] }[]
          }
        ).items.flatMap(item =>
          item.versions.flatMap(v =>
            v.resources.map(r => {
              const group = item.metadata.name ?? ''
              const subs = (r.subresources ?? []).map(s => {
                const k = s.responseKind
                const own = k.group === group && k.version === v.version
                const kindText = own || !k.group ? `.${k.kind}` : `${k.group}/${k.version}.${k.kind}`
                return `${s.subresource}:${kindText}:${[...s.verbs].sort().join('+')}`
              })
              return [
                group ? `${group}/${v.version}` : v.version,
                r.resource,
                r.responseKind.kind,
                r.scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
                r.singularResource,
                (r.shortNames ?? []).join(','),
                (r.categories ?? []).join(','),
                r.verbs.join(','),
                subs.sort().join(' '),
              ].join('\t')
            }),
          ),
        ),
      )
      const wanted = lines.map(line => {
        const cells = line.split('\t')
        cells[8] = (cells[8] ?? '').split(' ').filter(Boolean).sort().join(' ')
        return cells.join('\t')
      })
      expect([...ours].sort()).toEqual([...wanted].sort())
    },
  )
})
