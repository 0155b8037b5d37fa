import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serverSideApply, trackUpdate } from '../../engine/api/apply/apply.ts'
import { memberPaths } from '../../engine/api/apply/field-set.ts'
import { decodeManagers } from '../../engine/api/apply/managers.ts'
import { fieldSetOf, mergeTyped } from '../../engine/api/apply/typed.ts'
import { deepClone, deepEqual } from '../../engine/api/equality.ts'
import type { KubeObject } from '../../engine/api/object.ts'
import { jsonPatch } from '../../engine/api/patch/json-patch.ts'
import { strategicMergePatch } from '../../engine/api/patch/strategic.ts'
import type { TypeSchema } from '../../engine/api/schema/types.ts'
import { scheme } from '../../engine/api/scheme.ts'
import { ApiError } from '../../engine/api/status.ts'

const KINDS = [
  ['', 'v1', 'Pod'],
  ['', 'v1', 'Service'],
  ['', 'v1', 'ConfigMap'],
  ['', 'v1', 'Node'],
  ['apps', 'v1', 'Deployment'],
  ['apps', 'v1', 'StatefulSet'],
  ['networking.k8s.io', 'v1', 'Ingress'],
  ['autoscaling', 'v2', 'HorizontalPodAutoscaler'],
  ['rbac.authorization.k8s.io', 'v1', 'ClusterRole'],
] as const

type Subject = (typeof KINDS)[number]
const schemaOf = ([group, version, kind]: Subject): TypeSchema => scheme.schemaOf(group, version, kind)!

const subject = fc.constantFrom(...KINDS)

/** Values from small alphabets, so that two objects often meet; lists that merge by key have each key once. */
function valueOf(schema: TypeSchema, depth: number): fc.Arbitrary<unknown> {
  const element = schema.element
  switch (schema.type) {
    case 'struct':
      return fc
        .record(Object.fromEntries([...schema.fields!].map(([name, field]) => [name, fc.constant(field.schema)])), {
          requiredKeys: [],
        })
        .chain(chosen => {
          const names = Object.keys(chosen).filter((_, i) => depth < 2 || i % 5 === depth % 5)
          return fc.record(
            Object.fromEntries(
              names.map(name => [
                name,
                depth > 5 ? fc.constant(undefined) : valueOf(chosen[name] as TypeSchema, depth + 1),
              ]),
            ),
          )
        })
    case 'map':
      return fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), valueOf(element!, depth + 1), {
        maxKeys: 2,
        noNullPrototype: true,
      })
    case 'list': {
      const keys =
        schema.listType === 'map' ? schema.listKeys! : schema.patch?.mergeKey ? [schema.patch.mergeKey] : undefined
      const unique = schema.listType === 'set' || schema.patch?.merge
      const items = valueOf(element!, depth + 1)
      if (!keys) return fc.array(items, { maxLength: 2 }).map(list => (unique ? distinct(list, item => item) : list))
      const merge = schema.patch?.mergeKey
      const item = fc
        .tuple(items, ...keys.map(key => valueOf(element!.fields!.get(key)!.schema, 0)))
        .map(([rest, ...values]) => ({
          ...(rest as object),
          ...Object.fromEntries(keys.map((key, i) => [key, values[i]])),
        }))
      return fc
        .array(item, { maxLength: 2 })
        .map(list =>
          distinct(list, each =>
            merge ? (each as Record<string, unknown>)[merge] : keys.map(key => (each as Record<string, unknown>)[key]),
          ),
        )
    }
    case 'bool':
      return fc.boolean()
    case 'int32':
    case 'int64':
    case 'double':
      return fc.integer({ min: 1, max: 3 })
    case 'IntOrString':
      return fc.constantFrom(1, 'a', '10%')
    case 'Quantity':
      return fc.constantFrom('1', '2Gi')
    case 'object':
    case 'any':
      return fc.constantFrom({ x: 1 }, { y: 'z' })
    default:
      return fc.constantFrom('a', 'b', 'c')
  }
}

