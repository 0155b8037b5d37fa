import { parseQuantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { invalid, notFound, required } from '../../../validation/field.ts'
import { isQualifiedName } from '../../../validation/names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const CONTAINER_RESOURCES = ['cpu', 'memory', 'ephemeral-storage']
const INTEGER_RESOURCES = (key: string) => key.includes('/') && !key.startsWith('kubernetes.io/')

/** Requests and limits of a container (or of a whole pod). */
export function validateResources(resources: any, at: string, claims?: Set<string>): FieldError[] {
  const errors: FieldError[] = []
  const limits: Record<string, string> = resources?.limits ?? {}
  const requests: Record<string, string> = resources?.requests ?? {}
  for (const [key, value] of Object.entries(limits))
    errors.push(...validateResource(key, value, `${at}.limits[${key}]`))
  for (const [key, value] of Object.entries(requests)) {
    errors.push(...validateResource(key, value, `${at}.requests[${key}]`))
    const request = parseQuantity(value)
    if (key in limits) {
      const limit = parseQuantity(limits[key]!)
      const integral = INTEGER_RESOURCES(key) || key.startsWith('hugepages-')
      if (integral && request.cmp(limit) !== 0)
        errors.push(invalid(`${at}.requests`, value, `must be equal to ${key} limit of ${limit}`))
      else if (request.cmp(limit) > 0)
        errors.push(invalid(`${at}.requests`, value, `must be less than or equal to ${key} limit of ${limit}`))
    } else if (INTEGER_RESOURCES(key) || key.startsWith('hugepages-'))
      errors.push(required(`${at}.limits`, 'Limit must be set for non overcommitable resources'))
  }
  ;(resources?.claims ?? []).forEach((claim: any, i: number) => {
    if (!claim.name) errors.push(required(`${at}.claims[${i}].name`))
    else if (claims && !claims.has(claim.name)) errors.push(notFound(`${at}.claims[${i}]`, claim.name))
  })
  return errors
}

function validateResource(key: string, value: string, at: string): FieldError[] {
  const errors: FieldError[] = isQualifiedName(key).map(text => invalid(at, key, text))
  const standard = CONTAINER_RESOURCES.includes(key) || key.startsWith('hugepages-')
  if (!key.includes('/') && !standard)
    errors.push(
      invalid(at, key, 'must be a standard resource type or fully qualified'),
      invalid(at, key, 'must be a standard resource for containers'),
    )
  const quantity = parseQuantity(value)
  if (quantity.sign() < 0) errors.push(invalid(at, value, 'must be greater than or equal to 0'))
  if (INTEGER_RESOURCES(key) && quantity.milliValue() % 1000 !== 0)
    errors.push(invalid(at, value, 'must be an integer'))
  return errors
}
