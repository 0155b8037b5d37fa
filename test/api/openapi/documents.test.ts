import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList } from '../../../engine/api/discovery.ts'
import type { Json, Published } from '../../../engine/api/openapi/published.ts'
import { groupVersions } from '../../../engine/api/openapi/published.ts'
import { encodeOpenapiV2 } from '../../../engine/api/openapi/v2-protobuf.ts'
import { openapiV2 } from '../../../engine/api/openapi/v2.ts'
import { documentPaths, openapiV3, openapiV3Hash, openapiV3Index } from '../../../engine/api/openapi/v3.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import type { Strategy } from '../../../engine/api/strategy.ts'

interface Operation {
  operationId: string
  parameters?: { name: string; in: string }[]
  requestBody?: { content: Record<string, unknown>; required?: boolean }
  consumes?: string[]
  responses: Record<string, { content?: Record<string, { schema: Json }>; schema?: Json }>
  'x-kubernetes-action': string
  'x-kubernetes-group-version-kind': Json
}
type PathItem = Record<string, Operation>

const METHODS = ['get', 'put', 'post', 'delete', 'patch']
const paths = (document: Json) => document.paths as Record<string, PathItem>
const schemas = (document: Json) => (document.components as { schemas: Record<string, Json> }).schemas
const operations = (document: Json): Operation[] =>
  Object.values(paths(document)).flatMap(item => METHODS.flatMap(method => item[method] ?? []))

