import { describe, expect, it } from 'vitest'
import { formatAge } from '../../renderer/src/cluster/age.ts'
import {
  collectionPath,
  groupKinds,
  keepSame,
  kindsOf,
  objectsAddress,
  sectionOf,
  type DiscoveryList,
} from '../../renderer/src/cluster/discovery.ts'
import { applyChanges, fromList } from '../../renderer/src/cluster/reduce.ts'
import { KeptOrder } from '../../renderer/src/objects/table/order.ts'
import {
  cellText,
  comparison,
  filterRows,
  RowOrder,
  type Column,
  type Row,
  type Sort,
} from '../../renderer/src/objects/table/rows.ts'

const columns: Column[] = [
  { name: 'Name', type: 'string' },
  { name: 'Ready', type: 'string' },
  { name: 'Restarts', type: 'integer' },
  { name: 'Age', type: 'string' },
]
const row = (name: string, restarts: number, created: string, namespace = 'default'): Row => ({
  metadata: { name, namespace, uid: name, creationTimestamp: created, labels: { app: name.split('-')[0]! } },
  cells: [name, '1/1', restarts, '1m'],
})
const rows = [
  row('web-10', 2, '2026-01-01T00:00:00Z'),
  row('web-2', 11, '2026-01-02T00:00:00Z', 'shop'),
  row('db-1', 0, '2026-01-03T00:00:00Z'),
]
const names = (list: readonly Row[]) => list.map(r => r.metadata.name)

/** The same numbers at each run. */
function randomFrom(seed: number) {
  let state = seed
  return () => (state = (state * 48271) % 2147483647) / 2147483647
}
const sorted = (rows: readonly Row[], sort?: Sort) => rows.toSorted(comparison(columns, sort))

describe('table rows', () => {
  it('are ordered by namespace and name as people count, if nothing else is asked', () => {
    expect(names(sorted([row('web-10', 0, ''), row('web-2', 0, '')]))).toEqual(['web-2', 'web-10'])
  })

  it('sort numbers by value and ages by time', () => {
    expect(names(sorted(rows, { column: 'Restarts', descending: true }))).toEqual(['web-2', 'web-10', 'db-1'])
    expect(names(sorted(rows, { column: 'Age', descending: false }))).toEqual(['db-1', 'web-2', 'web-10'])
  })

  it('that change one after the other are always in the order of all that there are then', () => {
    const order = new RowOrder()
    const byRestarts: Sort = { column: 'Restarts', descending: false }
    let all = Array.from({ length: 300 }, (_, i) => row(`web-${i}`, (i * 7919) % 100, ''))
    const random = randomFrom(7)
    for (let round = 0; round < 60; round++) {
      // None, a few or many go, change and come.
      const share = [0, 0.01, 0.5][round % 3]!
      all = all.filter(() => random() >= share)
      all = all.map(r => (random() < share ? row(r.metadata.name!, Math.floor(random() * 100), '') : r))
      for (let i = 0; i < share * 300; i++) all.push(row(`new-${round}-${i}`, Math.floor(random() * 100), ''))
      const sort = round % 20 < 10 ? byRestarts : undefined
      expect(names(order.sort(all, columns, sort))).toEqual(names(sorted(all, sort)))
    }
  })

  it('that do not change are not compared again', () => {
    let compared = 0
    const order = new KeptOrder<{ at: number }>()
    const compare = (a: { at: number }, b: { at: number }) => (compared++, a.at - b.at)
    const many = Array.from({ length: 10_000 }, (_, i) => ({ at: (i * 7919) % 10_000 }))
    const first = order.sort(many, compare)
    compared = 0
    expect(order.sort([...many], compare)).toBe(first)
    expect(compared).toBe(0)
    expect(order.sort([...many.slice(1), { at: 5000.5 }], compare)[5000]).toEqual({ at: 5000.5 })
    expect(compared).toBeLessThan(20)
  })

  it('are kept by a filter if every word is in a cell, the namespace or a label', () => {
    expect(names(filterRows(rows, 'web SHOP'))).toEqual(['web-2'])
    expect(names(filterRows(rows, 'app=db'))).toEqual(['db-1'])
    expect(filterRows(rows, ' ')).toBe(rows)
  })

  it('show an age that is computed now, not when the server sent it', () => {
    expect(cellText(rows[0]!, columns[3]!, 3, Date.parse('2026-01-01T00:00:30Z'))).toBe('30s')
  })
})

