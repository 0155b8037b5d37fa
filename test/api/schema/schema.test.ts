import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateTypes } from '../../../engine/api/schema/generate.ts'
import { packageNames, typesOf } from '../../../engine/api/schema/packages.ts'

describe('schemas', () => {
  it.each(packageNames())('%s resolves every type that it names', pkg => {
    for (const name of typesOf(pkg)!.names()) {
      const type = typesOf(pkg)!.type(name)!
      if (type.type === 'struct') for (const field of type.fields!.values()) expect(field.schema.type).toBeTruthy()
    }
  })
  it('agree with the generated types that are checked in', () => {
    for (const [path, text] of generateTypes())
      expect(
        readFileSync(new URL(`../../../engine/api/${path}`, import.meta.url), 'utf8') === text,
        `${path} is stale: run node engine/api/schema/generate.ts`,
      ).toBe(true)
  })
})
