import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pod, Service } from '../../../engine/api/types.ts'
import type { SliceEndpoint } from '../../../engine/controllers/endpointslice/endpoints.ts'
import { truncated } from '../../../engine/controllers/endpointslice/endpoints.ts'
import { pack } from '../../../engine/controllers/endpointslice/packing.ts'
import { TriggerTimes } from '../../../engine/controllers/endpointslice/trigger-times.ts'

const at = (numbers: number[], ready = true) =>
  numbers.map(n => ({ addresses: [`10.0.0.${n}`], conditions: { ready } }) as SliceEndpoint)
const numbers = (slices: SliceEndpoint[][]) => slices.map(s => s.map(e => Number(e.addresses![0].split('.')[3])))
const packed = (known: number[][], wanted: number[], max = 3) =>
  numbers(
    pack(
      known.map(list => at(list)),
      at(wanted),
      max,
    ),
  )

test('endpoints fill slices up to what one may hold', () => {
  expect(packed([], [1, 2, 3, 4])).toEqual([[1, 2, 3], [4]])
})

test('one that goes or comes changes one slice', () => {
  const known = [[1, 2, 3], [4, 5, 6], [7]]
  expect(packed(known, [2, 3, 4, 5, 6, 7])).toEqual([[2, 3], [4, 5, 6], [7]])
  expect(packed(known, [1, 2, 3, 4, 5, 6, 7, 8])).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8],
  ])
  // A slice that is written anyway takes what is new.
  expect(packed(known, [2, 3, 4, 5, 6, 7, 8])).toEqual([[2, 3, 8], [4, 5, 6], [7]])
})

test('what is new goes where it fits best, and into a new slice only where it fits nowhere', () => {
  expect(packed([[1, 2], [3]], [1, 2, 3, 4])).toEqual([[1, 2, 4], [3]])
  expect(
    packed(
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3, 4, 5, 6],
    ),
  ).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
})

test('a slice that nothing is left in holds nothing', () => {
  expect(packed([[1], [2, 3]], [2, 3])).toEqual([[], [2, 3]])
})

test('endpoints are taken as they are now', () => {
  expect(pack([at([1, 2])], at([1, 2], false), 3)).toEqual([at([1, 2], false)])
})

test('whatever was there, each endpoint is in one slice, and no slice holds too many', () => {
  const list = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 40 })
  fc.assert(
    fc.property(list, list, fc.integer({ min: 1, max: 7 }), (before, now, max) => {
      const known = packed([], before, max)
      const after = packed(known, now, max)
      expect(after.flat().sort()).toEqual([...now].sort())
      expect(Math.max(0, ...after.map(s => s.length))).toBeLessThanOrEqual(max)
    }),
  )
})

test('Endpoints show a thousand addresses, those that are ready first', () => {
  const addresses = (n: number) => Array.from({ length: n }, (_, i) => ({ ip: `10.1.${n}.${i}` }))
  const cut = truncated(
    [
      { notReadyAddresses: addresses(3), ports: [] },
      { addresses: addresses(4), ports: [] },
    ],
    5,
  )
  expect(cut.map(s => [s.addresses?.length, s.notReadyAddresses?.length])).toEqual([
    [undefined, 1],
    [4, undefined],
  ])
})

test('the trigger time is that of the earliest change since the last look', () => {
  const times = new TriggerTimes()
  const service = { metadata: { name: 's', namespace: 'n', creationTimestamp: '2026-01-01T00:00:00Z' } } as Service
  const pod = (name: string, lastTransitionTime: string) =>
    ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] } }) as Pod
  const [one, two] = [pod('one', '2026-01-01T00:01:00Z'), pod('two', '2026-01-01T00:02:00Z')]
  expect(times.next(service, [one])).toBe('2026-01-01T00:00:00Z')
  expect(times.next(service, [one])).toBeUndefined()
  expect(times.next(service, [pod('one', '2026-01-01T00:03:00Z'), two])).toBe('2026-01-01T00:02:00Z')
  times.forget('n/s')
  expect(times.next(service, [one])).toBe('2026-01-01T00:00:00Z')
})
