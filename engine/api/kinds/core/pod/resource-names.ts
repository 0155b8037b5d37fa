import { parseQuantity } from '../../../../base/quantity.ts'
import type { Quantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { invalid, invalids } from '../../../validation/field.ts'
import { isQualifiedName } from '../../../validation/names.ts'

/** What Kubernetes knows of the names of resources (k8s.io/kubernetes/pkg/apis/core/helper). */

export const STANDARD_QUOTA = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
])
const STANDARD = new Set([...STANDARD_QUOTA, 'storage'])
const COUNTED = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
])

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
export const isQuotaHugePages = (name: string): boolean =>
  name.startsWith('hugepages-') || name.startsWith('requests.hugepages-')

/** Whether a resource is Kubernetes' own: without a domain, or below kubernetes.io. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

/** A resource of somebody's own domain, handed out in whole numbers. */
export function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0
}

/** Whether limits may be higher than requests. */
export const isOvercommitAllowed = (name: string): boolean => isNative(name) && !isHugePages(name)

/** Whether a resource comes in whole numbers only. */
export const isInteger = (name: string): boolean => COUNTED.has(name) || isExtended(name)

/** A resource's name: known, or qualified by a domain. */
export function validateResourceName(name: string, at: string): FieldError[] {
  const texts = isQualifiedName(name)
  if (texts.length) return invalids(at, name, texts)
  if (!name.includes('/') && !STANDARD.has(name) && !isQuotaHugePages(name))
    return [invalid(at, name, 'must be a standard resource type or fully qualified')]
  return []
}

/** A resource that a container can ask for. */
export function validateContainerResourceName(name: string, at: string): FieldError[] {
  const errors = validateResourceName(name, at)
  if (!name.includes('/')) {
    if (!['cpu', 'memory', 'ephemeral-storage'].includes(name) && !isHugePages(name))
      errors.push(invalid(at, name, 'must be a standard resource for containers'))
  } else if (!isNative(name) && !isExtended(name))
    errors.push(invalid(at, name, "doesn't follow extended resource name standard"))
  return errors
}

/** An amount of a resource: not negative, and whole where only whole ones make sense. */
export function validateResourceQuantity(name: string, value: string | Quantity, at: string): FieldError[] {
  const quantity = typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : value
  const errors: FieldError[] = []
  if (quantity.sign() < 0) errors.push(invalid(at, quantity.toString(), 'must be greater than or equal to 0'))
  if (isInteger(name) && quantity.milliValue() % 1000)
    errors.push(invalid(at, quantity.toString(), 'must be an integer'))
  return errors
}
