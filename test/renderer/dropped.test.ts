import { expect, test } from 'vitest'
import { sortDropped } from '../../renderer/src/shell/dropped.ts'

test('what was dropped is told apart by names, and the rest is nothing', () => {
  const named = (...names: string[]) => names.map(name => ({ name }))
  const { archives, manifests } = sortDropped(
    named('a.kubarium', 'b.YAML', 'c.yml', 'd.json', 'e.txt', 'kubarium', 'F.KUBARIUM'),
  )
  expect(archives.map(({ name }) => name)).toEqual(['a.kubarium', 'F.KUBARIUM'])
  expect(manifests.map(({ name }) => name)).toEqual(['b.YAML', 'c.yml', 'd.json'])
})
