import type { Scheme } from '../scheme.ts'
import { Definitions, kindsByDefinition } from './definitions.ts'
import { groupVersionPath } from './names.ts'

type Json = Record<string, unknown>

/** `/openapi/v2`: one Swagger document of everything. */
export function openapiV2(scheme: Scheme): Json {
  const definitions = new Definitions('#/definitions/', false, kindsByDefinition(scheme))
  const listMeta = scheme.schemaOf('meta.k8s.io', 'v1', 'ListMeta')!
  const paths: Json = {}
  for (const s of scheme.strategies)
    for (const version of s.versions) {
      const schema = scheme.schemaOf(s.group, version, s.kind)
      if (!schema) continue
      const body = definitions.reference(schema)
      const gvk = { group: s.group, version, kind: s.kind }
      const operation = (action: string, answer: Json): Json => ({
        operationId: `${action}_${s.group || 'core'}_${version}_${s.resource}`.replace(/[^A-Za-z0-9_]/g, '_'),
        responses: { 200: { description: 'OK', schema: answer } },
        'x-kubernetes-action': action,
        'x-kubernetes-group-version-kind': gvk,
      })
      const base = `/${groupVersionPath(s.group, version)}${s.namespaced ? '/namespaces/{namespace}' : ''}/${s.resource}`
      const parameters = s.namespaced ? [{ name: 'namespace', in: 'path', required: true, type: 'string' }] : []
      paths[base] = {
        parameters,
        ...(s.verbs.includes('list') && { get: operation('list', definitions.list(schema, listMeta)) }),
        ...(s.verbs.includes('create') && {
          post: {
            ...operation('post', body),
            parameters: [{ name: 'body', in: 'body', required: true, schema: body }],
          },
        }),
      }
      if (!s.verbs.includes('get')) continue
      paths[`${base}/{name}`] = {
        parameters: [{ name: 'name', in: 'path', required: true, type: 'string' }, ...parameters],
        get: operation('get', body),
        ...(s.verbs.includes('update') && { put: operation('put', body) }),
        ...(s.verbs.includes('patch') && {
          patch: {
            ...operation('patch', body),
            consumes: [
              'application/json-patch+json',
              'application/merge-patch+json',
              'application/strategic-merge-patch+json',
              'application/apply-patch+yaml',
            ],
          },
        }),
        ...(s.verbs.includes('delete') && { delete: operation('delete', { type: 'object' }) }),
      }
    }
  return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.36.2' }, paths, definitions: definitions.schemas }
}
