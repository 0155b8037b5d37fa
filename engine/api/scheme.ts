import { packageOf, typeOfPackage } from './schema/packages.ts'
import type { TypeSchema } from './schema/types.ts'
import { strategies, bodies } from './kinds/index.ts'
import type { Strategy } from './strategy.ts'

/** Everything that is served: kinds with their strategies and the types behind them. */
export interface Scheme {
  /** Kinds that are resources, in the order in which discovery lists their groups. */
  readonly strategies: readonly Strategy[]
  byResource(group: string, version: string, resource: string): Strategy | undefined
  /** Also finds kinds that are only bodies of subresources: Scale, Eviction, TokenRequest. */
  byKind(group: string, version: string, kind: string): Strategy | undefined
  /** The type of a kind, or any other type of the group by its name (`PodSpec`). */
  schemaOf(group: string, version: string, typeName: string): TypeSchema | undefined
}

let byResourceKey: Map<string, Strategy> | undefined
let byKindKey: Map<string, Strategy> | undefined

export const scheme: Scheme = {
  strategies,
  byResource(group, version, resource) {
    byResourceKey ??= index(strategies, s => s.resource)
    return byResourceKey.get(`${group}/${version}/${resource}`)
  },
  byKind(group, version, kind) {
    byKindKey ??= index([...strategies, ...bodies], s => s.kind)
    return byKindKey.get(`${group}/${version}/${kind}`)
  },
  schemaOf(group, version, typeName) {
    const pkg = group === 'meta.k8s.io' ? 'meta/v1' : packageOf(group, version)
    return (
      (pkg ? typeOfPackage(pkg, typeName) : undefined) ??
      (META_KINDS.has(typeName) ? typeOfPackage('meta/v1', typeName) : undefined)
    )
  },
}

/** Kinds of meta/v1 exist in every group. */
const META_KINDS = new Set([
  'DeleteOptions',
  'CreateOptions',
  'UpdateOptions',
  'PatchOptions',
  'GetOptions',
  'ListOptions',
  'Status',
  'ObjectMeta',
  'ListMeta',
  'APIVersions',
  'APIGroup',
  'APIGroupList',
  'APIResourceList',
  'WatchEvent',
])

function index(list: readonly Strategy[], name: (s: Strategy) => string): Map<string, Strategy> {
  const map = new Map<string, Strategy>()
  for (const strategy of list)
    for (const version of strategy.versions) map.set(`${strategy.group}/${version}/${name(strategy)}`, strategy)
  return map
}
