/**
 * Writes the TypeScript types of all kinds from the schemas: `node engine/api/schema/generate.ts`. The output is checked in
 * (engine/api/types.ts and engine/api/types/), so that nothing has to be built before the types can be used.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { apiVersionOf } from '../object.ts'
import { packages } from './groups/index.ts'
import { typesOf } from './packages.ts'
import type { FieldSchema, TypeSchema } from './types.ts'

const HEADER = '// Generated from the schemas by engine/api/schema/generate.ts. Do not edit.\n'
/** Types that object.ts writes by hand. */
const SHARED = new Set(['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry', 'ListMeta'])
/** In which order a name that two groups define is given out by the collecting file. */
const PREFERRED = ['core/v1', 'apps/v1', 'batch/v1', 'networking/v1', 'rbac/v1', 'policy/v1', 'autoscaling/v2', 'discovery/v1', 'coordination/v1', 'storage/v1', 'meta/v1']

/** The text of every generated file, by path below engine/api. */
export function generateTypes(): Map<string, string> {
  const files = new Map<string, string>()
  const exported = new Map<string, string>()
  const names = Object.keys(packages).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  for (const pkg of names) {
    const { text, types } = generatePackage(pkg)
    files.set(`types/${fileOf(pkg)}.ts`, text)
    for (const type of types) if (!exported.has(type)) exported.set(type, pkg)
  }
  const lines = [HEADER, "export type { KubeList, KubeObject, ListMeta, ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object.ts'"]
  for (const pkg of names) {
    const own = [...exported].filter(([, p]) => p === pkg).map(([type]) => type)
    if (own.length) lines.push(`export type {\n${own.map(t => `  ${t},`).join('\n')}\n} from './types/${fileOf(pkg)}.ts'`)
  }
  files.set('types.ts', lines.join('\n') + '\n')
  return files
}

const rank = (pkg: string): number => (PREFERRED.includes(pkg) ? PREFERRED.indexOf(pkg) : PREFERRED.length)
const fileOf = (pkg: string): string => pkg.replace('/', '-')

function generatePackage(pkg: string): { text: string; types: string[] } {
  const { group, version } = packages[pkg]!
  const imports = new Map<string, Set<string>>()
  const types: string[] = []
  const bodies: string[] = []
  const all = typesOf(pkg)!
  const use = (file: string, name: string): string => {
    const alias = names.has(name) ? `${file.replace(/^.*\//, '').replace(/\W+(\w)/g, (_, c: string) => c.toUpperCase())}${name}` : name
    const set = imports.get(file) ?? new Set()
    set.add(alias === name ? name : `${name} as ${alias}`)
    imports.set(file, set)
    return alias
  }
  const names = new Set(all.names())
  const text = (schema: TypeSchema): string => {
    switch (schema.type) {
      case 'struct': {
        const dot = schema.name!.lastIndexOf('.')
        const [from, name] = [schema.name!.slice(0, dot), schema.name!.slice(dot + 1)]
        if (from === 'meta/v1' && SHARED.has(name)) return use('../object.ts', name)
        return from === pkg ? name : use(`./${fileOf(from)}.ts`, name)
      }
      case 'list': {
        const element = text(schema.element!)
        return /[| ]/.test(element) ? `(${element})[]` : `${element}[]`
      }
      case 'map':
        return `Record<string, ${text(schema.element!)}>`
      case 'bool':
        return 'boolean'
      case 'int32':
      case 'int64':
      case 'double':
        return 'number'
      case 'IntOrString':
        return 'number | string'
      case 'object':
        return 'Record<string, unknown>'
      case 'any':
        return 'unknown'
      default:
        return 'string'
    }
  }
  const line = (field: FieldSchema): string => {
    const key = /^[A-Za-z_]\w*$/.test(field.name) ? field.name : `'${field.name}'`
    const optional = field.required || field.name === 'metadata' ? '' : '?'
    const nullable = field.presence === 'null' ? ' | null' : ''
    return `${field.description ? `  /** ${field.description.replaceAll('*/', '*\\/')} */\n` : ''}  ${key}${optional}: ${text(field.schema)}${nullable}`
  }
  for (const name of all.names()) {
    const schema = all.type(name)!
    if (schema.type !== 'struct' || schema.name !== `${pkg}.${name}` || (pkg === 'meta/v1' && SHARED.has(name))) continue
    types.push(name)
    const hasMetadata = schema.fields!.get('metadata')?.schema.name === 'meta/v1.ObjectMeta'
    const base = schema.isKind && hasMetadata ? ` extends ${use('../object.ts', 'KubeObject')}` : ''
    const head = schema.isKind ? [`  apiVersion: '${group === undefined ? 'v1' : apiVersionOf({ group, version })}'`, `  kind: '${name}'`] : []
    const fields = [...head, ...[...schema.fields!.values()].map(line)]
    const doc = schema.description ? `/** ${schema.description} */\n` : ''
    bodies.push(fields.length ? `${doc}export interface ${name}${base} {\n${fields.join('\n')}\n}\n` : `${doc}export type ${name} = Record<string, never>\n`)
  }
  const importLines = [...imports].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, set]) => `import type { ${[...set].sort().join(', ')} } from '${file}'\n`)
  return { text: `${HEADER}\n${importLines.join('')}\n${bodies.join('\n')}`, types }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../', import.meta.url)
  mkdirSync(new URL('types/', root), { recursive: true })
  for (const [path, text] of generateTypes()) writeFileSync(new URL(path, root), text)
}