/** Everything that a document refers to. Only texts are references: `$ref` is also the name of a field. */
const references = (document: unknown): Set<string> =>
  new Set([...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(m => m[1]!))

/** One for all documents: it compiles the schema of OpenAPI only once. */
const validator = new Validator()

/** The validator takes any key `$ref` for a reference, but a JSON schema's schema has a field of that name. */
async function problemsOf(document: Json): Promise<unknown> {
  const text = JSON.stringify(document).replaceAll('"$ref":{', '"ref-field":{')
  const result = await validator.validate(JSON.parse(text) as Json)
  return result.valid ? undefined : result.errors
}

const custom: Strategy = {
  group: 'stable.example.com',
  versions: ['v1'],
  storageVersion: 'v1',
  kind: 'CronTab',
  resource: 'crontabs',
  singular: 'crontab',
  namespaced: true,
  shortNames: ['ct'],
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [{ name: 'status', kind: 'CronTab', verbs: ['get', 'patch', 'update'] }],
  columns: [],
  hasStatus: true,
}
const authored: Json = {
  type: 'object',
  description: 'A table.',
  properties: {
    spec: {
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^\\S+$', description: 'When.' },
        limit: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        maybe: { type: 'string', nullable: true, default: null },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
  },
}
const AS_WRITTEN = JSON.stringify(authored)
const published: Published = {
  strategies: [...scheme.strategies, custom],
  schemaOf: (group, version, name) => (group === custom.group ? undefined : scheme.schemaOf(group, version, name)),
  openapiOf: (group, _version, kind) => (group === custom.group && kind === 'CronTab' ? authored : undefined),
}

describe.each(documentPaths(scheme))('the document of %s', path => {
  const document = openapiV3(scheme, path)

  it('is valid OpenAPI 3', async () => expect(await problemsOf(document)).toBeUndefined())

  it('refers only to what it defines, and defines only what it refers to or serves', () => {
    const defined = Object.keys(schemas(document)).map(name => `#/components/schemas/${name}`)
    expect(defined.sort()).toEqual([...references(document)].sort())
  })

  it('names each operation once, and declares each placeholder of its paths', () => {
    const ids = operations(document)
      .map(o => o.operationId)
      .filter(id => id !== undefined)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [template, item] of Object.entries(paths(document))) {
      const wanted = [...template.matchAll(/\{(\w+)\}/g)].map(m => m[1])
      const declared = ((item.parameters ?? []) as unknown as { name: string; in: string }[]).filter(
        p => p.in === 'path',
      )
      expect(declared.map(p => p.name)).toEqual(wanted)
    }
  })
})

describe('documents of version 3', () => {
  it('have an operation for every verb of every resource', () => {
    const methods = { create: 'post', update: 'put', patch: 'patch', delete: 'delete', get: 'get', list: 'get' }
    for (const [path, { group, version }] of groupVersions(scheme)) {
      const served = paths(openapiV3(scheme, path))
      for (const s of scheme.strategies.filter(s => s.group === group && s.versions.includes(version))) {
        const base = `/${path}${s.namespaced ? '/namespaces/{namespace}' : ''}/${s.resource}`
        for (const verb of s.verbs) {
          if (verb === 'watch') continue
          if (verb === 'deletecollection') expect(served[base]).toHaveProperty('delete')
          else
            expect(served[/list|create/.test(verb) ? base : `${base}/{name}`], `${base} ${verb}`).toHaveProperty(
              methods[verb],
            )
        }
        for (const sub of s.subresources ?? []) expect(served).toHaveProperty([`${base}/{name}/${sub.name}`])
      }
    }
  })
  it('offer the PATCH operation that kubectl looks for, with every form of a patch', () => {
    const { patch } = paths(openapiV3(scheme, 'apis/apps/v1'))[
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}'
    ]!
    expect(patch!['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect(patch!.parameters!.map(p => p.name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force'])
    expect(Object.keys(patch!.requestBody!.content)).toEqual([
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
    ])
  })
  it('say of every write whether unknown fields are checked, and in which forms a body is read', () => {
    for (const path of groupVersions(scheme).keys())
      for (const o of operations(openapiV3(scheme, path))) {
        if (!['post', 'put', 'patch'].includes(o['x-kubernetes-action'])) continue
        expect(o.parameters!.map(p => p.name)).toContain('fieldValidation')
        if (o['x-kubernetes-action'] !== 'patch')
          expect(Object.keys(o.requestBody!.content)).toEqual(
            expect.arrayContaining(['application/json', 'application/yaml']),
          )
      }
    const create = (path: string, at: string) =>
      Object.keys(paths(openapiV3(scheme, path))[at]!.post!.requestBody!.content)
    expect(create('api/v1', '/api/v1/namespaces')).toContain('application/vnd.kubernetes.protobuf')
  })
  it('carry how lists and maps are merged, defaults, enums and formats', () => {
    const all = schemas(openapiV3(scheme, 'apis/apps/v1'))
    const field = (type: string, name: string) =>
      (all[`io.k8s.api.${type}`]!.properties as Record<string, Json>)[name] ?? {}
    expect(field('core.v1.Container', 'ports')).toMatchObject({
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'containerPort',
    })
    expect(field('core.v1.PodSpec', 'volumes')['x-kubernetes-patch-strategy']).toBe('merge,retainKeys')
    expect(field('core.v1.PodSpec', 'nodeSelector')['x-kubernetes-map-type']).toBe('atomic')
    expect(field('core.v1.ContainerPort', 'protocol')).toMatchObject({ default: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] })
    expect(field('core.v1.HostPathVolumeSource', 'type').enum).toContain('DirectoryOrCreate')
    expect(field('core.v1.PersistentVolumeClaimSpec', 'accessModes').items).toMatchObject({
      enum: ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'],
    })
    expect(field('core.v1.PodSpec', 'terminationGracePeriodSeconds').format).toBe('int64')
    expect(all['io.k8s.api.core.v1.SeccompProfile']!['x-kubernetes-unions']).toEqual([
      { discriminator: 'type', 'fields-to-discriminateBy': { localhostProfile: 'LocalhostProfile' } },
    ])
    expect(all['io.k8s.api.core.v1.ConfigMapKeySelector']!['x-kubernetes-map-type']).toBe('atomic')
  })
  it('keep the names of free-form types', () => {
    const all = schemas(openapiV3(scheme, 'apis/apps/v1'))
    expect(Object.keys(all)).toEqual(
      expect.arrayContaining([
        'io.k8s.apimachinery.pkg.runtime.RawExtension',
        'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
        'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
      ]),
    )
  })
  it('say that options of a deletion belong to the group version', () => {
    const all = schemas(openapiV3(scheme, 'apis/apps/v1'))
    const name = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'
    expect(all[name]!['x-kubernetes-group-version-kind']).toEqual([
      { group: 'apps', version: 'v1', kind: 'DeleteOptions' },
    ])
  })
  it('list as parameters what a request to connect can say', () => {
    const exec = paths(openapiV3(scheme, 'api/v1'))['/api/v1/namespaces/{namespace}/pods/{name}/exec']!.post!
    expect(exec['x-kubernetes-action']).toBe('connect')
    expect(exec.parameters!.map(p => p.name)).toEqual(['command', 'container', 'stderr', 'stdin', 'stdout', 'tty'])
  })
})

describe('the index', () => {
  it('has a hash that changes with the content alone', () => {
    const before = openapiV3Index(scheme).paths
    const after = openapiV3Index(published).paths
    for (const [path, { serverRelativeURL }] of Object.entries(before)) {
      expect(serverRelativeURL).toBe(`/openapi/v3/${path}?hash=${openapiV3Hash(scheme, path)}`)
      expect(after[path]).toEqual({ serverRelativeURL })
    }
    expect(Object.keys(after).filter(path => !(path in before))).toEqual([
      'apis/stable.example.com',
      'apis/stable.example.com/v1',
    ])
  })
  it('refuses a path that is not served', () => expect(() => openapiV3(scheme, 'apis/nothing/v1')).toThrow(RangeError))
})

