import { typeOfPackage } from '../schema/packages.ts'
import type { FieldSchema, TypeSchema } from '../schema/types.ts'
import type { Strategy, SubresourceInfo } from '../strategy.ts'
import type { Definitions } from './definitions.ts'
import { capital, groupIdentifier } from './names.ts'
import type { GroupVersionKind, Json, Published } from './published.ts'

/** One method of one path, in terms that both versions of OpenAPI can say. */
export interface Operation {
  path: string
  method: 'get' | 'put' | 'post' | 'delete' | 'patch'
  id: string
  tag: string
  description: string
  /** x-kubernetes-action: list, get, post, put, patch, delete, deletecollection or connect. */
  action: string
  gvk: GroupVersionKind
  query: Parameter[]
  body?: { media: readonly string[]; type: Json; required: boolean }
  answers: { code: number; description: string; type: Json }[]
  /** Types of media of the answer. */
  media: readonly string[]
}

export interface Parameter {
  name: string
  description: string
  type: 'string' | 'integer' | 'boolean'
}

/** Placeholders that paths may have. */
export const PATH_PARAMETERS: Record<string, string> = {
  name: 'Name of the object.',
  namespace: 'Namespace of the object.',
  path: 'Path of the request behind the proxy.',
}

/** A parameter that every path has. */
export const PRETTY: Parameter = { name: 'pretty', description: 'Indents the answer.', type: 'string' }

/** All operations of a group version. Types that they mention are added to `definitions`. */
export function operationsOf(
  published: Published,
  path: string,
  group: string,
  version: string,
  definitions: Definitions,
) {
  const out: Operation[] = []
  for (const strategy of published.strategies) {
    if (strategy.group !== group || !strategy.versions.includes(version)) continue
    const gvk = { group, version, kind: strategy.kind }
    const schema = published.schemaOf(group, version, strategy.kind)
    const own = published.openapiOf?.(group, version, strategy.kind)
    const custom = own !== undefined || !schema?.name
    const context: Context = {
      published,
      definitions,
      strategy,
      custom,
      gvk,
      type: custom
        ? definitions.custom(gvk, own ?? schema, !own && schema !== undefined)
        : definitions.reference(schema),
      base: `/${path}${strategy.namespaced ? '/namespaces/{namespace}' : ''}/${strategy.resource}`,
      tag: `${groupIdentifier(group)}_${version}`,
      name: (verb, infix, suffix) => {
        const scope = `${infix}${strategy.namespaced ? 'Namespaced' : ''}${strategy.kind}${suffix}`
        return `${verb}${capital(groupIdentifier(group))}${capital(version)}${scope}`
      },
    }
    out.push(...collection(context, path), ...single(context))
    for (const sub of strategy.subresources ?? []) out.push(...subresource(context, sub))
  }
  return out
}

interface Context {
  published: Published
  definitions: Definitions
  strategy: Strategy
  custom: boolean
  gvk: GroupVersionKind
  /** Reference to the kind's type. */
  type: Json
  base: string
  tag: string
  name(verb: string, infix: string, suffix: string): string
}

const OBJECTS = ['application/json', 'application/yaml']
const LISTS = [...OBJECTS, 'application/json;stream=watch']
/** Bodies in protobuf are read for kinds that have numbers. */
const PROTOBUF = 'application/vnd.kubernetes.protobuf'
const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json']
const STRATEGIC = 'application/strategic-merge-patch+json'

/** Fields of an options type as parameters of the query. */
function options(type: string): Parameter[] {
  return parametersOf(typeOfPackage('meta/v1', type)!, new Set(['shardSelector', 'preconditions']))
}