describe('ages', () => {
  it.each([
    [-1, '0s'],
    [119_000, '119s'],
    [125_000, '2m5s'],
    [180_000, '3m'],
    [3_600_000, '60m'],
    [4 * 3_600_000 + 60_000, '4h1m'],
    [47 * 3_600_000, '47h'],
    [3 * 86_400_000 + 3_600_000, '3d1h'],
    [400 * 86_400_000, '400d'],
    [3 * 365 * 86_400_000, '3y'],
  ])('%i ms print as kubectl prints them', (ms, text) => expect(formatAge(ms)).toBe(text))
})

describe('watch reducer', () => {
  const item = (name: string, resourceVersion: string) => ({ metadata: { name, uid: name, resourceVersion } })

  it('adds, replaces and deletes by uid without touching the former map', () => {
    const before = fromList([item('a', '1'), item('b', '1')])
    const after = applyChanges(before, [
      { type: 'MODIFIED', item: item('a', '2') },
      { type: 'DELETED', item: item('b', '3') },
      { type: 'ADDED', item: item('c', '4') },
    ])
    expect([...after.values()].map(i => `${i.metadata.name}@${i.metadata.resourceVersion}`)).toEqual(['a@2', 'c@4'])
    expect([...before.keys()]).toEqual(['a', 'b'])
  })

  it('is the same map after no change, and keeps the identity of items that a new list does not change', () => {
    const before = fromList([item('a', '1'), item('b', '1')])
    expect(applyChanges(before, [])).toBe(before)
    const after = fromList([item('a', '1'), item('b', '2')], before)
    expect(after.get('a')).toBe(before.get('a'))
    expect(after.get('b')).not.toBe(before.get('b'))
  })
})

describe('discovery', () => {
  const resource = (name: string, kind: string, verbs = ['list', 'watch'], scope = 'Namespaced') => ({
    resource: name,
    responseKind: { kind },
    scope,
    verbs,
  })
  const document: DiscoveryList = {
    items: [
      {
        metadata: {},
        versions: [
          {
            version: 'v1',
            resources: [
              resource('pods', 'Pod'),
              resource('bindings', 'Binding', ['create']),
              resource('nodes', 'Node', ['list'], 'Cluster'),
              resource('events', 'Event'),
            ],
          },
        ],
      },
      {
        metadata: { name: 'autoscaling' },
        versions: [
          { version: 'v2', resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler')] },
          { version: 'v1', resources: [resource('horizontalpodautoscalers', 'HorizontalPodAutoscaler')] },
        ],
      },
      { metadata: { name: 'events.k8s.io' }, versions: [{ version: 'v1', resources: [resource('events', 'Event')] }] },
      { metadata: { name: 'example.com' }, versions: [{ version: 'v1', resources: [resource('boats', 'Boat')] }] },
    ],
  }

  it('gives each kind that can be listed once, in the preferred version', () => {
    const kinds = kindsOf(document)
    expect(kinds.map(k => k.resource)).toEqual([
      'pods',
      'nodes',
      'events',
      'horizontalpodautoscalers',
      'events',
      'boats',
    ])
    expect(kinds.find(k => k.group === 'autoscaling')?.version).toBe('v2')
  })

  it('asked for anew, keeps what is as it was', () => {
    const before = kindsOf(document)
    expect(keepSame(before, kindsOf(document))).toBe(before)
    const fewer = keepSame(before, kindsOf({ ...document, items: document.items!.slice(0, -1) }))
    expect(fewer).toHaveLength(before.length - 1)
    expect(fewer.every((kind, i) => kind === before[i])).toBe(true)
    const more = keepSame(fewer, kindsOf(document))
    expect(more.slice(0, -1).every((kind, i) => kind === before[i])).toBe(true)
    expect(more.at(-1)).toEqual(before.at(-1))
  })

  it('lists kinds where people look for them, custom ones apart and events once', () => {
    const groups = groupKinds(kindsOf(document))
    expect(groups.map(g => [g.section, g.kinds.map(k => k.kind)])).toEqual([
      ['Workloads', ['Pod', 'HorizontalPodAutoscaler']],
      ['Cluster', ['Node', 'Event']],
      ['Custom', ['Boat']],
    ])
    expect(sectionOf({ group: 'networking.k8s.io', resource: 'somethings' })).toBe('Network')
  })

  it('builds paths for both scopes and for the core group', () => {
    expect(collectionPath({ group: '', version: 'v1', resource: 'pods', namespaced: true }, 'shop')).toBe(
      '/api/v1/namespaces/shop/pods',
    )
    expect(collectionPath({ group: '', version: 'v1', resource: 'nodes', namespaced: false }, 'shop')).toBe(
      '/api/v1/nodes',
    )
    expect(
      objectsAddress({ group: 'apps', version: 'v1', resource: 'deployments' }, { namespace: 'shop', name: 'web' }),
    ).toBe('/objects/apps/v1/deployments?ns=shop&name=web')
  })
})