/** The fields of a protobuf message whose values have a length: number and bytes. */
function readMessage(bytes: Buffer): { field: number; bytes: Buffer }[] {
  const out: { field: number; bytes: Buffer }[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const length = key % 8 === 2 ? varint() : 0
    if (key % 8 === 0) varint()
    out.push({ field: Math.floor(key / 8), bytes: bytes.subarray(at, (at += length)) })
  }
  return out
}

describe('the document of version 2', () => {
  const document = openapiV2(published)

  it('has the same definitions with the same fields in protobuf', () => {
    const part = (bytes: Buffer, field: number) => readMessage(bytes).filter(f => f.field === field)
    const [definitions] = part(encodeOpenapiV2(document), 9)
    const read = part(definitions!.bytes, 1).map(({ bytes }) => {
      const [name] = part(bytes, 1)
      const [schema] = part(bytes, 2)
      const [properties] = part(schema!.bytes, 25)
      const fields = properties ? part(properties.bytes, 1).map(f => part(f.bytes, 1)[0]!.bytes.toString()) : []
      return [name!.bytes.toString(), fields]
    })
    const wanted = Object.entries(document.definitions as Record<string, Json>).map(([name, schema]) => [
      name,
      Object.keys((schema.properties as Json | undefined) ?? {}),
    ])
    expect(read).toEqual(wanted)
  })
  it('would not pass if it were not valid', async () => {
    const broken = { ...document, paths: { '/a': { get: { description: 'No responses.' } } } }
    expect(await problemsOf(broken)).toBeDefined()
  })
  it('is valid Swagger', async () => expect(await problemsOf(document)).toBeUndefined())
  it('refers only to what it defines', () => {
    const defined = Object.keys(document.definitions as Json).map(name => `#/definitions/${name}`)
    expect(defined.sort()).toEqual([...references(document)].sort())
  })
  it('has the paths of version 3, and the same names for operations', () => {
    const ids = (d: Json) =>
      operations(d)
        .map(o => o.operationId)
        .filter(id => id !== undefined)
    const three = [...groupVersions(published).keys()].flatMap(path => ids(openapiV3(published, path)))
    expect(ids(document).sort()).toEqual(three.sort())
  })
})

describe('a custom resource', () => {
  const name = 'com.example.stable.v1.CronTab'
  const path = 'apis/stable.example.com/v1'

  it('is published as its author wrote it, with what every object has', async () => {
    const document = openapiV3(published, path)
    expect(await problemsOf(document)).toBeUndefined()
    const definition = schemas(document)[name] as { properties: Record<string, Json> } & Json
    expect(definition).toMatchObject({
      description: 'A table.',
      'x-kubernetes-group-version-kind': [{ group: 'stable.example.com', version: 'v1', kind: 'CronTab' }],
    })
    expect(definition.properties.spec).toEqual((authored.properties as Json).spec)
    expect(Object.keys(definition.properties)).toEqual(['spec', 'apiVersion', 'kind', 'metadata'])
    expect(schemas(document)).toHaveProperty([`${name}List`])
  })
  it('takes no strategic merge patch and no protobuf', () => {
    const item = paths(openapiV3(published, path))[`/${path}/namespaces/{namespace}/crontabs/{name}`]!
    expect(Object.keys(item.patch!.requestBody!.content)).not.toContain('application/strategic-merge-patch+json')
    expect(Object.keys(item.put!.requestBody!.content)).toEqual(['application/json', 'application/yaml'])
  })
  it('loses in version 2 what Swagger cannot say', () => {
    const definition = (openapiV2(published).definitions as Record<string, Json>)[name]!
    expect((definition.properties as Record<string, Json>).spec).toEqual({
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^\\S+$', description: 'When.' },
        limit: { 'x-kubernetes-int-or-string': true },
        maybe: {},
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    })
    expect(JSON.stringify(authored)).toBe(AS_WRITTEN)
  })
  it('without a schema may hold anything', () => {
    const open: Published = { ...published, openapiOf: () => undefined }
    expect(schemas(openapiV3(open, path))[name]).toMatchObject({ 'x-kubernetes-preserve-unknown-fields': true })
  })
  it('is discovered in every form', () => {
    expect(JSON.stringify(aggregatedDiscovery(published, 'apis', 'v2'))).toContain('"resource":"crontabs"')
    expect(JSON.stringify(apiGroupList(published))).toContain('"stable.example.com"')
    expect(apiGroup(published, 'stable.example.com')).toMatchObject({ preferredVersion: { version: 'v1' } })
    const { resources } = apiResourceList(published, 'stable.example.com', 'v1') as { resources: { name: string }[] }
    expect(resources.map(r => r.name)).toEqual(['crontabs', 'crontabs/status'])
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
