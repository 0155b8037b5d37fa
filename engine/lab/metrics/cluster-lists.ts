import type { HorizontalPodAutoscaler, MetricStatus } from '../../api/types/autoscaling-v2.ts'
import type { NodeMetrics, PodMetrics } from '../../api/types/metrics-v1beta1.ts'
import { parseQuantity } from '../../base/quantity.ts'

/** Of so many pods the figures are kept: those that use most. */
export const MOST_PODS = 500
const MOST_NODES = 200
const MOST_AUTOSCALERS = 50
/** Figures of one autoscaler. */
const MOST_TARGETS = 4

/** Cores and bytes of pods, by the names of their series. A new pod beyond the limit comes after those that use more. */
export function podSeries(pods: readonly PodMetrics[]): Map<string, number> {
  const used = pods.map(({ metadata, containers }) => ({
    key: `pod/${metadata.namespace}/${metadata.name}`,
    ...sumOf((containers ?? []).map(c => c.usage)),
  }))
  used.sort((a, b) => b.cpu - a.cpu || b.memory - a.memory)
  return asSeries(used.slice(0, MOST_PODS))
}

/** The same of nodes, pods and all. */
export function nodeSeries(nodes: readonly NodeMetrics[]): Map<string, number> {
  return asSeries(
    nodes.slice(0, MOST_NODES).map(({ metadata, usage }) => ({ key: `node/${metadata.name}`, ...sumOf([usage]) })),
  )
}

/** How many replicas autoscalers see and want, and the figures that decide: shares of the target as percent, else plain amounts. */
export function autoscalerSeries(autoscalers: readonly HorizontalPodAutoscaler[]): Map<string, number> {
  const series = new Map<string, number>()
  for (const { metadata, status } of autoscalers.slice(0, MOST_AUTOSCALERS)) {
    const key = `hpa/${metadata.namespace}/${metadata.name}`
    if (!status) continue
    series.set(`${key}/replicas`, status.currentReplicas ?? 0)
    series.set(`${key}/wanted`, status.desiredReplicas)
    for (const [i, metric] of (status.currentMetrics ?? []).slice(0, MOST_TARGETS).entries()) {
      const value = currentValue(metric)
      if (value !== undefined) series.set(`${key}/metric/${i}`, value)
    }
  }
  return series
}

function currentValue({ resource, containerResource, pods, object, external }: MetricStatus): number | undefined {
  const current = (resource ?? containerResource ?? pods ?? object ?? external)?.current
  if (typeof current?.averageUtilization === 'number') return current.averageUtilization
  const amount = current?.averageValue ?? current?.value
  return amount === undefined ? undefined : numberOf(amount)
}

/** Kubelets measure in billionths of a core: nothing is rounded. */
const numberOf = (amount: string) => Number(parseQuantity(amount).nanos) / 1e9

function sumOf(parts: readonly (Record<string, string> | undefined)[]): { cpu: number; memory: number } {
  const sum = (name: string) => parts.reduce((total, usage) => total + (usage?.[name] ? numberOf(usage[name]) : 0), 0)
  return { cpu: sum('cpu'), memory: sum('memory') }
}

function asSeries(used: readonly { key: string; cpu: number; memory: number }[]): Map<string, number> {
  return new Map(
    used.flatMap(({ key, cpu, memory }): [string, number][] => [
      [`${key}/cpu`, cpu],
      [`${key}/memory`, memory],
    ]),
  )
}