function parametersOf(schema: TypeSchema, leaveOut = new Set<string>()): Parameter[] {
  return [...schema.fields!.values()]
    .filter(field => !leaveOut.has(field.name))
    .map(field => ({ name: field.name, description: field.description ?? '', type: parameterType(field) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function parameterType({ schema }: FieldSchema): Parameter['type'] {
  const { type } = schema.type === 'list' ? schema.element! : schema
  return type === 'bool' ? 'boolean' : type === 'int32' || type === 'int64' ? 'integer' : 'string'
}

const ok = (type: Json) => ({ code: 200, description: 'OK', type })
const created = (type: Json) => ({ code: 201, description: 'Created', type })
const accepted = (type: Json) => ({ code: 202, description: 'Accepted', type })

function collection(c: Context, path: string): Operation[] {
  const { verbs, namespaced } = c.strategy
  const out: Operation[] = []
  const { group, version, kind } = c.gvk
  if (verbs.includes('list')) {
    const listSchema = c.custom ? undefined : c.published.schemaOf(group, version, `${kind}List`)
    const list = c.definitions.list(c.type, c.gvk, listSchema)
    const common = {
      ...shared(c, 'get', 'list', `Lists or watches objects of the kind ${kind}.`),
      query: options('ListOptions'),
      answers: [ok(list)],
      media: LISTS,
    }
    out.push({ ...common, path: c.base, id: c.name('list', '', '') })
    if (namespaced) {
      const id = c.name('list', '', 'ForAllNamespaces').replace('Namespaced', '')
      out.push({ ...common, path: `/${path}/${c.strategy.resource}`, id })
    }
  }
  if (verbs.includes('create'))
    out.push({
      ...shared(c, 'post', 'post', `Creates an object of the kind ${kind}.`),
      path: c.base,
      id: c.name('create', '', ''),
      query: options('CreateOptions'),
      body: body(c.type, !c.custom && encodable(c.published, c.gvk)),
      answers: [ok(c.type), created(c.type), accepted(c.type)],
    })
  if (verbs.includes('deletecollection'))
    out.push({
      ...shared(c, 'delete', 'deletecollection', `Deletes objects of the kind ${kind}.`),
      path: c.base,
      id: c.name('delete', 'Collection', ''),
      query: unique([
        ...options('ListOptions').filter(p => !/^watch|Bookmarks$/.test(p.name)),
        ...options('DeleteOptions'),
      ]),
      body: { ...body(c.definitions.meta('DeleteOptions'), true), required: false },
      answers: [ok(c.definitions.meta('Status'))],
    })
  return out
}

function single(c: Context): Operation[] {
  const { verbs } = c.strategy
  const out = readAndWrite(c, verbs, `${c.base}/{name}`, c.type, '')
  if (verbs.includes('delete')) {
    const status = c.definitions.meta('Status')
    out.push({
      ...shared(c, 'delete', 'delete', `Deletes an object of the kind ${c.gvk.kind}.`),
      path: `${c.base}/{name}`,
      id: c.name('delete', '', ''),
      query: options('DeleteOptions'),
      body: { ...body(c.definitions.meta('DeleteOptions'), true), required: false },
      answers: [ok(status), accepted(status)],
    })
  }
  return out
}

/** get, put and patch of an object or of its subresource. */
function readAndWrite(c: Context, verbs: readonly string[], path: string, type: Json, suffix: string): Operation[] {
  const what = suffix ? `the ${suffix.toLowerCase()} of an object` : 'an object'
  const out: Operation[] = []
  const about = (action: string) => `${action} ${what} of the kind ${c.strategy.kind}.`
  if (verbs.includes('get'))
    out.push({
      ...shared(c, 'get', 'get', about('Reads')),
      path,
      id: c.name('read', '', suffix),
      answers: [ok(type)],
    })
  if (verbs.includes('update'))
    out.push({
      ...shared(c, 'put', 'put', about('Replaces')),
      path,
      id: c.name('replace', '', suffix),
      query: options('UpdateOptions'),
      body: body(type, !c.custom && encodable(c.published, c.gvk)),
      answers: [ok(type), created(type)],
    })
  if (verbs.includes('patch'))
    out.push({
      ...shared(c, 'patch', 'patch', about('Changes parts of')),
      path,
      id: c.name('patch', '', suffix),
      query: options('PatchOptions'),
      body: {
        media: c.custom ? PATCHES : [...PATCHES, STRATEGIC],
        type: c.definitions.meta('Patch'),
        required: true,
      },
      answers: [ok(type), created(type)],
    })
  return out
}

function subresource(parent: Context, sub: SubresourceInfo): Operation[] {
  const gvk = {
    group: sub.group ?? parent.gvk.group,
    version: sub.version ?? parent.gvk.version,
    kind: sub.kind,
  }
  const c: Context = { ...parent, gvk }
  const path = `${c.base}/{name}/${sub.name}`
  const suffix = capital(sub.name)
  const schema = c.published.schemaOf(gvk.group, gvk.version, gvk.kind)
  if (schema && /Options$/.test(sub.kind)) return connect(c, sub, path, schema)
  if (sub.name === 'log') return log(c, path)
  const type = !schema?.name || sub.kind === c.strategy.kind ? c.type : c.definitions.reference(schema)
  const out = readAndWrite(c, sub.verbs, path, type, suffix)
  if (sub.verbs.includes('create'))
    out.push({
      ...shared(c, 'post', 'post', `Creates the ${sub.name} of an object of the kind ${c.strategy.kind}.`),
      path,
      id: c.name('create', '', suffix),
      query: options('CreateOptions'),
      body: body(type, encodable(c.published, gvk)),
      answers: [ok(type), created(type), accepted(type)],
    })
  return out
}

const CONNECT = { get: 'get', create: 'post', update: 'put', patch: 'patch', delete: 'delete' } as const

/** Requests that are passed on: exec, attach, port-forward and the proxies. */
function connect(c: Context, sub: SubresourceInfo, path: string, schema: TypeSchema): Operation[] {
  const out: Operation[] = []
  const suffix = capital(sub.name)
  for (const [verb, method] of Object.entries(CONNECT)) {
    if (!sub.verbs.includes(verb as keyof typeof CONNECT)) continue
    const common = {
      ...shared(c, method, 'connect', `Connects ${method.toUpperCase()} requests to ${sub.name}.`),
      query: parametersOf(schema),
      answers: [ok({ type: 'string' })],
      media: ['*/*'],
    }
    out.push({ ...common, path, id: c.name('connect', capital(method), suffix) })
    if (sub.name === 'proxy')
      out.push({
        ...common,
        path: `${path}/{path}`,
        id: c.name('connect', capital(method), `${suffix}WithPath`),
        query: [],
      })
  }
  return out
}

function log(c: Context, path: string): Operation[] {
  return [
    {
      ...shared(c, 'get', 'get', `Reads the log of an object of the kind ${c.strategy.kind}.`),
      path,
      id: c.name('read', '', 'Log'),
      query: parametersOf(typeOfPackage('core/v1', 'PodLogOptions')!),
      answers: [ok({ type: 'string' })],
      media: ['text/plain', ...OBJECTS],
    },
  ]
}

function shared(c: Context, method: Operation['method'], action: string, description: string) {
  return {
    method,
    action,
    description,
    tag: c.tag,
    gvk: c.gvk,
    query: [] as Parameter[],
    media: OBJECTS as readonly string[],
  }
}

function body(type: Json, protobuf: boolean) {
  return { media: protobuf ? [...OBJECTS, PROTOBUF] : OBJECTS, type, required: true }
}

function unique(parameters: Parameter[]): Parameter[] {
  return [...new Map(parameters.map(p => [p.name, p])).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Whether the kind's fields have protobuf numbers. */
function encodable(published: Published, gvk: GroupVersionKind): boolean {
  const schema = published.schemaOf(gvk.group, gvk.version, gvk.kind)
  return [...(schema?.fields?.values() ?? [])].some(field => field.tag.length > 0)
}
