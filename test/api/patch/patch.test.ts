import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonPatch } from '../../../engine/api/patch/json-patch.ts'
import { mergePatch } from '../../../engine/api/patch/merge-patch.ts'
import { mergeTyped } from '../../../engine/api/apply/typed.ts'
import { deepClone, deepEqual, semanticEqual } from '../../../engine/api/equality.ts'
import { strategicMergePatch } from '../../../engine/api/patch/strategic.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import type { TypeSchema } from '../../../engine/api/schema/types.ts'

const pod = scheme.schemaOf('', 'v1', 'Pod')!
/** An open map of open maps. */
const OPEN: TypeSchema = {
  type: 'map',
  get element(): TypeSchema {
    return OPEN
  },
}
const spec = (containers: object[], extra: object = {}) => ({ spec: { containers, ...extra } })
const strategic = (a: object, b: object) => strategicMergePatch(pod, a, b)

/** JSON objects without null, which merge patches cannot say. */
const json = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value
const object = fc.dictionary(fc.string({ minLength: 1 }), json, { maxKeys: 4, noNullPrototype: true })

describe('a key by the name of __proto__ is one as any other', () => {
  const hostile = (depth: number): object =>
    JSON.parse(`{"kept":1${',"__proto__":{"owned":1'.repeat(depth)}${'}'.repeat(depth)}}`) as object
  const everyObjectHas = () => Object.getOwnPropertyNames(Object.prototype).sort()
  const before = everyObjectHas()

  it.each([
    ['merge patch', (onto: object, patch: object) => mergePatch(onto, patch)],
    ['strategic merge patch', (onto: object, patch: object) => strategicMergePatch(pod, onto, patch)],
    [
      'JSON patch',
      (onto: object, patch: object) =>
        jsonPatch(
          onto,
          Object.entries(patch).map(([key, value]) => ({ op: 'add', path: `/${key}`, value: value as unknown })),
        ),
    ],
    ['server-side apply', (onto: object, patch: object) => mergeTyped(OPEN, onto, patch)],
  ] as [string, (onto: object, patch: object) => object][])('of a %s', (_, merge) => {
    for (const onto of [{}, hostile(1), hostile(3)])
      for (const depth of [1, 2, 3]) {
        const result = merge(onto, hostile(depth))
        expect(Object.keys(result)).toContain('__proto__')
        expect(deepEqual(merge(result, hostile(depth)), result)).toBe(true)
        expect(everyObjectHas()).toEqual(before)
      }
  })

  it('is not taken for what every object inherits', () => {
    expect(deepEqual(hostile(1), { kept: 1 })).toBe(false)
    expect(deepEqual(JSON.parse('{"__proto__":{}}'), {})).toBe(false)
    expect(semanticEqual(hostile(1), { kept: 1 })).toBe(false)
    expect(deepClone(hostile(2))).toEqual(hostile(2))
  })
})

describe('merge patch', () => {
  it('of an object onto nothing is the object', () =>
    fc.assert(
      fc.property(object, o => void expect(mergePatch({}, o)).toEqual(o)),
      { numRuns: 50 },
    ))
  it('is idempotent', () =>
    fc.assert(
      fc.property(object, object, (o, p) => void expect(mergePatch(mergePatch(o, p), p)).toEqual(mergePatch(o, p))),
      { numRuns: 50 },
    ))
  it('removes what is null', () =>
    expect(mergePatch({ a: 1, b: { c: 2, d: 3 } }, { a: null, b: { c: null } })).toEqual({ b: { d: 3 } }))
})

describe('JSON patch', () => {
  it('adds and removes any key again', () =>
    fc.assert(
      fc.property(object, fc.string({ minLength: 1 }), fc.integer(), (o, key, value) => {
        fc.pre(!Object.hasOwn(o, key) && key !== '__proto__')
        const path = '/' + key.replaceAll('~', '~0').replaceAll('/', '~1')
        const added = jsonPatch(o, [{ op: 'add', path, value }])
        expect((added as Record<string, unknown>)[key]).toBe(value)
        expect(
          jsonPatch(added, [
            { op: 'test', path, value },
            { op: 'remove', path },
          ]),
        ).toEqual(o)
      }),
      { numRuns: 50 },
    ))
  it('moves, copies and appends', () =>
    expect(
      jsonPatch({ a: [1, 2], b: { c: 3 } }, [
        { op: 'move', from: '/b/c', path: '/a/0' },
        { op: 'copy', from: '/a/1', path: '/a/-' },
      ]),
    ).toEqual({ a: [3, 1, 2, 1], b: {} }))
  it('leaves its input alone and says which test failed', () => {
    const input = { a: 1 }
    expect(() =>
      jsonPatch(input, [
        { op: 'replace', path: '/a', value: 2 },
        { op: 'test', path: '/a', value: 3 },
      ]),
    ).toThrow('testing value /a failed: test failed')
    expect(input).toEqual({ a: 1 })
  })
})

describe('strategic merge patch', () => {
  const two = [
    { name: 'a', image: 'i1' },
    { name: 'b', image: 'i2' },
  ]
  it('merges items by name', () =>
    expect(strategic(spec(two), spec([{ name: 'a', image: 'i9' }]))).toEqual(
      spec([{ name: 'a', image: 'i9' }, two[1]!]),
    ))
  it('puts new items first', () =>
    expect(strategic(spec(two), spec([{ name: 'c' }]))).toEqual(spec([{ name: 'c' }, ...two])))
  it('deletes items', () =>
    expect(strategic(spec(two), spec([{ name: 'a', $patch: 'delete' }]))).toEqual(spec([two[1]!])))
  it('replaces a list', () =>
    expect(strategic(spec(two), spec([{ name: 'x' }, { $patch: 'replace' }]))).toEqual(spec([{ name: 'x' }])))
  it('sets the order', () =>
    expect(strategic(spec(two), { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } })).toEqual(
      spec([two[1]!, two[0]!]),
    ))
  it('retains keys', () => {
    const schema = scheme.schemaOf('apps', 'v1', 'Deployment')!
    const before = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    expect(
      strategicMergePatch(schema, before, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
    ).toEqual({ spec: { strategy: { type: 'Recreate' } } })
  })
  it('merges and deletes primitives', () => {
    const merged = strategic({ metadata: { finalizers: ['x/a'] } }, { metadata: { finalizers: ['x/b'] } })
    expect(merged).toEqual({ metadata: { finalizers: ['x/b', 'x/a'] } })
    expect(strategic(merged, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } })).toEqual({
      metadata: { finalizers: ['x/b'] },
    })
  })
  it('refuses items without a key and unknown directives', () => {
    expect(() => strategic(spec(two), spec([{ image: 'nokey' }]))).toThrow(
      'map: map[image:nokey] does not contain declared merge key: name',
    )
    expect(() => strategic(spec(two), spec([{ name: 'a', $patch: 'explode' }]))).toThrow(
      'unknown patch type: explode in map: map[$patch:explode name:a]',
    )
  })
})
