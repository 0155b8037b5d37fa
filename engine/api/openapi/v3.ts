import { createHash } from 'node:crypto'
import type { Scheme } from '../scheme.ts'
import type { Strategy } from '../strategy.ts'
import { Definitions, kindsByDefinition } from './definitions.ts'
import { groupVersionPath } from './names.ts'

type Json = Record<string, unknown>

const documents = new WeakMap<Scheme, Map<string, { document: Json; hash: string }>>()

/** `/openapi/v3`: where the document of each group version is. The hash changes with the content. */
export function openapiV3Index(scheme: Scheme): { paths: Record<string, { serverRelativeURL: string }> } {
  const paths: Record<string, { serverRelativeURL: string }> = {}
  for (const path of groupVersions(scheme).keys())
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${built(scheme, path).hash}` }
  return { paths }
}

/** The document of one group version, such as `apis/apps/v1`. */
export function openapiV3(scheme: Scheme, path: string): Json {
  return built(scheme, path).document
}

function groupVersions(scheme: Scheme): Map<string, { group: string; version: string }> {
  const out = new Map<string, { group: string; version: string }>()
  for (const s of scheme.strategies)
    for (const version of s.versions) out.set(groupVersionPath(s.group, version), { group: s.group, version })
  return out
}

function built(scheme: Scheme, path: string): { document: Json; hash: string } {
  let cache = documents.get(scheme)
  if (!cache) documents.set(scheme, (cache = new Map()))
  let entry = cache.get(path)
  if (entry) return entry
  const gv = groupVersions(scheme).get(path)
  if (!gv) throw new RangeError(`no group version is served at ${path}`)
  const document = build(scheme, path, gv.group, gv.version)
  entry = { document, hash: createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase() }
  cache.set(path, entry)
  return entry
}

function build(scheme: Scheme, path: string, group: string, version: string): Json {
  const definitions = new Definitions('#/components/schemas/', true, kindsByDefinition(scheme))
  const paths: Json = {}
  const listMeta = scheme.schemaOf('meta.k8s.io', 'v1', 'ListMeta')!
  const deleteOptions = scheme.schemaOf('meta.k8s.io', 'v1', 'DeleteOptions')!
  const status = scheme.schemaOf('meta.k8s.io', 'v1', 'Status')!
  for (const s of scheme.strategies) {
    if (s.group !== group || !s.versions.includes(version)) continue
    const schema = scheme.schemaOf(group, version, s.kind)
    if (!schema) continue
    const kind = definitions.reference(schema)
    const context: Context = {
      strategy: s,
      group,
      version,
      kind,
      remove: definitions.reference(deleteOptions),
      status: definitions.reference(status),
      list: s.verbs.includes('list') ? definitions.list(schema, listMeta) : undefined,
    }
    const base = `/${path}${s.namespaced ? '/namespaces/{namespace}' : ''}/${s.resource}`
    paths[base] = collection(context)
    if (s.namespaced && s.verbs.includes('list'))
      paths[`/${path}/${s.resource}`] = { get: operation(context, 'list', 'list', context.list!) }
    const item = single(context, s.verbs)
    if (Object.keys(item).length) paths[`${base}/{name}`] = { ...item, parameters: pathParameters(s.namespaced, true) }
    for (const sub of s.subresources ?? []) {
      const subSchema = scheme.schemaOf(sub.group ?? group, sub.version ?? version, sub.kind)
      const body = subSchema?.name ? definitions.reference(subSchema) : kind
      const own = {
        ...context,
        kind: body,
        gvk: { group: sub.group ?? group, version: sub.version ?? version, kind: sub.kind },
      }
      const operations = single(own, sub.verbs)
      if (sub.verbs.includes('create')) operations.post = operation(own, 'post', 'create', body, body)
      paths[`${base}/{name}/${sub.name}`] = { ...operations, parameters: pathParameters(s.namespaced, true) }
    }
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.2' },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(definitions.schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

interface Context {
  strategy: Strategy
  group: string
  version: string
  kind: Json
  remove: Json
  status: Json
  list: Json | undefined
  gvk?: { group: string; version: string; kind: string }
}

function collection(c: Context): Json {
  const out: Json = { parameters: pathParameters(c.strategy.namespaced, false) }
  const { verbs } = c.strategy
  if (verbs.includes('list')) out.get = operation(c, 'list', 'list', c.list!)
  if (verbs.includes('create')) out.post = operation(c, 'post', 'create', c.kind, c.kind)
  if (verbs.includes('deletecollection')) out.delete = operation(c, 'deletecollection', 'delete', c.status, c.remove)
  return out
}

function single(c: Context, verbs: readonly string[]): Json {
  const out: Json = {}
  if (verbs.includes('get')) out.get = operation(c, 'get', 'get', c.kind)
  if (verbs.includes('update')) out.put = operation(c, 'put', 'update', c.kind, c.kind)
  if (verbs.includes('patch')) out.patch = operation(c, 'patch', 'patch', c.kind)
  if (verbs.includes('delete')) out.delete = operation(c, 'delete', 'delete', c.status, c.remove)
  return out
}

/** Types of patches that built-in kinds take. */
const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

function operation(c: Context, action: string, verb: string, answer: Json, body?: Json): Json {
  const writes = action === 'post' || action === 'put' || action === 'patch'
  const patch = action === 'patch'
  return {
    tags: [`${(c.group || 'core').replace(/[.].*$/, '')}_${c.version}`],
    description: `${verb} ${c.strategy.kind}`,
    operationId: `${verb}_${c.group || 'core'}_${c.version}_${c.strategy.resource}_${action}`.replace(
      /[^A-Za-z0-9_]/g,
      '_',
    ),
    parameters: [
      ...(writes
        ? [
            query('dryRun', 'With All, nothing is stored.'),
            query('fieldManager', 'Name of the writer, for the books on fields.'),
            query('fieldValidation', 'What to do about unknown and duplicate fields: Ignore, Warn or Strict.'),
          ]
        : []),
      ...(patch
        ? [
            {
              ...query('force', 'Takes fields from other managers in an apply.'),
              schema: { type: 'boolean', uniqueItems: true },
            },
          ]
        : []),
    ],
    ...(patch
      ? { requestBody: { content: Object.fromEntries(PATCHES.map(type => [type, { schema: { type: 'object' } }])) } }
      : body && { requestBody: { content: { '*/*': { schema: body } } } }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: answer } } },
      ...(action === 'post' && {
        201: { description: 'Created', content: { 'application/json': { schema: answer } } },
      }),
    },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': c.gvk ?? { group: c.group, version: c.version, kind: c.strategy.kind },
  }
}

const query = (name: string, description: string): Json => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string', uniqueItems: true },
})

function pathParameters(namespaced: boolean, named: boolean): Json[] {
  const parameter = (name: string, description: string) => ({
    name,
    in: 'path',
    description,
    required: true,
    schema: { type: 'string', uniqueItems: true },
  })
  return [
    ...(named ? [parameter('name', 'Name of the object.')] : []),
    ...(namespaced ? [parameter('namespace', 'Namespace of the object.')] : []),
  ]
}
