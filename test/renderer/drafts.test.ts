import { expect, test } from 'vitest'
import { Drafts } from '../../renderer/src/yaml/drafts.ts'

function storage(room = Infinity) {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    removeItem: (key: string) => void kept.delete(key),
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new Error('QuotaExceededError')
      kept.set(key, value)
    },
  }
}

test('what was typed is there again for the same place of the same cluster, and nowhere else', () => {
  const window = storage()
  new Drafts(window, '/cluster').keep('apply', 'kind: Pod')
  expect(new Drafts(window, '/cluster').read('apply')).toBe('kind: Pod')
  expect(new Drafts(window, '/cluster').read('object/1')).toBeUndefined()
  expect(new Drafts(window, '/contexts/minikube').read('apply')).toBeUndefined()
})

test('what is done with is gone, and what cannot be kept leaves nothing older in its place', () => {
  const window = storage(100)
  const drafts = new Drafts(window, '/cluster')
  drafts.keep('apply', 'a')
  drafts.keep('apply', undefined)
  expect(window.kept.size).toBe(0)
  for (const text of ['x'.repeat(200), 'x'.repeat(2_000_000)]) {
    drafts.keep('apply', 'a')
    drafts.keep('apply', text)
    expect(drafts.read('apply')).toBeUndefined()
  }
  window.kept.set('draft/cluster/apply', '{')
  expect(drafts.read('apply')).toBeUndefined()
})
