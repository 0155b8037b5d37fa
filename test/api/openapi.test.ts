import { describe, expect, it } from 'vitest'
import { aggregatedDiscovery, apiResourceList } from '../../engine/api/discovery.ts'
import { openapiV2 } from '../../engine/api/openapi/v2.ts'
import { openapiV3, openapiV3Index } from '../../engine/api/openapi/v3.ts'
import { scheme } from '../../engine/api/scheme.ts'

const refs = (document: unknown): string[] =>
  [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(m => m[1]!)

describe('OpenAPI', () => {
  it.each(Object.keys(openapiV3Index(scheme).paths))('%s refers only to what it defines', path => {
    const document = openapiV3(scheme, path) as { components: { schemas: Record<string, unknown> } }
    for (const ref of new Set(refs(document)))
      expect(document.components.schemas).toHaveProperty([ref.replace('#/components/schemas/', '')])
  })
  it('offers the PATCH operation that kubectl looks for', () => {
    const document = openapiV3(scheme, 'apis/apps/v1') as {
      paths: Record<
        string,
        {
          patch: {
            parameters: { name: string }[]
            'x-kubernetes-group-version-kind': object
            requestBody: { content: object }
          }
        }
      >
    }
    const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']!.patch
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect(patch.parameters.map(p => p.name)).toContain('fieldValidation')
    expect(Object.keys(patch.requestBody.content)).toContain('application/strategic-merge-patch+json')
  })
  it('version 2 refers only to what it defines', () => {
    const document = openapiV2(scheme) as { definitions: Record<string, unknown> }
    for (const ref of new Set(refs(document)))
      expect(document.definitions).toHaveProperty([ref.replace('#/definitions/', '')])
  })
})

describe('discovery', () => {
  it('lists every resource in the aggregated document', () => {
    const count = (root: 'api' | 'apis') =>
      (aggregatedDiscovery(scheme, root, 'v2') as { items: { versions: { resources: unknown[] }[] }[] }).items
        .flatMap(i => i.versions)
        .flatMap(v => v.resources).length
    expect(count('api') + count('apis')).toBe(scheme.strategies.flatMap(s => s.versions).length)
  })
  it('lists subresources by path in the old form', () => {
    const { resources } = apiResourceList(scheme, '', 'v1') as { resources: { name: string }[] }
    expect(resources.map(r => r.name)).toEqual(
      expect.arrayContaining(['pods', 'pods/log', 'pods/eviction', 'serviceaccounts/token', 'namespaces/finalize']),
    )
  })
})
