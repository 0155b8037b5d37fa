import { Definitions } from './definitions.ts'
import { operationsOf, PATH_PARAMETERS, PRETTY } from './operations.ts'
import type { Operation, Parameter } from './operations.ts'
import { groupVersions, INFO } from './published.ts'
import type { Json, Published } from './published.ts'

/** `/openapi/v2`: one Swagger document of everything. */
export function openapiV2(published: Published): Json {
  const served = groupVersions(published)
  const definitions = new Definitions(2, [...served.values()])
  const paths: Record<string, Json> = {
    '/api/': listing('Lists the versions of the core group.', definitions.meta('APIVersions')),
    '/apis/': listing('Lists the groups.', definitions.meta('APIGroupList')),
    '/version/': listing('Tells the version of the server.', { type: 'object' }),
  }
  for (const [path, { group, version }] of served) {
    if (group) paths[`/apis/${group}/`] = listing('Tells the versions of the group.', definitions.meta('APIGroup'))
    paths[`/${path}/`] = listing('Lists the resources.', definitions.meta('APIResourceList'))
    for (const operation of operationsOf(published, path, group, version, definitions)) {
      const item = (paths[operation.path] ??= { parameters: pathParameters(operation.path) })
      item[operation.method] = render(operation)
    }
  }
  return {
    swagger: '2.0',
    info: INFO,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    definitions: definitions.sorted(),
    securityDefinitions: {
      BearerToken: {
        type: 'apiKey',
        name: 'authorization',
        in: 'header',
        description: 'Bearer token; a client certificate does as well.',
      },
    },
    security: [{ BearerToken: [] }],
  }
}

function render(o: Operation): Json {
  const body = o.body && {
    name: 'body',
    in: 'body',
    ...(o.body.required && { required: true }),
    schema: o.body.type,
  }
  return {
    tags: [o.tag],
    description: o.description,
    operationId: o.id,
    ...(o.body && { consumes: o.body.media }),
    produces: o.media,
    ...((body || o.query.length) && { parameters: [...(body ? [body] : []), ...o.query.map(queryParameter)] }),
    responses: {
      ...Object.fromEntries(o.answers.map(a => [a.code, { description: a.description, schema: a.type }])),
      401: { description: 'Unauthorized' },
    },
    schemes: ['https'],
    'x-kubernetes-action': o.action,
    'x-kubernetes-group-version-kind': o.gvk,
  }
}

function queryParameter({ name, description, type }: Parameter): Json {
  return { name, in: 'query', ...(description && { description }), type, uniqueItems: true }
}

function pathParameters(path: string): Json[] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    description: PATH_PARAMETERS[name!],
    required: true,
    type: 'string',
    uniqueItems: true,
  }))
  return [...named, queryParameter(PRETTY)]
}

function listing(description: string, schema: Json): Json {
  return {
    get: {
      description,
      produces: ['application/json'],
      responses: { 200: { description: 'OK', schema }, 401: { description: 'Unauthorized' } },
      schemes: ['https'],
    },
  }
}
