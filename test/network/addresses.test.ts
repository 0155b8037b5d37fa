import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../../engine/base/log.ts'
import { PodAddresses } from '../../engine/network/address/pod-addresses.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'kubarium-addresses-'))))
afterEach(() => rmSync(dir, { recursive: true }))
const open = () => new PodAddresses(join(dir, 'addresses.json'), silentLogger)
const RANGE = '10.244.3.0/24'

it('a pod keeps its address for as long as it is there', () => {
  const addresses = open()
  expect(addresses.assign('a', RANGE)).toBe('10.244.3.2')
  expect(addresses.assign('b', RANGE)).toBe('10.244.3.3')
  expect(addresses.assign('a', RANGE)).toBe('10.244.3.2')
})

it('an address that was given back is not given to the next pod', () => {
  const addresses = open()
  addresses.assign('a', RANGE)
  addresses.release('a')
  expect(addresses.assign('b', RANGE)).toBe('10.244.3.3')
})

it('after a restart every pod gets its own address, in whatever order they come, and new pods get others', () => {
  const before = open()
  before.assign('a', RANGE)
  before.assign('b', RANGE)
  const after = open()
  expect(after.assign('new', RANGE)).toBe('10.244.3.4')
  expect(after.assign('b', RANGE)).toBe('10.244.3.3')
  expect(after.assign('a', RANGE)).toBe('10.244.3.2')
})

it('the address that a pod had is honoured only if it is free and of this node', () => {
  const addresses = open()
  expect(addresses.assign('a', RANGE, '10.244.3.77')).toBe('10.244.3.77')
  expect(addresses.assign('b', RANGE, '10.244.3.77')).not.toBe('10.244.3.77')
  expect(addresses.assign('c', RANGE, '10.244.9.5')).toMatch(/^10\.244\.3\./)
  expect(addresses.assign('d', RANGE, '10.244.3.1')).not.toBe('10.244.3.1')
})

it('every address of the range can be used, those of pods that are gone too, and then it is refused', () => {
  const before = open()
  for (let i = 0; i < 6; i++) before.assign(`old-${i}`, '10.244.3.0/28')
  const addresses = open()
  const given = Array.from({ length: 13 }, (_, i) => addresses.assign(`pod-${i}`, '10.244.3.0/28'))
  expect(new Set(given).size).toBe(13)
  expect(() => addresses.assign('one-more', '10.244.3.0/28')).toThrow(/no address is left/)
})

it('a broken file costs the old addresses only', () => {
  writeFileSync(join(dir, 'addresses.json'), '{')
  expect(open().assign('a', RANGE)).toBe('10.244.3.2')
})
