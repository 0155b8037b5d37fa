import { parseQuantity } from '../../../base/quantity.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, notSupported, required } from '../../validation/field.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const MAX_WINDOW_SECONDS = 3600
const MAX_PERIOD_SECONDS = 1800

/** What absent rules mean: scale up fast, scale down to the lowest in five minutes. */
export function defaultBehavior(spec: any): void {
  const behavior = spec.behavior
  if (!behavior) return
  const fill = (key: 'scaleUp' | 'scaleDown', policies: unknown[], window: number | undefined) => {
    const rules = (behavior[key] ??= {})
    rules.selectPolicy ??= 'Max'
    rules.policies ??= policies
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
  return ['scaleUp', 'scaleDown'].flatMap(key =>
    behavior?.[key] ? validateDirection(behavior[key], `${at}.${key}`) : [],
  )
}

function validateDirection(rules: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  const window = rules.stabilizationWindowSeconds
  if (window < 0)
    errors.push(invalid(`${at}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'))
  if (window > MAX_WINDOW_SECONDS)
    errors.push(
      invalid(`${at}.stabilizationWindowSeconds`, window, `must be less than or equal to ${MAX_WINDOW_SECONDS}`),
    )
  const select = rules.selectPolicy
  if (select !== undefined && !['Disabled', 'Max', 'Min'].includes(select))
    errors.push(notSupported(`${at}.selectPolicy`, select, ['Disabled', 'Max', 'Min']))
  if (!rules.policies?.length) errors.push(required(`${at}.policies`, 'must specify at least one Policy'))
  ;(rules.policies ?? []).forEach((policy: any, i: number) =>
    errors.push(...validatePolicy(policy, `${at}.policies[${i}]`)),
  )
  if (rules.tolerance !== undefined && parseQuantity(rules.tolerance).sign() < 0)
    errors.push(invalid(`${at}.tolerance`, rules.tolerance, 'must be greater than or equal to 0'))
  return errors
}

function validatePolicy(policy: any, at: string): FieldError[] {
  const errors: FieldError[] = []
  if (!['Percent', 'Pods'].includes(policy.type))
    errors.push(notSupported(`${at}.type`, policy.type ?? '', ['Percent', 'Pods']))
  for (const key of ['value', 'periodSeconds'])
    if (!(policy[key] > 0)) errors.push(invalid(`${at}.${key}`, policy[key] ?? 0, 'must be greater than zero'))
  if (policy.periodSeconds > MAX_PERIOD_SECONDS)
    errors.push(
      invalid(`${at}.periodSeconds`, policy.periodSeconds, `must be less than or equal to ${MAX_PERIOD_SECONDS}`),
    )
  return errors
}
