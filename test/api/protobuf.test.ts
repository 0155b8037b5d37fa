import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiVersionOf } from '../../engine/api/object.ts'
import { decodeProtobuf } from '../../engine/api/protobuf.ts'
import { packages } from '../../engine/api/schema/groups/index.ts'
import { typeOfPackage, typesOf } from '../../engine/api/schema/packages.ts'
import type { TypeSchema } from '../../engine/api/schema/types.ts'
import { delimited, encodeBody, encodeMessage, envelope, integer, randomValue, varint } from './protobuf-encoding.ts'

const folder = join(process.env.KUBARIUM_SHARED ?? join(import.meta.dirname, '../../../shared'), 'kubernetes/protobuf')
const names = existsSync(folder) ? readdirSync(folder).filter(f => f.endsWith('.pb')) : []

/** Every kind of every group that has protobuf numbers. */
const kinds = Object.entries(packages)
  .filter(([, pkg]) => pkg.group !== undefined)
  .flatMap(([name, pkg]) =>
    typesOf(name)!
      .names()
      .map(kind => ({
        name: `${name} ${kind}`,
        apiVersion: apiVersionOf(pkg as { group: string; version: string }),
        kind,
        schema: typesOf(name)!.type(kind)!,
      }))
      .filter(({ schema }) => schema.isKind),
  )
const encodable = kinds.filter(k => [...k.schema.fields!.values()].some(f => f.tag.length))

/** A small generator of numbers (mulberry32), so that a seed replays an object. */
function numbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const type = (pkg: string, name: string): TypeSchema => typeOfPackage(pkg, name)!
const pod = (...parts: Buffer[]): Buffer => envelope('v1', 'Pod', Buffer.concat(parts))
const decode = (...parts: Buffer[]) => decodeProtobuf(pod(...parts))
const text = (number: number, value: string): Buffer => delimited(number, Buffer.from(value))

describe('protobuf bodies', () => {
  it.skipIf(names.length > 0)('are compared with captures where the folder of captures exists', () =>
    expect(names).toEqual([]),
  )

  it.each(names)('%s means what its JSON says', name => {
    const object = decodeProtobuf(readFileSync(join(folder, name)))
    expect(object).toEqual(JSON.parse(readFileSync(join(folder, name.replace(/pb$/, 'json')), 'utf8')))
  })

  it.each(encodable)('of $name come back as the object that was encoded', ({ apiVersion, kind, schema }) =>
    fc.assert(
      fc.property(fc.integer(), seed => {
        const object = { apiVersion, kind, ...(randomValue(schema, numbers(seed)) as object) }
        expect(decodeProtobuf(encodeBody(schema, object))).toEqual(object)
      }),
      { numRuns: 5 },
    ),
  )

  it('exist for every kind that is served', () =>
    expect(kinds.filter(k => !encodable.includes(k)).map(k => k.name)).toEqual([]))
})

