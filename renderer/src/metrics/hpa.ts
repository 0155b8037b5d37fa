import type { KubeObject } from '../../../engine/api/object.ts'
import type {
  HorizontalPodAutoscaler,
  MetricSpec,
  MetricStatus,
  MetricTarget,
} from '../../../engine/api/types/autoscaling-v2.ts'
import type { Said } from '../text/define.ts'
import type { Tone } from '../ui/tone.ts'
import type { hpaTexts } from './hpa-text.ts'

type Words = Said<typeof hpaTexts.en>

/** A figure that decides, as it is and as it should be. */
export interface HpaFigure {
  name: string
  current: string
  target: string
  /** How much of the target is reached: 1 is all of it. Undefined if it is not known. */
  share: number | undefined
}

const source = (metric: MetricSpec | MetricStatus) =>
  metric.resource ?? metric.containerResource ?? metric.pods ?? metric.object ?? metric.external

function nameOf(metric: MetricSpec, t: Words): string {
  if (metric.containerResource) return t.ofContainer(metric.containerResource.name, metric.containerResource.container)
  if (metric.resource) return metric.resource.name
  return metric.pods?.metric.name ?? metric.object?.metric.name ?? metric.external?.metric.name ?? metric.type
}

/** Each figure of an autoscaler against its target. */
export function figuresOf(
  { spec, status }: HorizontalPodAutoscaler,
  parse: (quantity: string) => number,
  t: Words,
): HpaFigure[] {
  return (spec.metrics ?? []).map((metric, i) => {
    const target = (source(metric) as { target: MetricTarget } | undefined)?.target
    const found = status?.currentMetrics?.[i]
    const current = found && (source(found) as { current: Partial<MetricTarget> } | undefined)?.current
    const percent = target?.averageUtilization
    if (percent !== undefined) {
      const now = current?.averageUtilization
      return {
        ...{ name: nameOf(metric, t), target: t.percentOfRequest(percent) },
        ...{
          current: now === undefined ? t.unknown : `${now} %`,
          share: now === undefined ? undefined : now / percent,
        },
      }
    }
    const wanted = target?.averageValue ?? target?.value
    const now = current?.averageValue ?? current?.value
    return {
      ...{ name: nameOf(metric, t), target: wanted ? (target?.averageValue ? t.perPod(wanted) : wanted) : t.unknown },
      ...{ current: now ?? t.unknown, share: wanted && now ? parse(now) / parse(wanted) : undefined },
    }
  })
}

export interface HpaVerdict {
  tone: Tone
  text: string
}

/** What an autoscaler does now and why, in words: from its conditions, the gravest first. */
export function verdictOf({ spec, status }: HorizontalPodAutoscaler, t: Words): HpaVerdict {
  const condition = (type: string) => status?.conditions?.find(c => c.type === type)
  const able = condition('AbleToScale')
  const active = condition('ScalingActive')
  const limited = condition('ScalingLimited')
  if (!status?.conditions?.length) return { tone: 'info', text: t.notYet }
  if (able?.status === 'False') return { tone: 'bad', text: t.unable(able.message ?? able.reason ?? '') }
  if (active?.reason === 'ScalingDisabled') return { tone: 'idle', text: t.disabled }
  if (active?.status === 'False') return { tone: 'bad', text: t.inactive(active.message ?? active.reason ?? '') }
  const current = status.currentReplicas ?? 0
  const wanted = status.desiredReplicas
  if (limited?.status === 'True') {
    if (limited.reason === 'TooManyReplicas') return { tone: 'warn', text: t.atMost(spec.maxReplicas) }
    if (limited.reason === 'TooFewReplicas') return { tone: 'ok', text: t.atLeast(spec.minReplicas ?? 1) }
    return { tone: 'warn', text: t.slowed(limited.message ?? limited.reason ?? '') }
  }
  if (wanted > current) return { tone: 'info', text: t.growing(current, wanted) }
  if (wanted < current) return { tone: 'info', text: t.shrinking(current, wanted) }
  if (able?.reason === 'ScaleDownStabilized') return { tone: 'ok', text: t.waits(current) }
  return { tone: 'ok', text: t.steady(current) }
}

const RESCALE = /New size: (\d+); reason: (.*)/

/** An event of an autoscaler in words; what it is not known how to say is told as it came. */
export function decisionOf(event: { reason?: string; message?: string }, t: Words): string {
  const message = event.message ?? ''
  const [, size, why] = RESCALE.exec(message) ?? []
  if (event.reason !== 'SuccessfulRescale' || size === undefined) return message || (event.reason ?? '')
  const above = /^(.*) above target$/.exec(why!)
  if (above) return t.rescaledUp(Number(size), above[1]!)
  return /^All metrics below target$/.test(why!) ? t.rescaledDown(Number(size)) : t.rescaled(Number(size), why!)
}

const MOST_DECISIONS = 5

/** The last events of an autoscaler, the newest first, with when each last came. */
export function eventsOf({ metadata }: HorizontalPodAutoscaler, events: readonly KubeObject[]) {
  return events
    .filter(event => {
      const object = event.involvedObject as { name?: string; namespace?: string } | undefined
      return object?.name === metadata.name && object?.namespace === metadata.namespace
    })
    .map(event => ({
      ...{ metadata: event.metadata, reason: event.reason as string | undefined },
      message: event.message as string | undefined,
      at: (event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp) as string | undefined,
    }))
    .sort((a, b) => Date.parse(b.at ?? '') - Date.parse(a.at ?? ''))
    .slice(0, MOST_DECISIONS)
}
