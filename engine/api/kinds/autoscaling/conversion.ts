import { deepClone, isRecord } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import { fromV1Metric, fromV1Status, toV1Metric, toV1Status } from './v1-metrics.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- converts open objects */

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'

/** What an autoscaler that names no metric aims for, in percent of the requests for CPU. */
export const DEFAULT_CPU = 80

/** Converts between autoscaling/v1, which knows one CPU target, and v2; what v1 cannot say travels in annotations. */
export function convertAutoscaler(object: KubeObject, toVersion: string): KubeObject {
  const target = `autoscaling/${toVersion}`
  if (object.apiVersion === target) return object
  const out = deepClone(object)
  out.apiVersion = target
  const annotations: Record<string, string> = { ...out.metadata.annotations }
  out.spec ??= {}
  out.status ??= {}
  if (toVersion === 'v2') toV2(out.spec, out.status, annotations)
  else toV1(out.spec, out.status, annotations)
  if (Object.keys(annotations).length) out.metadata.annotations = annotations
  else delete out.metadata.annotations
  return out
}

const isCPU = (m: any) => m.type === 'Resource' && m.resource?.name === 'cpu'

function toV1(spec: any, status: any, annotations: Record<string, string>): void {
  for (const key of [METRICS, BEHAVIOR, CURRENT, CONDITIONS]) delete annotations[key]
  const metrics: any[] = spec.metrics ?? []
  const byCPU = metrics.filter(m => isCPU(m) && m.resource.target?.averageUtilization !== undefined)
  for (const metric of byCPU) spec.targetCPUUtilizationPercentage = metric.resource.target.averageUtilization
  const others = metrics.filter(m => !byCPU.includes(m))
  put(annotations, METRICS, others.map(toV1Metric))
  delete spec.metrics
  if (spec.behavior) annotations[BEHAVIOR] = JSON.stringify(capitalised(spec.behavior))
  delete spec.behavior
  // The use of CPU is in the annotation too: with the raw amount, that v1 has no field for.
  const current: any[] = status.currentMetrics ?? []
  for (const metric of current)
    if (isCPU(metric) && metric.resource.current?.averageUtilization !== undefined)
      status.currentCPUUtilizationPercentage = metric.resource.current.averageUtilization
  put(annotations, CURRENT, current.map(toV1Status))
  delete status.currentMetrics
  put(annotations, CONDITIONS, status.conditions ?? [])
  delete status.conditions
  status.currentReplicas ??= 0
  status.desiredReplicas ??= 0
}

function toV2(spec: any, status: any, annotations: Record<string, string>): void {
  const metrics: any[] = list(take(annotations, METRICS)).map(fromV1Metric)
  const percent = spec.targetCPUUtilizationPercentage
  delete spec.targetCPUUtilizationPercentage
  // An autoscaler without any metric aims for the CPU, and v2 says so.
  if (percent !== undefined || !metrics.length)
    metrics.push({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent ?? DEFAULT_CPU } },
    })
  spec.metrics = metrics
  const behavior = take(annotations, BEHAVIOR)
  if (isRecord(behavior)) spec.behavior = readBehavior(behavior)
  const current = list(take(annotations, CURRENT)).map(fromV1Status)
  const now = status.currentCPUUtilizationPercentage
  delete status.currentCPUUtilizationPercentage
  if (!current.length && now !== undefined)
    current.push({ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: now } } })
  status.currentMetrics = current.length ? current : null
  const conditions = list(take(annotations, CONDITIONS))
  if (conditions.length) status.conditions = conditions
}

/** Behaviour travels as Go marshals the internal type: with its names. */
function capitalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalised)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k[0]!.toUpperCase() + k.slice(1), capitalised(v)]))
}

const RULES = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance']
const POLICY = ['type', 'value', 'periodSeconds']

/** Names are read as Go reads them, whatever their case; what the type does not have is left out. */
function readBehavior(given: Record<string, unknown>): Record<string, unknown> {
  const behavior = members(given, ['scaleUp', 'scaleDown'])
  for (const [direction, value] of Object.entries(behavior)) {
    if (!isRecord(value)) delete behavior[direction]
    else {
      const rules = members(value, RULES)
      if (rules.policies !== undefined)
        rules.policies = list(rules.policies).map((p: Record<string, unknown>) => members(p, POLICY))
      behavior[direction] = rules
    }
  }
  return behavior
}

function members(object: Record<string, unknown>, names: string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) {
    const name = names.find(n => n.toLowerCase() === key.toLowerCase())
    if (name && value !== null) found[name] = value
  }
  return found
}

const list = (value: unknown): any[] => (Array.isArray(value) ? value.filter(isRecord) : [])

function take(annotations: Record<string, string>, key: string): unknown {
  const text = annotations[key]
  if (text === undefined) return undefined
  delete annotations[key]
  try {
    return JSON.parse(text)
  } catch (error) {
    // A user wrote something else there: it means nothing to the conversion and is dropped, as Kubernetes does.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function put(annotations: Record<string, string>, key: string, items: unknown[]): void {
  if (items.length) annotations[key] = JSON.stringify(items)
}
