import { describe, expect, it } from 'vitest'
import { serverSideApply, trackUpdate } from '../../../engine/api/apply/apply.ts'
import type { KubeObject } from '../../../engine/api/object.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import { ApiError } from '../../../engine/api/status.ts'

const schema = scheme.schemaOf('', 'v1', 'ConfigMap')!
const cm = (data: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'n' },
  data,
})
const apply = (
  live: KubeObject | undefined,
  data: object,
  manager: string,
  force = false,
  now = '2026-01-01T00:00:00Z',
) => serverSideApply({ schema, live, applied: cm(data), manager, apiVersion: 'v1', subresource: '', force, now })
const owners = (o: KubeObject) =>
  Object.fromEntries((o.metadata.managedFields ?? []).map(m => [`${m.manager} ${m.operation}`, m.fieldsV1]))
const update = (before: KubeObject | undefined, after: KubeObject, manager: string) => {
  const managedFields = trackUpdate({
    schema,
    before,
    after,
    manager,
    apiVersion: 'v1',
    subresource: '',
    now: '2026-01-02T00:00:00Z',
  })
  return { ...after, metadata: { ...after.metadata, managedFields } }
}

describe('server-side apply', () => {
  it('records what the manager set, no more', () =>
    expect(owners(apply(undefined, { a: '1', b: '2' }, 'kubectl'))).toEqual({
      'kubectl Apply': { 'f:data': { 'f:a': {}, 'f:b': {} } },
    }))

  it('changes nothing when it says the same again, not even a time', () => {
    const live = apply(undefined, { a: '1' }, 'kubectl')
    expect(apply(live, { a: '1' }, 'kubectl', false, '2027-01-01T00:00:00Z')).toEqual(live)
  })

  it('drops what the manager no longer sets, unless it is shared', () => {
    const live = apply(apply(undefined, { a: '1', b: '2' }, 'kubectl'), { b: '2', c: '3' }, 'second')
    const after = apply(live, {}, 'kubectl')
    expect(after.data).toEqual({ b: '2', c: '3' })
    expect(owners(after)).toEqual({
      'kubectl Apply': { 'f:data': {} },
      'second Apply': { 'f:data': { 'f:b': {}, 'f:c': {} } },
    })
  })

  it('loses fields that an update changed', () => {
    const live = apply(undefined, { a: '1', b: '2' }, 'kubectl')
    const after = update(live, { ...live, data: { a: '1', b: 'changed' } }, 'editor')
    expect(owners(after)).toEqual({
      'kubectl Apply': { 'f:data': { 'f:a': {} } },
      'editor Update': { 'f:data': { 'f:b': {} } },
    })
  })

  it('refuses to take fields of others, and takes them by force', () => {
    const live = update(undefined, cm({ a: '1' }), 'editor')
    let error: unknown
    try {
      apply(live, { a: '2' }, 'me')
    } catch (e) {
      error = e
    }
    expect(error).toBeInstanceOf(ApiError)
    expect((error as ApiError).message).toBe('Apply failed with 1 conflict: conflict with "editor" using v1: .data.a')
    expect((error as ApiError).status.details!.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "editor" using v1', field: '.data.a' },
    ])
    const forced = apply(live, { a: '2' }, 'me', true)
    expect(forced.data).toEqual({ a: '2' })
    expect(owners(forced)).toEqual({ 'me Apply': { 'f:data': { 'f:a': {} } }, 'editor Update': { 'f:data': {} } })
  })

  it('merges associative lists by their keys', () => {
    const pods = scheme.schemaOf('', 'v1', 'Pod')!
    const pod = (containers: object[]): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers },
    })
    const go = (live: KubeObject | undefined, containers: object[], manager: string) =>
      serverSideApply({
        schema: pods,
        live,
        applied: pod(containers),
        manager,
        apiVersion: 'v1',
        subresource: '',
        force: false,
        now: '2026-01-01T00:00:00Z',
      })
    const live = go(go(undefined, [{ name: 'a', image: 'i' }], 'x'), [{ name: 'b', image: 'j' }], 'y')
    expect(live.spec.containers).toEqual([
      { name: 'a', image: 'i' },
      { name: 'b', image: 'j' },
    ])
    expect(go(live, [], 'x').spec.containers).toEqual([{ name: 'b', image: 'j' }])
    expect(owners(live)['x Apply']).toEqual({
      'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} } } },
    })
  })

  it('refuses fields that the schema does not declare', () =>
    expect(() =>
      serverSideApply({
        schema,
        live: undefined,
        applied: { ...cm({}), odd: 1 },
        manager: 'm',
        apiVersion: 'v1',
        subresource: '',
        force: false,
        now: '',
      }),
    ).toThrow('failed to create typed patch object (n/c; v1, Kind=ConfigMap): .odd: field not declared in schema'))
})

describe('updates', () => {
  it('own what they create, with the containers that were not there', () =>
    expect(owners(update(undefined, cm({ x: '1' }), 'kubectl-create'))).toEqual({
      'kubectl-create Update': { 'f:data': { '.': {}, 'f:x': {} } },
    }))

  it('forget everything when the client asks for it', () => {
    const live = update(undefined, cm({ x: '1' }), 'a')
    expect(
      trackUpdate({
        schema,
        before: live,
        after: { ...live, metadata: { ...live.metadata, managedFields: [{}] } },
        manager: 'b',
        apiVersion: 'v1',
        subresource: '',
        now: '',
      }),
    ).toEqual([])
  })

  it('record a deployment as Kubernetes does', () => {
    const deployment = scheme.schemaOf('apps', 'v1', 'Deployment')!
    const after: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', labels: { app: 'd' } },
      status: {},
      spec: {
        replicas: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
        selector: { matchLabels: { app: 'd' } },
        template: {
          metadata: { labels: { app: 'd' } },
          spec: { containers: [{ name: 'a', image: 'i', resources: {} }] },
        },
      },
    }
    expect(
      trackUpdate({
        schema: deployment,
        before: undefined,
        after,
        manager: 'm',
        apiVersion: 'apps/v1',
        subresource: '',
        now: '',
      })[0]!.fieldsV1,
    ).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:strategy': { 'f:type': {}, 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} } },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {}, 'f:resources': {} } },
          },
        },
      },
    })
  })
})
