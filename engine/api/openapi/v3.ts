import { createHash } from 'node:crypto'
import { Definitions } from './definitions.ts'
import { operationsOf, PATH_PARAMETERS, PRETTY } from './operations.ts'
import type { Operation, Parameter } from './operations.ts'
import { groupVersions, INFO } from './published.ts'
import type { Json, Published } from './published.ts'

/** Hashes alone are kept: the documents are large, and whoever serves them keeps their bytes. */
const hashes = new WeakMap<Published, Map<string, string>>()

/** `/openapi/v3`: where the document of each group version is. The hash changes with the content. */
export function openapiV3Index(published: Published): { paths: Record<string, { serverRelativeURL: string }> } {
  const paths: Record<string, { serverRelativeURL: string }> = {}
  for (const path of documentPaths(published))
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${openapiV3Hash(published, path)}` }
  return { paths }
}

/** The document of one group version, such as `apis/apps/v1`, or of one of the paths above them. */
export function openapiV3(published: Published, path: string): Json {
  return build(published, path)
}

/** Tells states of a document apart: SHA-512 in hexadecimal. */
export function openapiV3Hash(published: Published, path: string): string {
  let cache = hashes.get(published)
  if (!cache) hashes.set(published, (cache = new Map()))
  let hash = cache.get(path)
  if (!hash) cache.set(path, (hash = digest(JSON.stringify(build(published, path)))))
  return hash
}

/** Which documents there are. */
export function documentPaths(published: Published): string[] {
  return [...groupVersions(published).keys(), ...rootsOf(published).keys()].sort()
}

const digest = (text: string): string => createHash('sha512').update(text).digest('hex').toUpperCase()

function build(published: Published, path: string): Json {
  const gv = groupVersions(published).get(path)
  if (gv) return buildGroupVersion(published, path, gv.group, gv.version)
  const root = rootsOf(published).get(path)
  if (!root) throw new RangeError(`nothing is served at ${path}`)
  return buildRoot(path, root)
}

function buildGroupVersion(published: Published, path: string, group: string, version: string): Json {
  const definitions = new Definitions(3, [{ group, version }])
  const paths: Record<string, Json> = {
    [`/${path}/`]: listing('Lists the resources.', definitions.meta('APIResourceList')),
  }
  for (const operation of operationsOf(published, path, group, version, definitions)) {
    const item = (paths[operation.path] ??= { parameters: pathParameters(operation.path) })
    item[operation.method] = render(operation)
  }
  return document(paths, definitions)
}

function document(paths: Record<string, Json>, definitions: Definitions): Json {
  return {
    openapi: '3.0.0',
    info: INFO,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: definitions.sorted(),
      securitySchemes: {
        BearerToken: {
          type: 'apiKey',
          name: 'authorization',
          in: 'header',
          description: 'Bearer token; a client certificate does as well.',
        },
      },
    },
    security: [{ BearerToken: [] }],
  }
}

function render(o: Operation): Json {
  const content = (media: readonly string[], schema: Json) => Object.fromEntries(media.map(type => [type, { schema }]))
  return {
    tags: [o.tag],
    description: o.description,
    operationId: o.id,
    ...(o.query.length && { parameters: o.query.map(queryParameter) }),
    ...(o.body && {
      requestBody: { content: content(o.body.media, o.body.type), ...(o.body.required && { required: true }) },
    }),
    responses: {
      ...Object.fromEntries(
        o.answers.map(a => [a.code, { description: a.description, content: content(o.media, a.type) }]),
      ),
      401: { description: 'Unauthorized' },
    },
    'x-kubernetes-action': o.action,
    'x-kubernetes-group-version-kind': o.gvk,
  }
}

function queryParameter({ name, description, type }: Parameter): Json {
  return { name, in: 'query', ...(description && { description }), schema: { type, uniqueItems: true } }
}

function pathParameters(path: string): Json[] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    description: PATH_PARAMETERS[name!],
    required: true,
    schema: { type: 'string', uniqueItems: true },
  }))
  return [...named, queryParameter(PRETTY)]
}

interface Root {
  description: string
  answer(definitions: Definitions): Json
}

/** Paths above the group versions, and the few beside them. */
function rootsOf(published: Published): Map<string, Root> {
  const any = (description: string): Root => ({ description, answer: () => ({ type: 'object' }) })
  const roots = new Map<string, Root>([
    ['api', { description: 'Lists the versions of the core group.', answer: d => d.meta('APIVersions') }],
    ['apis', { description: 'Lists the groups.', answer: d => d.meta('APIGroupList') }],
    ['version', any('Tells the version of the server.')],
    ['.well-known/openid-configuration', any('Tells who issues tokens of service accounts.')],
    ['openid/v1/jwks', any('Lists the keys that tokens of service accounts are signed with.')],
  ])
  for (const { group } of groupVersions(published).values())
    if (group)
      roots.set(`apis/${group}`, { description: 'Tells the versions of the group.', answer: d => d.meta('APIGroup') })
  return roots
}

function buildRoot(path: string, root: Root): Json {
  const definitions = new Definitions(3, [])
  const slash = path === 'api' || path.startsWith('apis') ? '/' : ''
  return document({ [`/${path}${slash}`]: listing(root.description, root.answer(definitions)) }, definitions)
}

function listing(description: string, schema: Json): Json {
  return {
    get: {
      description,
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema } } },
        401: { description: 'Unauthorized' },
      },
    },
  }
}