describe('the wire format', () => {
  const meta = (...parts: Buffer[]): Buffer => delimited(1, Buffer.concat(parts))

  it('refuses integers that it could only round', () => {
    const deadline = (n: bigint) => delimited(2, integer(5, n))
    expect(decode(deadline(2n ** 53n - 1n))).toMatchObject({ spec: { activeDeadlineSeconds: 2 ** 53 - 1 } })
    expect(() => decode(deadline(2n ** 53n + 1n))).toThrow('the number 9007199254740993 is beyond')
  })

  it('lets unknown fields of every wire type pass', () => {
    const unknown = [
      integer(500, 7n),
      Buffer.concat([varint((501n << 3n) | 1n), Buffer.alloc(8, 1)]),
      text(502, 'x'),
      Buffer.concat([varint((503n << 3n) | 5n), Buffer.alloc(4, 1)]),
    ]
    expect(decode(...unknown, meta(...unknown, text(1, 'a'), ...unknown))).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
    })
  })
  it('has repeated numbers packed or one by one, or both', () => {
    const groups = (bytes: Buffer) =>
      decode(delimited(2, delimited(14, bytes))).spec.securityContext.supplementalGroups as number[]
    expect(groups(Buffer.concat([integer(4, 1n), integer(4, 2n)]))).toEqual([1, 2])
    expect(groups(delimited(4, Buffer.concat([varint(1n), varint(300n)])))).toEqual([1, 300])
    expect(groups(Buffer.concat([integer(4, 1n), delimited(4, varint(2n))]))).toEqual([1, 2])
  })
  it('fills in the key or value that an entry of a map lacks', () => {
    expect(decode(meta(delimited(11, text(1, 'k')))).metadata.labels).toEqual({ k: '' })
    expect(decode(meta(delimited(11, text(2, 'v')))).metadata.labels).toEqual({ '': 'v' })
    const spec = (entry: Buffer) => decode(delimited(2, delimited(32, entry))).spec.overhead as object
    expect(spec(text(1, 'cpu'))).toEqual({ cpu: '0' })
    const budget = type('policy/v1', 'PodDisruptionBudget')
    const body = delimited(3, delimited(2, text(1, 'p')))
    expect(budget.fields!.get('status')!.tag).toEqual([3])
    expect(decodeProtobuf(envelope('policy/v1', 'PodDisruptionBudget', body)).status).toEqual({
      disruptedPods: { p: null },
    })
  })
  it('keeps keys of maps that are names of the prototype', () => {
    const { labels } = decode(meta(delimited(11, Buffer.concat([text(1, '__proto__'), text(2, 'v')])))).metadata
    expect(Object.entries(labels!)).toEqual([['__proto__', 'v']])
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype)
  })
  it('merges a message that comes in pieces, and lets the last of several scalars count', () => {
    expect(decode(meta(text(1, 'a')), meta(text(3, 'n')), meta(text(1, 'b'))).metadata).toEqual({
      name: 'b',
      namespace: 'n',
    })
    expect(decode(meta(text(1, 'a'), text(1, ''))).metadata).toEqual({})
  })
  it('leaves out zero values that JSON leaves out, and keeps those of pointers', () => {
    const spec = Buffer.concat([integer(11, 0n), integer(21, 0n), integer(4, 0n)])
    expect(decode(delimited(2, spec)).spec).toEqual({
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
    })
  })
  it('carries negative numbers in ten bytes', () =>
    expect(decode(delimited(2, integer(25, -5n))).spec.priority).toBe(-5))
  it('puts a replacement character in the place of what is not UTF-8, and keeps a byte order mark', () => {
    expect(decode(meta(delimited(1, Buffer.from([0x61, 0xff])))).metadata.name).toBe('a\ufffd')
    expect(decode(meta(text(1, '\ufeffa'))).metadata.name).toBe('\ufeffa')
  })
})

describe('malformed bytes', () => {
  it('without the envelope are refused', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('{}'), Buffer.from('k8s'), Buffer.from('k8s1abc')])
      expect(() => decodeProtobuf(bytes)).toThrow(/does not appear to be a protobuf message/)
  })
  it('without a kind, or of one that is not known, are refused by its name', () => {
    expect(() => decodeProtobuf(Buffer.from('k8s\0'))).toThrow('no kind "" is registered for version ""')
    expect(() => decodeProtobuf(envelope('v1', 'Gadget', Buffer.alloc(0)))).toThrow('no kind "Gadget" is registered')
    expect(() => decodeProtobuf(envelope('v1', 'PodSpec', Buffer.alloc(0)))).toThrow('no kind "PodSpec" is registered')
  })
  it('are refused wherever they are cut', () => {
    const schema = type('core/v1', 'Pod')
    const object = randomValue(schema, numbers(7)) as Record<string, unknown>
    const raw = encodeMessage(schema, object)
    const whole = envelope('v1', 'Pod', raw)
    for (let length = whole.length - raw.length; length < whole.length; length += 1 + (length % 7))
      expect(() => decodeProtobuf(whole.subarray(0, length))).toThrow(/^proto: unexpected EOF/)
  })
  it('never lead to anything but an object or a 400', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        try {
          expect(decodeProtobuf(pod(Buffer.from(bytes))).kind).toBe('Pod')
        } catch (error) {
          expect(error).toMatchObject({ status: { code: 400 } })
        }
      }),
      { numRuns: 500 },
    ))
  it.each([
    ['a wrong wire type', integer(1, 5n), 'proto: wrong wireType = 0 for field metadata'],
    ['a group', Buffer.from([0x0b]), 'proto: wrong wireType = 3 for field metadata'],
    ['an unknown field of no wire type', varint((500n << 3n) | 7n), 'proto: wrong wireType = 7'],
    ['field number 0', Buffer.from([0x02, 0x00]), 'proto: illegal tag 0 (wire type 2)'],
    ['a number without end', Buffer.alloc(12, 0xff), 'proto: integer overflow'],
    ['a length beyond the end', Buffer.from([0x0a, 0x7f]), 'proto: unexpected EOF'],
    ['a time that no calendar has', delimited(1, delimited(8, integer(1, 1n << 60n))), 'proto: time out of range'],
  ])('with %s are refused', (_, bytes, message) => expect(() => decode(bytes)).toThrow(message))
})
