import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aggregatedDiscovery } from '../../../engine/api/discovery.ts'
import { openapiV3 } from '../../../engine/api/openapi/v3.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import { ServedKinds } from '../../../engine/apiserver/endpoints/served.ts'
import { metricsResources } from '../../../engine/apiserver/metrics/resources.ts'
import { Resources } from '../../../engine/apiserver/registry/resources.ts'
import type { Resource } from '../../../engine/apiserver/registry/resources.ts'
import { startCluster } from '../../apiserver/harness.ts'
import type { Cluster } from '../../apiserver/harness.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const get = (path: string, headers: Record<string, string> = {}) => cluster.ask(path, { headers })

describe('OpenAPI 3', () => {
  const address = async (path: string) =>
    ((await get('/openapi/v3')).json as { paths: Record<string, { serverRelativeURL: string }> }).paths[path]!
      .serverRelativeURL

  it('may be kept for ever under the address that the index gives', async () => {
    const url = await address('apis/apps/v1')
    const answer = await get(url)
    expect(answer.code).toBe(200)
    expect(answer.headers['cache-control']).toBe('public, immutable')
    expect(Date.parse(String(answer.headers.expires))).toBeGreaterThan(Date.now())
    expect(answer.headers.etag).toBe(`"${url.split('hash=')[1]}"`)
    expect(answer.json.paths).toHaveProperty(['/apis/apps/v1/namespaces/{namespace}/deployments'])
  })
  it('leads from an address with an old hash to the right one', async () => {
    const answer = await get('/openapi/v3/apis/apps/v1?hash=OLD')
    expect(answer.code).toBe(301)
    expect(answer.headers.location).toBe(await address('apis/apps/v1'))
  })
  it('must be asked for anew without a hash, and is not sent again to who has it', async () => {
    const first = await get('/openapi/v3/api/v1')
    expect(first.headers['cache-control']).toBe('no-cache, private')
    const etag = String(first.headers.etag)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/openapi/v3/api/v1', { 'if-none-match': known })
      expect([again.code, again.text]).toEqual([304, ''])
    }
    expect((await get('/openapi/v3/api/v1', { 'if-none-match': '"other"' })).code).toBe(200)
  })
  it('of a group version that is not served is 404', async () =>
    expect((await get('/openapi/v3/apis/nothing/v1')).code).toBe(404))
  it('in a form that there is not is 406', async () =>
    expect((await get('/openapi/v3', { accept: 'text/html' })).code).toBe(406))
})

describe('OpenAPI 2', () => {
  it('is JSON unless protobuf is what the client wants', async () => {
    expect((await get('/openapi/v2', { accept: 'application/json, */*' })).json.swagger).toBe('2.0')
    const type = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
    const answer = await get('/openapi/v2', { accept: type })
    expect(answer.headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf')
    expect(answer.text.slice(2, 5)).toBe('2.0')
    expect((await get('/openapi/v2', { accept: 'text/html' })).code).toBe(406)
  })
  it('is not sent again to who has it', async () => {
    const { etag } = (await get('/openapi/v2')).headers
    expect((await get('/openapi/v2', { 'if-none-match': String(etag) })).code).toBe(304)
  })
})

describe('discovery', () => {
  const aggregated = (v: string) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`

  it.each(['/api', '/apis'])('of %s comes in the form and version asked for, first choice first', async path => {
    for (const v of ['v2', 'v2beta1']) {
      const answer = await get(path, { accept: `${aggregated(v)}, application/json` })
      expect(answer.headers['content-type']).toBe(aggregated(v))
      expect(answer.json.apiVersion).toBe(`apidiscovery.k8s.io/${v}`)
    }
    const old = await get(path, { accept: `application/json, ${aggregated('v2')}` })
    expect(old.json.kind).toBe(path === '/api' ? 'APIVersions' : 'APIGroupList')
    expect((await get(path, { accept: 'text/html' })).code).toBe(406)
  })
  it('is not sent again to who has it, and each form has its own tag', async () => {
    const two = await get('/apis', { accept: aggregated('v2') })
    const one = await get('/apis')
    expect(two.headers.etag).not.toBe(one.headers.etag)
    const again = await get('/apis', { accept: aggregated('v2'), 'if-none-match': String(two.headers.etag) })
    expect(again.code).toBe(304)
    expect(again.headers.vary).toBe('Accept')
  })
})

describe('what is served', () => {
  const crontabs = (version: string): Resource => ({
    strategy: {
      group: 'example.com',
      versions: ['v1', 'v2'],
      storageVersion: 'v1',
      kind: 'CronTab',
      resource: 'crontabs',
      singular: 'crontab',
      namespaced: true,
      verbs: ['get'],
      columns: [],
      hasStatus: false,
    },
    group: 'example.com',
    version,
    resource: 'crontabs',
    kind: 'CronTab',
    apiVersion: `example.com/${version}`,
    namespaced: true,
    prefix: '/example.com/crontabs/',
    schema: { type: 'struct', fields: new Map() },
    custom: true,
  })

  it('is the built-in kinds, and custom resources for as long as they exist', () => {
    const resources = new Resources()
    const served = new ServedKinds(resources)
    expect(served.current()).toBe(scheme)
    resources.setDynamic('example.com', 'crontabs', [crontabs('v1'), crontabs('v2')])
    const now = served.current()
    expect(served.current()).toBe(now)
    const list = aggregatedDiscovery(now, 'apis', 'v2') as {
      items: { metadata: { name: string }; versions: { version: string; resources: object[] }[] }[]
    }
    const group = list.items.find(item => item.metadata.name === 'example.com')!
    expect(group.versions.map(v => [v.version, v.resources.length])).toEqual([
      ['v2', 1],
      ['v1', 1],
    ])
    resources.setDynamic('example.com', 'crontabs', [])
    expect(served.current()).toBe(scheme)
  })
  it('is told of figures of use, where they are served, by their own types', () => {
    const resources = new Resources()
    for (const served of metricsResources()) resources.setDynamic(served.group, served.resource, [served])
    const published = new ServedKinds(resources).current()
    const path = 'apis/metrics.k8s.io/v1beta1'
    const document = openapiV3(published, path) as { paths: object; components: { schemas: object } }
    expect(document.paths).toHaveProperty([`/${path}/namespaces/{namespace}/pods/{name}`, 'get'])
    expect(document.components.schemas).toHaveProperty(['io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetricsList'])
    expect(JSON.stringify(aggregatedDiscovery(published, 'apis', 'v2'))).toContain('"kind":"NodeMetrics"')
  })
})
