import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseApiVersion, type KubeObject } from '../../engine/api/object.ts'
import { kindsOf } from '../../renderer/src/cluster/discovery.ts'
import { conflictsOf } from '../../renderer/src/yaml/apply/conflicts.ts'
import { TEMPLATES, withDocuments } from '../../renderer/src/yaml/apply/templates.ts'
import { reviewChanges } from '../../renderer/src/yaml/diff/review.ts'
import { parseManifests } from '../../renderer/src/yaml/documents.ts'
import { yamlTexts } from '../../renderer/src/yaml/text.ts'
import { startCluster, type Cluster } from '../apiserver/harness.ts'
import { fillCluster } from './sample-cluster.ts'

describe('manifests and a real API server', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
    await fillCluster(cluster)
  })
  afterAll(() => cluster.close())

  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  async function apply(object: KubeObject, query = '') {
    const documents = await Promise.all(['/api', '/apis'].map(path => cluster.ask(path, { headers: { accept } })))
    const kind = kindsOf(...documents.map(d => d.json)).find(k => k.kind === object.kind)!
    const { group, version } = parseApiVersion(object.apiVersion)
    const root = group ? `/apis/${group}/${version}` : `/api/${version}`
    const path = `${root}${kind.namespaced ? '/namespaces/shop' : ''}/${kind.resource}/${object.metadata.name}`
    return cluster.ask(`${path}?fieldManager=kubarium-ui${query}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: object,
    })
  }

  it.each(TEMPLATES.map(t => [t.kind, t] as const))(
    'the template of %s is accepted as it is',
    async (kind, { yaml }) => {
      const { objects, mistakes } = parseManifests(yaml, yamlTexts.en)
      expect(mistakes).toEqual([])
      expect(objects.map(o => o.object.kind)).toEqual([kind])
      const answer = await apply(objects[0]!.object, '&dryRun=All&fieldValidation=Strict')
      expect(answer.code, answer.text).toBe(201)
    },
  )

  it('a dry run says what an apply would change, but for what the server keeps for itself', async () => {
    const settings = (CURRENCY: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shop-settings' },
      data: { CURRENCY, NEW: 'yes' },
    })
    const before = (await cluster.ask('/api/v1/namespaces/shop/configmaps/shop-settings')).json as KubeObject
    const after = (await apply(settings('KRW'), '&dryRun=All&force=true')).json as KubeObject
    expect(reviewChanges(before, after)).toEqual([
      { path: 'data.CURRENCY', before: 'EUR', after: 'KRW' },
      { path: 'data.NEW', after: 'yes' },
    ])
    expect(reviewChanges(after, after)).toEqual([])
    expect(reviewChanges(undefined, after).map(c => c.path)).toContain('metadata')
  })

  it('a conflict names the managers and the fields that they own', async () => {
    const front = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment' },
      metadata: { name: 'front', labels: { release: 'mine' } },
    }
    const answer = await apply(front)
    expect(answer.code).toBe(409)
    const conflicts = conflictsOf({ code: 409, causes: answer.json.details.causes })
    expect(conflicts).toEqual([{ manager: 'release-bot', fields: ['metadata.labels.release'] }])
    expect(conflictsOf({ code: 409, causes: [] })).toEqual([])
    const status = 'conflict with "kubelet" with subresource "status" using v1 at 2026-01-01T00:00:00Z'
    const causes = [{ reason: 'FieldManagerConflict', message: status, field: '.status.phase' }]
    expect(conflictsOf({ code: 409, causes })).toEqual([{ manager: 'kubelet', fields: ['status.phase'] }])
  })
})

describe('documents', () => {
  it('are put after one another, with one line between each two', () => {
    expect(withDocuments('a: 1\n', '', '\nb: 2')).toBe('a: 1\n---\nb: 2\n')
  })
})