function distinct(list: unknown[], key: (item: unknown) => unknown): unknown[] {
  const seen = new Set<string>()
  return list.filter(item => {
    const id = JSON.stringify(key(item))
    return !seen.has(id) && seen.add(id)
  })
}

const BOOKKEEPING = [
  'name',
  'namespace',
  'uid',
  'generateName',
  'creationTimestamp',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'ownerReferences',
  'finalizers',
  'deletionGracePeriodSeconds',
]

/** An object as a person would write it: without what the server keeps. */
function objectOf(s: Subject): fc.Arbitrary<KubeObject> {
  return valueOf(schemaOf(s), 0).map(value => {
    const object = JSON.parse(JSON.stringify(value)) as KubeObject
    delete (object as Record<string, unknown>).status
    const metadata = { ...object.metadata, name: 'x' } as Record<string, unknown>
    for (const field of BOOKKEEPING) if (field !== 'name') delete metadata[field]
    return {
      ...object,
      apiVersion: s[0] ? `${s[0]}/${s[1]}` : s[1],
      kind: s[2],
      metadata: metadata as never,
    }
  })
}

const one = subject.chain(s => fc.tuple(fc.constant(s), objectOf(s)))
const two = subject.chain(s => fc.tuple(fc.constant(s), objectOf(s), objectOf(s)))

const apply = (s: Subject, live: KubeObject | undefined, applied: KubeObject, manager: string, force = false) =>
  serverSideApply({
    ...{ schema: schemaOf(s), live, applied, manager, force, subresource: '', now: '2026-01-01T00:00:00Z' },
    apiVersion: applied.apiVersion,
  })
const bare = (object: KubeObject) => {
  const { managedFields: _books, ...metadata } = object.metadata
  return { ...object, metadata }
}
const nothing = (object: KubeObject): KubeObject => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: { name: 'x' },
})
const ownedBy = (object: KubeObject, manager: string) => {
  const entry = decodeManagers(object.metadata.managedFields).find(m => m.manager === manager)
  return entry ? memberPaths(entry.set) : []
}
const runs = { numRuns: 150 }

describe('server-side apply', () => {
  it('of the same again changes nothing, not even the books', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const once = apply(s, apply(s, undefined, a, 'm'), b, 'other', true)
        const again = apply(s, once, b, 'other', true)
        expect(again).toEqual(once)
      }),
      runs,
    ))

  it('makes hold what was applied, and leaves its input alone', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const before = deepClone(b)
        const result = bare(apply(s, apply(s, undefined, a, 'm'), b, 'other', true))
        expect(mergeTyped(schemaOf(s), result, b)).toEqual(result)
        expect(b).toEqual(before)
      }),
      runs,
    ))

  it('owns what it names, and nobody else owns what it took by force', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const first = apply(s, undefined, a, 'm')
        const result = apply(s, first, b, 'other', true)
        const named = new Set(memberPaths(fieldSetOf(schemaOf(s), b)))
        for (const path of ownedBy(result, 'other')) expect(named).toContain(path)
        // What both own has the value that both named.
        const shared = ownedBy(result, 'm').filter(path => ownedBy(result, 'other').includes(path))
        if (deepEqual(bare(first), bare(result))) return
        for (const path of shared) expect(ownedBy(first, 'm')).toContain(path)
      }),
      runs,
    ))

  it('gives up what it no longer names, unless somebody shares it', () =>
    fc.assert(
      fc.property(one, ([s, a]) => {
        const alone = apply(s, apply(s, undefined, a, 'm'), nothing(a), 'm')
        expect(ownedBy(alone, 'm')).toEqual([])
        expect(valuesIn(bare(alone))).toEqual(valuesIn(nothing(a)))
        const both = apply(s, apply(s, undefined, a, 'm'), a, 'other')
        const left = apply(s, both, nothing(a), 'm')
        expect(bare(left)).toEqual(bare(both))
      }),
      runs,
    ))

  it('conflicts exactly where another manager has another value', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const live = apply(s, undefined, a, 'm')
        let refused: unknown
        try {
          apply(s, live, b, 'other')
        } catch (error) {
          refused = error
        }
        const forced = apply(s, live, b, 'other', true)
        const lost = ownedBy(live, 'm').filter(path => !ownedBy(forced, 'm').includes(path))
        expect(refused === undefined).toBe(lost.length === 0)
        if (refused)
          expect((refused as ApiError).status.details?.causes?.map(cause => cause.field).sort()).toEqual(lost.sort())
      }),
      runs,
    ))

  it('is not disturbed by an update that changes nothing; one that changes a field takes it over', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const live = apply(s, undefined, a, 'm')
        const track = (after: KubeObject) =>
          trackUpdate({
            ...{
              schema: schemaOf(s),
              before: live,
              after,
              manager: 'editor',
              subresource: '',
              now: '2026-01-02T00:00:00Z',
            },
            apiVersion: live.apiVersion,
          })
        expect(track(deepClone(live))).toEqual(live.metadata.managedFields ?? [])
        const after = mergeTyped(schemaOf(s), bare(live), b) as KubeObject
        const books = track({ ...after, metadata: { ...after.metadata, managedFields: live.metadata.managedFields } })
        const changed = { ...after, metadata: { ...after.metadata, managedFields: books } }
        for (const path of ownedBy(changed, 'editor')) expect(ownedBy(changed, 'm')).not.toContain(path)
      }),
      runs,
    ))
})

