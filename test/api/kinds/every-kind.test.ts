import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setDefaults } from '../../../engine/api/defaulting.ts'
import { structural } from '../../../engine/api/decode.ts'
import { deepClone } from '../../../engine/api/equality.ts'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { TypeSchema } from '../../../engine/api/schema/types.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import type { Strategy, StrategyContext } from '../../../engine/api/strategy.ts'
import { validateCreate, validateUpdate } from '../../../engine/api/validation/validate.ts'

/** Texts that rules look for, and texts that trip up who reads them carelessly. */
const HOSTILE = [
  '',
  ' ',
  'a',
  'a.b/c',
  '/',
  '//',
  '..',
  '*',
  '*.a',
  '$(A)',
  '%',
  '-1',
  '0',
  '1e9',
  '10.0.0.1',
  '10.0.0.0/8',
  '::1/200',
  '::ffff:1.2.3.4',
  'fe80::%eth0',
  '__proto__',
  'constructor',
  'toString',
  'Exists',
  'In',
  '\u0000',
  '\ud83d\ude00',
  'x'.repeat(300),
  '{"a":',
  '* * * * *',
  '@every 1s',
  '100%',
  'TZ=x * * * * *',
]

const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 8 }))
const NUMBERS = [0, 1, -1, 2, 5, 80, 65535, 65536, 2147483647, -2147483648]

function value(schema: TypeSchema, depth: number): fc.Arbitrary<unknown> {
  const element = schema.element
  switch (schema.type) {
    case 'struct': {
      const fields = [...(schema.fields ?? [])]
      if (!fields.length || depth > 7) return fc.constant({})
      // A few fields at a time: all of them at once would never get deep.
      return fc
        .subarray(fields, { maxLength: depth < 2 ? fields.length : Math.min(4, fields.length) })
        .chain(chosen =>
          fc.record(
            Object.fromEntries(chosen.map(([name, field]) => [name, fc.constant(field.schema)])) as Record<
              string,
              fc.Arbitrary<TypeSchema>
            >,
          ),
        )
        .chain(chosen =>
          fc.record(Object.fromEntries(Object.entries(chosen).map(([name, s]) => [name, value(s, depth + 1)]))),
        )
    }
    case 'map':
      return fc.dictionary(text, value(element!, depth + 1), { maxKeys: 3, noNullPrototype: true })
    case 'list':
      return fc.array(value(element!, depth + 1), { maxLength: 3 })
    case 'string':
      return schema.enum ? fc.oneof(fc.constantFrom(...schema.enum), text) : text
    case 'bool':
      return fc.boolean()
    case 'int32':
      return fc.oneof(fc.constantFrom(...NUMBERS), fc.integer())
    case 'int64':
      return fc.oneof(fc.constantFrom(...NUMBERS), fc.maxSafeInteger())
    case 'double':
      return fc.oneof(fc.constantFrom(...NUMBERS), fc.double({ noNaN: true, noDefaultInfinity: true }))
    case 'bytes':
      return fc.uint8Array({ maxLength: 6 }).map(bytes => Buffer.from(bytes).toString('base64'))
    case 'Time':
      return fc.constantFrom('2026-01-01T00:00:00Z', '1970-01-01T00:00:00Z')
    case 'MicroTime':
      return fc.constant('2026-01-01T00:00:00.000000Z')
    case 'Quantity':
      return fc.constantFrom('0', '1', '-1', '1m', '1Gi', '1500m', '1e3', '9223372036854775807')
    case 'IntOrString':
      return fc.oneof(fc.constantFrom<string | number>(...NUMBERS, '10%', '101%', 'http'), text)
    default:
      return fc.constantFrom<unknown>({}, { a: 1 }, { '': [] })
  }
}

const strategies: Strategy[] = [...scheme.strategies].filter(s => s.verbs.includes('create') && s.columns.length)
const context = (strategy: Strategy, subresource = ''): StrategyContext =>
  ({
    now: '2026-01-01T00:00:00Z',
    apiVersion: apiVersionOf(strategy),
    subresource,
    user: { name: 'u', groups: [] },
  }) as StrategyContext
const apiVersionOf = (s: Strategy) => (s.group ? `${s.group}/${s.versions[0]}` : s.versions[0]!)

function objectOf(strategy: Strategy): fc.Arbitrary<KubeObject> {
  const schema = scheme.schemaOf(strategy.group, strategy.versions[0]!, strategy.kind)!
  return value(schema, 0)
    .map(body => {
      const object = {
        ...(body as object),
        apiVersion: apiVersionOf(strategy),
        kind: strategy.kind,
        metadata: { name: 'a', ...(strategy.namespaced && { namespace: 'n' }) },
      } as KubeObject
      return structural(schema, object).errors.length ? undefined : object
    })
    .filter(object => object !== undefined)
}

const RUNS = { numRuns: 60 }

describe.each(strategies.map(s => [`${apiVersionOf(s)} ${s.kind}`, s] as const))('%s', (_, strategy) => {
  it('has defaults that do not change when they are set again', () => {
    fc.assert(
      fc.property(objectOf(strategy), object => {
        setDefaults(strategy, object)
        const once = deepClone(object)
        setDefaults(strategy, object)
        expect(object).toEqual(once)
      }),
      RUNS,
    )
  })

  it('is judged, described and printed without a throw, whatever it holds', () => {
    const subresources = ['', ...(strategy.hasStatus ? ['status'] : [])]
    fc.assert(
      fc.property(objectOf(strategy), objectOf(strategy), fc.constantFrom(...subresources), (a, b, subresource) => {
        for (const object of [a, b]) setDefaults(strategy, object)
        const fresh = deepClone(a)
        strategy.prepareForCreate?.(fresh, context(strategy))
        const complaints = validateCreate(strategy, fresh, context(strategy))
        for (const { field, message } of complaints) {
          expect(typeof field).toBe('string')
          expect(message).not.toMatch(/undefined|\[object Object\]|NaN/)
        }
        strategy.warnings?.(fresh, undefined, context(strategy))
        const ctx = context(strategy, subresource)
        strategy.prepareForUpdate?.(b, a, ctx)
        validateUpdate(strategy, b, a, ctx)
        strategy.warnings?.(b, a, ctx)
        for (const column of strategy.columns) expect(column.cell(b, 0)).not.toBeUndefined()
        strategy.selectableFields?.(b)
      }),
      RUNS,
    )
  })
})
