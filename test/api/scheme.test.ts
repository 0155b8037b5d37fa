import { describe, expect, it } from 'vitest'
import { setDefaults } from '../../engine/api/defaulting.ts'
import { deepClone } from '../../engine/api/equality.ts'
import { structural } from '../../engine/api/decode.ts'
import { apiVersionOf } from '../../engine/api/object.ts'
import type { KubeObject } from '../../engine/api/object.ts'
import { scheme } from '../../engine/api/scheme.ts'
import { toTable } from '../../engine/api/table.ts'
import { validateCreate, validateUpdate } from '../../engine/api/validation/validate.ts'

const context = { now: '2026-01-01T00:00:00Z', apiVersion: 'v1', subresource: '', user: { name: 'u', groups: [] } }

describe.each(
  scheme.strategies.flatMap(s =>
    s.versions.map(v => [apiVersionOf({ group: s.group, version: v }), s.kind, s, v] as const),
  ),
)('%s %s', (apiVersion, kind, strategy, version) => {
  const empty = (): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: 'x', ...(strategy.namespaced && { namespace: 'n' }) },
  })

  it('has a schema with metadata', () => {
    expect(scheme.schemaOf(strategy.group, version, kind)?.fields?.get('metadata')?.schema.name).toBe(
      'meta/v1.ObjectMeta',
    )
  })

  it('is found by kind and by resource', () => {
    expect(scheme.byKind(strategy.group, version, kind)).toBe(strategy)
    expect(scheme.byResource(strategy.group, version, strategy.resource)).toBe(strategy)
  })

  it('defaults idempotently, and validates and prints an empty object without throwing', () => {
    const object = empty()
    setDefaults(strategy, object)
    const once = deepClone(object)
    setDefaults(strategy, object)
    expect(object).toEqual(once)
    expect(Array.isArray(validateCreate(strategy, object, context))).toBe(true)
    expect(Array.isArray(validateUpdate(strategy, object, once, context))).toBe(true)
    expect(toTable(strategy, [object], { now: 0 }).rows[0]!.cells).toHaveLength(strategy.columns.length)
    expect(toTable(strategy, [empty()], { now: 0 }).rows).toHaveLength(1)
  })

  it('survives a spec and status of nothing', () => {
    const object = { ...empty(), spec: {}, status: {} }
    strategy.prepareForCreate?.(object, context)
    expect(Array.isArray(validateCreate(strategy, object, context))).toBe(true)
    expect(Array.isArray(structural(scheme.schemaOf(strategy.group, version, kind)!, object).errors)).toBe(true)
  })
})