/** Everything that is more than a container. */
function valuesIn(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(valuesIn).sort() : [value]
}

describe('a strategic merge patch', () => {
  it('without anything in it, or with what is there already, changes nothing', () =>
    fc.assert(
      fc.property(one, ([s, a]) => {
        expect(strategicMergePatch(schemaOf(s), a, {})).toEqual(a)
        expect(strategicMergePatch(schemaOf(s), a, a)).toEqual(a)
      }),
      runs,
    ))

  it('is idempotent, and leaves its input alone', () =>
    fc.assert(
      fc.property(two, ([s, a, b]) => {
        const [before, patch] = [deepClone(a), deepClone(b)]
        const once = strategicMergePatch(schemaOf(s), a, b)
        expect(strategicMergePatch(schemaOf(s), once, b)).toEqual(once)
        expect([a, b]).toEqual([before, patch])
      }),
      runs,
    ))

  it('removes a field by null, and an item of a list by its key', () =>
    fc.assert(
      fc.property(one, ([s, a]) => {
        for (const key of Object.keys(a))
          expect(strategicMergePatch(schemaOf(s), a, { [key]: null })).not.toHaveProperty(key)
        const containers = (a.spec as { containers?: { name: string }[] } | undefined)?.containers
        if (s[2] !== 'Pod' || !containers?.length) return
        const { name } = containers[0]!
        const result = strategicMergePatch(schemaOf(s), a, {
          spec: { containers: [{ $patch: 'delete', name }] },
        }) as typeof a
        expect((result.spec as { containers: { name: string }[] }).containers.map(c => c.name)).toEqual(
          containers.map(c => c.name).filter(other => other !== name),
        )
      }),
      runs,
    ))
})

describe('a JSON patch', () => {
  const path = fc
    .array(fc.constantFrom('spec', 'metadata', 'labels', 'a', 'b', '0', '1', '-', ''), { maxLength: 4 })
    .map(parts => parts.map(part => `/${part}`).join(''))
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
      path,
      from: path,
      value: fc.jsonValue({ maxDepth: 2 }),
    },
    { requiredKeys: ['op', 'path'] },
  )

  it('is applied whole or refused with a status, and leaves its input alone', () =>
    fc.assert(
      fc.property(one, fc.array(operation, { maxLength: 5 }), ([, a], operations) => {
        const before = deepClone(a)
        try {
          jsonPatch(a, operations as never)
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError)
        }
        expect(a).toEqual(before)
      }),
      { numRuns: 500 },
    ))
})
