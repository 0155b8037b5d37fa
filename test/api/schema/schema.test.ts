import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aggregatedDiscovery } from '../../../engine/api/discovery.ts'
import { scheme } from '../../../engine/api/scheme.ts'
import { generateTypes } from '../../../engine/api/schema/generate.ts'
import { packageNames, typesOf } from '../../../engine/api/schema/packages.ts'

/** The types that a package defines itself, aliases left out. */
const structsOf = (pkg: string) =>
  typesOf(pkg)!
    .names()
    .map(name => typesOf(pkg)!.type(name)!)
    .filter(type => type.type === 'struct' && type.name!.startsWith(`${pkg}.`))

describe('schemas', () => {
  it.each(packageNames())('%s resolves every type that it names', pkg => {
    for (const name of typesOf(pkg)!.names()) {
      const type = typesOf(pkg)!.type(name)!
      if (type.type === 'struct') for (const field of type.fields!.values()) expect(field.schema.type).toBeTruthy()
    }
  })
  it('describe every type, and at least 95 of 100 fields of each group', () => {
    for (const pkg of packageNames()) {
      const types = structsOf(pkg)
      expect(types.filter(t => !t.description).map(t => t.name)).toEqual([])
      const fields = types.flatMap(t => [...t.fields!.values()])
      const described = fields.filter(f => f.description)
      expect(described.length / fields.length, pkg).toBeGreaterThanOrEqual(0.95)
    }
  })
  it('say it in one sentence of at most 100 characters', () => {
    const texts = packageNames()
      .flatMap(structsOf)
      .flatMap(t => [t.description, ...[...t.fields!.values()].map(f => f.description)])
      .filter(text => text !== undefined)
    expect(texts.filter(text => text.length > 100 || !text.endsWith('.'))).toEqual([])
  })
  it('of a group that is not served are known and not discovered', () => {
    expect(typesOf('metrics/v1beta1')!.type('PodMetrics')?.isKind).toBe(true)
    expect(scheme.schemaOf('metrics.k8s.io', 'v1beta1', 'NodeMetrics')?.fields?.has('usage')).toBe(true)
    const served = scheme.strategies.some(s => s.group === 'metrics.k8s.io')
    expect(JSON.stringify(aggregatedDiscovery(scheme, 'apis', 'v2')).includes('metrics.k8s.io')).toBe(served)
    expect(scheme.schemaOf('admission.k8s.io', 'v1', 'AdmissionReview')?.isKind).toBe(true)
    expect(JSON.stringify(aggregatedDiscovery(scheme, 'apis', 'v2'))).not.toContain('"admission.k8s.io"')
  })
  it('agree with the generated types that are checked in', () => {
    for (const [path, text] of generateTypes())
      expect(
        readFileSync(new URL(`../../../engine/api/${path}`, import.meta.url), 'utf8') === text,
        `${path} is stale: run node engine/api/schema/generate.ts`,
      ).toBe(true)
  })
})
