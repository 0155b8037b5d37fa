import { expect, test } from 'vitest'
import type { KubeObject } from '../../engine/api/object.ts'
import { Indexer, keyOf, splitKey } from '../../engine/client/cache/indexer.ts'

const object = (namespace: string | undefined, name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name, labels },
})

test('keys can be split into what they were made of', () => {
  for (const o of [object('ns', 'a'), object(undefined, 'node')])
    expect(splitKey(keyOf(o))).toEqual({ namespace: o.metadata.namespace, name: o.metadata.name })
})

test('an index follows changes and deletions, and covers what was there before it', () => {
  const indexer = new Indexer<KubeObject>()
  indexer.set(object('a', 'x', { color: 'red' }))
  indexer.addIndex('color', o => (o.metadata.labels?.color ? [o.metadata.labels.color] : []))
  expect(indexer.byIndex('color', 'red').map(keyOf)).toEqual(['a/x'])
  indexer.set(object('a', 'x', { color: 'blue' }))
  expect(indexer.byIndex('color', 'red')).toEqual([])
  expect(indexer.byIndex('color', 'blue').map(keyOf)).toEqual(['a/x'])
  indexer.delete('a/x')
  expect(indexer.byIndex('color', 'blue')).toEqual([])
  expect(indexer.list('a')).toEqual([])
})

test('an index that does not exist is an error and not an empty answer', () => {
  expect(() => new Indexer<KubeObject>().byIndex('nope', 'x')).toThrow(/no index nope/)
})
