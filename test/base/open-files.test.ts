import { expect, it } from 'vitest'
import { carriedConnections, openFilesLimit } from '../../engine/base/open-files.ts'

it('the system’s limit of open files is known, or there is none', () => {
  expect(openFilesLimit()).toBeGreaterThanOrEqual(256)
})

it('connections of two sockets leave files for everything else, and never are none', () => {
  expect(carriedConnections(16_384, 20_000)).toBe(8_976)
  expect(carriedConnections(16_384, 1_048_576)).toBe(16_384)
  expect(carriedConnections(16_384, Infinity)).toBe(16_384)
  expect(carriedConnections(16_384, 1_024)).toBe(16)
})
