import { parseQuantity } from '../../../base/quantity.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, notSupported, required } from '../../validation/field.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MEMBERS: Record<string, string> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
}

/** Rules for spec.metrics of an autoscaler. */
export function validateMetrics(metrics: any[], at: string, minReplicas: number | undefined): FieldError[] {
  const errors: FieldError[] = []
  if (minReplicas === 0 && !metrics.some(m => m.type === 'Object' || m.type === 'External'))
    errors.push(
      forbidden(at, 'must specify at least one Object or External metric to support scaling to zero replicas'),
    )
  metrics.forEach((metric, i) => {
    const field = `${at}[${i}]`
    if (!metric.type) return void errors.push(required(`${field}.type`, 'must specify a metric source type'))
    const member = MEMBERS[metric.type]
    if (!member) return void errors.push(notSupported(`${field}.type`, metric.type, Object.keys(MEMBERS)))
    if (!metric[member])
      return void errors.push(required(`${field}.${member}`, 'must populate information for the given metric source'))
    for (const other of Object.values(MEMBERS))
      if (other !== member && metric[other])
        errors.push(forbidden(`${field}.${other}`, 'must populate the given metric source only'))
    const source = metric[member]
    const target = source.target ?? {}
    if (!target.type) errors.push(required(`${field}.${member}.target.type`, 'must specify a metric target type'))
    else if (!['AverageValue', 'Utilization', 'Value'].includes(target.type))
      errors.push(
        invalid(`${field}.${member}.target.type`, target.type, 'must be either Utilization, Value, or AverageValue'),
      )
    if (target.averageUtilization !== undefined && target.averageUtilization < 1)
      errors.push(
        invalid(`${field}.${member}.target.averageUtilization`, target.averageUtilization, 'must be greater than 0'),
      )
    for (const key of ['value', 'averageValue'])
      if (target[key] !== undefined && parseQuantity(target[key]).sign() <= 0)
        errors.push(invalid(`${field}.${member}.target.${key}`, target[key], 'must be positive'))
    if ((member === 'resource' || member === 'containerResource') && !source.name)
      errors.push(required(`${field}.${member}.name`, 'must specify a resource name'))
    if (member === 'resource' && target.averageUtilization === undefined && target.averageValue === undefined)
      errors.push(
        required(
          `${field}.${member}.target.averageUtilization`,
          'must set either a target raw value or a target utilization',
        ),
      )
    if (member === 'containerResource' && !source.container)
      errors.push(required(`${field}.${member}.container`, 'must specify a container'))
    if ((member === 'pods' || member === 'object' || member === 'external') && !source.metric?.name)
      errors.push(required(`${field}.${member}.metric.name`, 'must specify a metric name'))
  })
  return errors
}

/** What absent rules mean: scale up fast, scale down to the lowest in five minutes. */
export function defaultBehavior(spec: any): void {
  const behavior = spec.behavior
  if (!behavior) return
  const fill = (key: 'scaleUp' | 'scaleDown', policies: unknown[], window: number | undefined) => {
    const rules = (behavior[key] ??= {})
    rules.selectPolicy ??= 'Max'
    if (!rules.policies?.length) rules.policies = policies
    if (window !== undefined) rules.stabilizationWindowSeconds ??= window
  }
  fill(
    'scaleUp',
    [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
    0,
  )
  fill('scaleDown', [{ type: 'Percent', value: 100, periodSeconds: 15 }], undefined)
}

/** Rules for spec.behavior. */
export function validateBehavior(behavior: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  for (const key of ['scaleUp', 'scaleDown']) {
    const rules = behavior?.[key]
    if (!rules) continue
    const window = rules.stabilizationWindowSeconds
    if (window !== undefined && window < 0)
      errors.push(invalid(`${at}.${key}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'))
    if (window !== undefined && window > 3600)
      errors.push(invalid(`${at}.${key}.stabilizationWindowSeconds`, window, 'must be less than or equal to 3600'))
    if (rules.selectPolicy && !['Disabled', 'Max', 'Min'].includes(rules.selectPolicy))
      errors.push(notSupported(`${at}.${key}.selectPolicy`, rules.selectPolicy, ['Disabled', 'Max', 'Min']))
    ;(rules.policies ?? []).forEach((policy: any, i: number) => {
      const field = `${at}.${key}.policies[${i}]`
      if (!['Percent', 'Pods'].includes(policy.type))
        errors.push(notSupported(`${field}.type`, policy.type, ['Percent', 'Pods']))
      if (!(policy.value > 0)) errors.push(invalid(`${field}.value`, policy.value ?? 0, 'must be greater than zero'))
      if (!(policy.periodSeconds > 0))
        errors.push(invalid(`${field}.periodSeconds`, policy.periodSeconds ?? 0, 'must be greater than zero'))
      if (policy.periodSeconds > 1800)
        errors.push(invalid(`${field}.periodSeconds`, policy.periodSeconds, 'must be less than or equal to 1800'))
    })
  }
  return errors
}
