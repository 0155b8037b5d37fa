import type { ResourceKind } from '../cluster/discovery.ts'

/** Address of the charts that show what an object uses; undefined for kinds that have none. */
export function chartsAddress(
  { group, resource }: Pick<ResourceKind, 'group' | 'resource'>,
  { namespace, name }: { namespace?: string; name?: string },
): string | undefined {
  if (group === '' && resource === 'pods')
    return `/metrics/workloads?${new URLSearchParams({ of: `${namespace}/${name}` })}`
  if (group === '' && resource === 'nodes') return '/metrics/machines'
  return group === 'autoscaling' && resource === 'horizontalpodautoscalers' ? '/metrics/autoscalers' : undefined
}
