import { own } from '../../../../base/own.ts'
import { parseQuantity } from '../../../../base/quantity.ts'
import type { Quantity } from '../../../../base/quantity.ts'
import type { FieldError } from '../../../strategy.ts'
import { duplicate, forbidden, invalid, invalids, notFound, notSupported, required } from '../../../validation/field.ts'
import { isDNS1123Label } from '../../../validation/names.ts'
import {
  isHugePages,
  isOvercommitAllowed,
  validateContainerResourceName,
  validateResourceName,
  validateResourceQuantity,
} from './resource-names.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

type NameCheck = (name: string, at: string) => FieldError[]

/** Requests and limits of a container, or of a whole pod if another `nameCheck` says so. */
export function validateResources(
  resources: any,
  at: string,
  claims: ReadonlySet<string>,
  nameCheck: NameCheck = validateContainerResourceName,
): FieldError[] {
  const errors: FieldError[] = []
  const limits = Object.entries<string>(resources?.limits ?? {})
  const requests = Object.entries<string>(resources?.requests ?? {})
  const amount = (name: string, value: string, path: string): Quantity => {
    errors.push(...nameCheck(name, path), ...validateResourceQuantity(name, value, path))
    return parseQuantity(value)
  }
  const hugePages = (name: string, quantity: Quantity, path: string) => {
    if (isHugePages(name) && !isDivisible(name, quantity))
      errors.push(invalid(path, quantity.toString(), `${quantity} is not positive integer multiple of ${name}`))
  }
  const known = new Map<string, Quantity>()
  for (const [name, value] of limits) {
    const quantity = amount(name, value, `${at}.limits[${name}]`)
    known.set(name, quantity)
    hugePages(name, quantity, `${at}.limits[${name}]`)
  }
  for (const [name, value] of requests) {
    const quantity = amount(name, value, `${at}.requests[${name}]`)
    const limit = known.get(name)
    if (limit) {
      if (quantity.cmp(limit) !== 0 && !isOvercommitAllowed(name))
        errors.push(invalid(`${at}.requests`, quantity.toString(), `must be equal to ${name} limit of ${limit}`))
      else if (quantity.cmp(limit) > 0)
        errors.push(
          invalid(`${at}.requests`, quantity.toString(), `must be less than or equal to ${name} limit of ${limit}`),
        )
    } else if (!isOvercommitAllowed(name))
      errors.push(required(`${at}.limits`, 'Limit must be set for non overcommitable resources'))
    hugePages(name, quantity, `${at}.requests[${name}]`)
  }
  const names = [...limits, ...requests].map(([name]) => name)
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(at, 'HugePages require cpu or memory'))
  return [...errors, ...validateClaims(resources?.claims, `${at}.claims`, claims)]
}

/** Whether an amount of huge pages is made of whole pages. */
function isDivisible(name: string, quantity: Quantity): boolean {
  let page: Quantity
  try {
    page = parseQuantity(name.slice('hugepages-'.length))
  } catch {
    return false // the name was complained about
  }
  return page.sign() > 0 && quantity.sign() > 0 && quantity.value() % page.value() === 0
}

function validateClaims(list: any[] | undefined, at: string, claims: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = []
  const seen = new Set<string>()
  ;(list ?? []).forEach((claim, i) => {
    const path = `${at}[${i}]`
    const name: string = claim.name ?? ''
    if (!name) return void errors.push(required(path))
    if (seen.has(name)) errors.push(duplicate(path, name))
    else {
      const key = claim.request ? `${name}/${claim.request}` : name
      if (claim.request) errors.push(...invalids(`${path}.request`, claim.request, isDNS1123Label(claim.request)))
      if (seen.has(key)) errors.push(duplicate(path, key))
      else if (!claim.request)
        for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicate(path, name))
      seen.add(key)
    }
    if (!claims.has(name)) {
      const all = claims.size ? `: ${[...claims].sort().join(', ')}` : ' which is empty'
      errors.push(notFound(path, name, `must be one of the names in pod.spec.resourceClaims${all}`))
    }
  })
  return errors
}

/** Resources that a pod can have as a whole: there is enough for all of its containers, and none may have more. */
export function validatePodResources(spec: any, at: string, claims: ReadonlySet<string>): FieldError[] {
  const resources = spec.resources
  if (!resources) return []
  if (spec.os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')]
  const errors: FieldError[] = []
  if (resources.claims !== undefined)
    errors.push(forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level'))
  errors.push(
    ...validateResources(resources, at, claims, (name, path) => {
      const texts = validateResourceName(name, path)
      if (texts.length) return texts
      return name === 'cpu' || name === 'memory' || isHugePages(name)
        ? []
        : [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])]
    }),
  )
  const covers = (which: 'requests' | 'limits', sums: Map<string, Quantity>) => {
    for (const [name, sum] of sums) {
      const text = own<string>(resources[which], name)
      if (text === undefined || (which === 'limits' && !isHugePages(name))) continue
      const whole = parseQuantity(text)
      if (sum.cmp(whole) > 0)
        errors.push(
          invalid(
            `${at}.${which}[${name}]`,
            whole.toString(),
            `must be greater than or equal to aggregate container ${which} of ${sum}`,
          ),
        )
    }
  }
  covers('requests', aggregate(spec, 'requests'))
  covers('limits', aggregate(spec, 'limits'))
  ;(spec.containers ?? []).forEach((container: any, i: number) => {
    for (const [name, value] of Object.entries<string>(container.resources?.limits ?? {})) {
      const limit = own<string>(resources.limits, name)
      if (limit !== undefined && parseQuantity(value).cmp(parseQuantity(limit)) > 0)
        errors.push(
          invalid(
            `${at}.containers[${i}][${name}].limits`,
            parseQuantity(value).toString(),
            `must be less than or equal to pod limits of ${parseQuantity(limit)}`,
          ),
        )
    }
  })
  return errors
}

/**
 * What a pod's containers ask for together: the sum of those that run side by side, or more if an init container needs
 * more while it runs beside the sidecars that started before it (k8s.io/component-helpers/resource).
 */
export function aggregate(spec: any, which: 'requests' | 'limits'): Map<string, Quantity> {
  const total = new Map<string, Quantity>()
  const add = (into: Map<string, Quantity>, from: Iterable<[string, Quantity]>) => {
    for (const [name, q] of from) into.set(name, into.get(name)?.add(q) ?? q)
  }
  const amounts = (container: any): [string, Quantity][] =>
    Object.entries<string>(container.resources?.[which] ?? {}).map(([name, value]) => [name, parseQuantity(value)])
  for (const container of spec.containers ?? []) add(total, amounts(container))
  const sidecars = new Map<string, Quantity>()
  const peak = new Map<string, Quantity>()
  for (const container of spec.initContainers ?? []) {
    const own = new Map<string, Quantity>(amounts(container))
    if (container.restartPolicy === 'Always') {
      add(total, own)
      add(sidecars, own)
      own.clear()
    }
    add(own, sidecars)
    for (const [name, q] of own) if ((peak.get(name)?.cmp(q) ?? -1) < 0) peak.set(name, q)
  }
  for (const [name, q] of peak) if ((total.get(name)?.cmp(q) ?? -1) < 0) total.set(name, q)
  return total
}
