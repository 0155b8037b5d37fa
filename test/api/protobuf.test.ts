import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeProtobuf } from '../../engine/api/protobuf.ts'

const folder = join(process.env.KUBARIUM_SHARED ?? join(import.meta.dirname, '../../../shared'), 'kubernetes/protobuf')
const names = existsSync(folder) ? readdirSync(folder).filter(f => f.endsWith('.pb')) : []

describe('protobuf bodies', () => {
  it.skipIf(names.length > 0)('are compared with captures where the folder of captures exists', () =>
    expect(names).toEqual([]),
  )

  it.each(names)('%s means what its JSON says', name => {
    const object = decodeProtobuf(readFileSync(join(folder, name)))
    expect(object).toEqual(JSON.parse(readFileSync(join(folder, name.replace(/pb$/, 'json')), 'utf8')))
  })

  it('refuses bytes without the envelope', () => {
    expect(() => decodeProtobuf(new TextEncoder().encode('{}'))).toThrow(/does not appear to be a protobuf message/)
  })

  it('refuses a body that is cut short', () => {
    expect(() => decodeProtobuf(new Uint8Array([0x6b, 0x38, 0x73, 0, 0x0a, 0x20, 0x0a]))).toThrow(/unexpected EOF/)
  })
})
