import type { HorizontalPodAutoscaler, MetricTarget } from '../../../engine/api/types/autoscaling-v2.ts'
import type { Said } from '../text/define.ts'
import type { HpaFigure } from './hpa.ts'
import type { hpaTexts } from './hpa-text.ts'
import type { ChartSpec } from './lines.ts'
import type { Unit } from './units.ts'

/** Charts of an autoscaler: its replicas, and each figure with its target. */
export function hpaCharts(
  { metadata, spec }: HorizontalPodAutoscaler,
  figures: readonly HpaFigure[],
  parse: (quantity: string) => number,
  t: Said<typeof hpaTexts.en>,
): ChartSpec[] {
  const key = `hpa/${metadata.namespace}/${metadata.name}`
  const replicas: ChartSpec = {
    ...{ id: `${key}/replicas`, title: t.replicas, about: t.replicasAbout(spec.minReplicas ?? 1, spec.maxReplicas) },
    ...{ unit: 'count', stepped: true },
    lines: [
      { keys: [`${key}/replicas`], label: t.current },
      { keys: [`${key}/wanted`], label: t.wanted },
    ],
  }
  const metrics = (spec.metrics ?? []).map((metric, i): ChartSpec => {
    const source = metric.resource ?? metric.containerResource ?? metric.pods ?? metric.object ?? metric.external
    const { averageUtilization, averageValue, value } = (source as { target?: MetricTarget } | undefined)?.target ?? {}
    const amount = averageValue ?? value
    const level = averageUtilization ?? (amount === undefined ? undefined : parse(amount))
    const name = figures[i]?.name ?? metric.type
    return {
      ...{ id: `${key}/metric/${i}`, title: t.figure(name), about: t.figureAbout },
      unit:
        averageUtilization !== undefined ? 'percent' : unitOf(metric.resource?.name ?? metric.containerResource?.name),
      lines: [{ keys: [`${key}/metric/${i}`], label: name }],
      ...(level !== undefined && { level: { value: level, label: t.target } }),
    }
  })
  return [replicas, ...metrics]
}

function unitOf(resource: string | undefined): Unit {
  return resource === 'cpu' ? 'cores' : resource === 'memory' ? 'bytes' : 'count'
}
