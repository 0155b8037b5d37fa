import { deepClone } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- converts open objects */

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics'
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior'
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics'
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions'

/** Converts between autoscaling/v1, which knows one CPU target, and v2; what v1 cannot say travels in annotations. */
export function convertAutoscaler(object: KubeObject, toVersion: string): KubeObject {
  const target = `autoscaling/${toVersion}`
  if (object.apiVersion === target) return object
  const out = deepClone(object)
  out.apiVersion = target
  const annotations: Record<string, string> = { ...out.metadata.annotations }
  const spec = (out.spec ??= {})
  const status = (out.status ??= {})
  const isCPU = (m: any) => m.type === 'Resource' && m.resource?.name === 'cpu'
  if (toVersion === 'v2') {
    const others = take(annotations, METRICS) ?? []
    const percent = spec.targetCPUUtilizationPercentage
    delete spec.targetCPUUtilizationPercentage
    const metrics = [...others]
    if (percent !== undefined)
      metrics.push({
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
      })
    if (metrics.length) spec.metrics = metrics
    const behavior = take(annotations, BEHAVIOR)
    if (behavior) spec.behavior = behavior
    const current = take(annotations, CURRENT) ?? []
    const now = status.currentCPUUtilizationPercentage
    delete status.currentCPUUtilizationPercentage
    if (now !== undefined)
      current.push({ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: now } } })
    status.currentMetrics = current.length ? current : null
    const conditions = take(annotations, CONDITIONS)
    if (conditions) status.conditions = conditions
  } else {
    const metrics: any[] = spec.metrics ?? []
    const cpu = metrics.find(m => isCPU(m) && m.resource.target?.averageUtilization !== undefined)
    if (cpu) spec.targetCPUUtilizationPercentage = cpu.resource.target.averageUtilization
    put(
      annotations,
      METRICS,
      metrics.filter(m => m !== cpu),
    )
    delete spec.metrics
    if (spec.behavior) annotations[BEHAVIOR] = JSON.stringify(spec.behavior)
    delete spec.behavior
    const current: any[] = status.currentMetrics ?? []
    const cpuNow = current.find(m => isCPU(m) && m.resource.current?.averageUtilization !== undefined)
    if (cpuNow) status.currentCPUUtilizationPercentage = cpuNow.resource.current.averageUtilization
    put(
      annotations,
      CURRENT,
      current.filter(m => m !== cpuNow),
    )
    delete status.currentMetrics
    put(annotations, CONDITIONS, status.conditions ?? [])
    delete status.conditions
    status.currentReplicas ??= 0
    status.desiredReplicas ??= 0
  }
  if (Object.keys(annotations).length) out.metadata.annotations = annotations
  else delete out.metadata.annotations
  return out
}

function take(annotations: Record<string, string>, key: string): any {
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

function put(annotations: Record<string, string>, key: string, list: unknown[]): void {
  if (list.length) annotations[key] = JSON.stringify(list)
}
