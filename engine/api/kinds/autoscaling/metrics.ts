import { parseQuantity } from '../../../base/quantity.ts'
import type { FieldError } from '../../strategy.ts'
import { forbidden, invalid, invalids, notSupported, required } from '../../validation/field.ts'
import { isDNS1123Label, isPathSegment } from '../../validation/names.ts'
import { validateContainerResourceName } from '../core/pod/resource-names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

type Rule = (source: any, at: string) => FieldError[]

/** The members of a metric, in the order in which they are looked at. */
const SOURCES: [type: string, member: string, rule: Rule][] = [
  ['Object', 'object', validateObjectSource],
  ['External', 'external', validateExternalSource],
  ['Pods', 'pods', validatePodsSource],
  ['Resource', 'resource', validateResourceSource],
  ['ContainerResource', 'containerResource', validateContainerSource],
]
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']

/** Rules for spec.metrics of an autoscaler. */
export function validateMetrics(metrics: any[], at: string, minReplicas: number | undefined): FieldError[] {
  const errors = metrics.flatMap((metric, i) => validateMetric(metric, `${at}[${i}]`))
  if (minReplicas === 0 && !metrics.some(m => m.type === 'Object' || m.type === 'External'))
    errors.push(
      forbidden(at, 'must specify at least one Object or External metric to support scaling to zero replicas'),
    )
  return errors
}

function validateMetric(metric: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const type: string = metric.type ?? ''
  const expected = SOURCES.find(([name]) => name === type)?.[1]
  if (!type) errors.push(required(`${at}.type`, 'must specify a metric source type'))
  if (!expected) errors.push(notSupported(`${at}.type`, type, TYPES))
  const present = SOURCES.filter(([, member]) => metric[member])
  // One source is looked into; that there are more is wrong enough.
  const [first] = present
  if (first) errors.push(...first[2](metric[first[1]], `${at}.${first[1]}`))
  if (expected && !metric[expected])
    errors.push(required(`${at}.${expected}`, 'must populate information for the given metric source'))
  if (present.length !== 1)
    for (const [, member] of present)
      if (member !== expected) errors.push(forbidden(`${at}.${member}`, 'must populate the given metric source only'))
  return errors
}

function validateObjectSource(source: any, at: string): FieldError[] {
  const errors = [
    ...validateReference(source.describedObject ?? {}, `${at}.describedObject`),
    ...validateIdentifier(source.metric ?? {}, `${at}.metric`),
    ...validateTarget(source.target ?? {}, `${at}.target`),
  ]
  if (source.target?.value === undefined && source.target?.averageValue === undefined)
    errors.push(required(`${at}.target.averageValue`, 'must set either a target value or averageValue'))
  return errors
}

function validateExternalSource(source: any, at: string): FieldError[] {
  const target = source.target ?? {}
  const errors = [...validateIdentifier(source.metric ?? {}, `${at}.metric`), ...validateTarget(target, `${at}.target`)]
  const [byValue, byAverage] = [target.value !== undefined, target.averageValue !== undefined]
  if (!byValue && !byAverage)
    errors.push(required(`${at}.target.averageValue`, 'must set either a target value for metric or a per-pod target'))
  if (byValue && byAverage)
    errors.push(forbidden(`${at}.target.value`, 'may not set both a target value for metric and a per-pod target'))
  return errors
}

function validatePodsSource(source: any, at: string): FieldError[] {
  const errors = [
    ...validateIdentifier(source.metric ?? {}, `${at}.metric`),
    ...validateTarget(source.target ?? {}, `${at}.target`),
  ]
  if (source.target?.averageValue === undefined)
    errors.push(required(`${at}.target.averageValue`, 'must specify a positive target averageValue'))
  return errors
}

function validateResourceSource(source: any, at: string): FieldError[] {
  const errors = source.name ? [] : [required(`${at}.name`, 'must specify a resource name')]
  return [...errors, ...validateUse(source.target ?? {}, `${at}.target`)]
}

function validateContainerSource(source: any, at: string): FieldError[] {
  const errors = source.name
    ? validateContainerResourceName(source.name, `${at}.name`)
    : [required(`${at}.name`, 'must specify a resource name')]
  if (!source.container) errors.push(required(`${at}.container`, 'must specify a container'))
  else errors.push(...invalids(`${at}.container`, source.container, isDNS1123Label(source.container)))
  return [...errors, ...validateUse(source.target ?? {}, `${at}.target`)]
}

/** A target for the use of a resource: an amount, or percent of the requests. */
function validateUse(target: any, at: string): FieldError[] {
  const errors = validateTarget(target, at)
  const [byUse, byAmount] = [target.averageUtilization !== undefined, target.averageValue !== undefined]
  if (!byUse && !byAmount)
    errors.push(required(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization'))
  if (byUse && byAmount)
    errors.push(forbidden(`${at}.averageValue`, 'may not set both a target raw value and a target utilization'))
  return errors
}

function validateTarget(target: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const type: string = target.type ?? ''
  if (!type) errors.push(required(`${at}.type`, 'must specify a metric target type'))
  if (!['AverageValue', 'Utilization', 'Value'].includes(type))
    errors.push(invalid(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  for (const key of ['value', 'averageValue'])
    if (target[key] !== undefined && parseQuantity(target[key]).sign() <= 0)
      errors.push(invalid(`${at}.${key}`, target[key], 'must be positive'))
  if (target.averageUtilization !== undefined && target.averageUtilization < 1)
    errors.push(invalid(`${at}.averageUtilization`, target.averageUtilization, 'must be greater than 0'))
  return errors
}

function validateIdentifier(metric: any, at: string): FieldError[] {
  if (!metric.name) return [required(`${at}.name`, 'must specify a metric name')]
  return invalids(`${at}.name`, metric.name, isPathSegment(metric.name))
}

/** A reference to an object of any group. */
export function validateReference(reference: any, at: string): FieldError[] {
  const errors = ['kind', 'name'].flatMap(key =>
    reference[key]
      ? invalids(`${at}.${key}`, reference[key], isPathSegment(reference[key]))
      : [required(`${at}.${key}`)],
  )
  const version: string = reference.apiVersion ?? ''
  if (version.split('/').length > 2)
    errors.push(invalid(`${at}.apiVersion`, version, `unexpected GroupVersion string: ${version}`))
  return errors
}
