import { packages } from './groups/index.ts'
import { parsePackage } from './parser.ts'
import type { PackageTypes } from './parser.ts'
import type { TypeSchema } from './types.ts'

/** The type `name` of package `pkg` (`core/v1`, `apps/v1`, `meta/v1` …); parsed on first use. */
export function typeOfPackage(pkg: string, name: string): TypeSchema | undefined {
  return typesOf(pkg)?.type(name)
}

/** All types of a package. */
export function typesOf(pkg: string): PackageTypes | undefined {
  let types = parsed.get(pkg)
  if (!types) {
    const entry = packages[pkg]
    if (!entry) return undefined
    parsed.set(pkg, (types = parsePackage(pkg, entry.source, typeOfPackage)))
  }
  return types
}

/** Name of the package that holds a group's version: `apps/v1`, `core/v1`, `rbac/v1` … */
export function packageOf(group: string, version: string): string | undefined {
  byGroupVersion ??= new Map(
    Object.entries(packages)
      .filter(([, p]) => p.group !== undefined)
      .map(([name, p]) => [`${p.group}/${p.version}`, name]),
  )
  return byGroupVersion.get(`${group}/${version}`)
}

/** Names of all packages. */
export function packageNames(): string[] {
  return Object.keys(packages)
}

/** Schema of ObjectMeta. */
export function objectMetaSchema(): TypeSchema {
  return typeOfPackage('meta/v1', 'ObjectMeta')!
}

const parsed = new Map<string, PackageTypes>()
let byGroupVersion: Map<string, string> | undefined
