import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { describe, expect, test } from 'vitest'
import { setDefaults } from '../../../engine/api/defaulting.ts'
import { decodeYAML, structural } from '../../../engine/api/decode.ts'
import type { KubeObject } from '../../../engine/api/object.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import { validateCreate } from '../../../engine/api/validation/validate.ts'
import { ImageStore } from '../../../engine/kubelet/images/store.ts'
import { root } from '../../../tools/sources.ts'
import { fieldAt, holds, readExamples, statementNames } from './statements.ts'

const examples = readExamples()
const images = new ImageStore(join(root, 'resources/images'))
/** Examples whose image is not to be had, on purpose: they show what happens then. */
const WITHOUT_IMAGE = ['deployment-stuck', 'pod-image-invalid', 'pod-image-missing', 'pod-image-never']

function admit(text: string): string[] {
  const { value, duplicates } = decodeYAML(text)
  const object = value as KubeObject
  const [version, group = ''] = object.apiVersion!.split('/').reverse()
  const strategy = scheme.byKind(group, version, object.kind!)
  if (!strategy) return [`no kind ${object.apiVersion} ${object.kind}`]
  const { errors, unknown } = structural(scheme.schemaOf(group, version, object.kind!)!, object)
  if (errors.length || unknown.length || duplicates.length) return [...errors, ...unknown, ...duplicates]
  if (strategy.namespaced) object.metadata.namespace ??= 'default'
  // As the registry and admission have done by the time an object is validated.
  object.metadata.uid = '6c2b7b1e-3a54-4b0e-9d6c-0c4c5b0a7a11'
  if (object.kind === 'Pod') (object.spec as Record<string, unknown>).serviceAccountName ??= 'default'
  setDefaults(strategy, object)
  const context = {
    now: '2026-01-01T00:00:00Z',
    apiVersion: object.apiVersion!,
    subresource: '',
    user: { name: 'u', groups: [] },
  }
  strategy.prepareForCreate?.(object, context)
  return validateCreate(strategy, object, context).map(e => `${e.field}: ${e.message}`)
}

test('there are sixty and more, each with a statement and a title, and no statement without its example', () => {
  expect(examples.length).toBeGreaterThanOrEqual(60)
  expect(statementNames().sort()).toEqual(examples.map(e => e.name).sort())
  for (const { name, title, become } of examples)
    expect([name, title !== '', become.length > 0]).toEqual([name, true, true])
})

/** Kinds whose objects are made by others, by their makers. */
const MAKERS: Record<string, string[]> = { pod: ['statefulset'], persistentvolumeclaim: ['statefulset', 'pod'] }

describe.each(examples.map(e => [e.name, e] as const))('%s', (name, example) => {
  test('is valid in every object, strictly', () => {
    const texts = parseAllDocuments(example.text).map(d => d.toString().replace(/^---\n/, ''))
    expect(texts.flatMap(admit)).toEqual([])
  })

  test('speaks of objects that it makes', () => {
    const made = example.objects.map(o => {
      const { name } = o.metadata as { name: string }
      return `${String(o.kind).toLowerCase()}/${name}`
    })
    for (const statement of example.become) {
      const [, object] = Object.entries(statement)[0] as [string, string]
      const own = made.includes(object) || made.includes(object.replace('endpoints/', 'service/'))
      const child = made.some(m => (MAKERS[object.split('/')[0]] ?? []).includes(m.split('/')[0]))
      expect([object, own || child]).toEqual([object, true])
    }
  })

  test('uses images that there are', () => {
    const used = [...example.text.matchAll(/\bimage: *"?([^",{}\s]+)/g)].map(m => m[1])
    const unknown = used.filter(reference => !images.find(reference))
    expect(unknown.length > 0).toBe(WITHOUT_IMAGE.includes(name))
  })
})

test('fields are found by path, and judged', () => {
  const object = {
    a: [
      { type: 'X', v: 1 },
      { type: 'Y', v: 'two' },
    ],
  }
  expect(fieldAt(object, 'a[type=Y].v')).toBe('two')
  expect(fieldAt(object, 'a[0].v')).toBe(1)
  expect(fieldAt(object, 'a[type=Z].v.w')).toBeUndefined()
  expect([holds(1, { is: 1 }), holds('1', { is: 1 }), holds(2, { least: 2 }), holds(1, { least: 2 })]).toEqual([
    true,
    false,
    true,
    false,
  ])
  expect([holds(undefined, { absent: true }), holds('abc', { says: 'b' }), holds(undefined, { says: 'b' })]).toEqual([
    true,
    true,
    false,
  ])
})
