import type { FieldError } from '../../../strategy.ts'
import { NIL, duplicate, invalid, notSupported, required } from '../../../validation/field.ts'
import { isDualStack, parseIP, validateIP } from '../../../validation/ip.ts'

/* eslint-disable @typescript-eslint/no-explicit-any -- validates what clients sent */

const FAMILIES = ['IPv4', 'IPv6']
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** Whether a service has no address of its own. */
export const isHeadless = (spec: any): boolean => spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None'

/** Cluster IPs, families and their policy have to fit each other (ValidateServiceClusterIPsRelatedFields). */
export function validateClusterIPs(spec: any): FieldError[] {
  if (spec.type === 'ExternalName') return []
  const errors: FieldError[] = []
  const at = 'spec.clusterIPs'
  const ips: string[] = spec.clusterIPs ?? []
  if (spec.clusterIP) {
    if (!ips.length) errors.push(required(at))
    else if (ips[0] !== spec.clusterIP) errors.push(invalid(at, ips, 'first value must match `clusterIP`'))
  } else if (ips.length) errors.push(invalid(at, ips, 'must be empty when `clusterIP` is not specified'))
  const families: string[] = spec.ipFamilies ?? []
  families.forEach((family, i) => {
    if (!FAMILIES.includes(family)) errors.push(notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES))
    if (families.indexOf(family) < i) errors.push(duplicate(`spec.ipFamilies[${i}]`, family))
  })
  if (spec.ipFamilyPolicy !== undefined && !POLICIES.includes(spec.ipFamilyPolicy))
    errors.push(notSupported('spec.ipFamilyPolicy', spec.ipFamilyPolicy, POLICIES))
  let odd = false
  ips.forEach((ip, i) => {
    if (i === 0 && ip === 'None') {
      if (ips.length > 1) {
        odd = true
        errors.push(invalid(at, ips, "'None' must be the first and only value"))
      }
      return
    }
    const found = validateIP(ip, `${at}[${i}]`)
    odd ||= found.length > 0
    errors.push(...found)
  })
  if (ips.length > 2) errors.push(invalid(at, ips, 'may only hold up to 2 values'))
  if (odd) return errors
  if (ips.length > 1 && !isDualStack(ips))
    errors.push(invalid(at, ips, 'may specify no more than one IP for each IP family'))
  if (isHeadless(spec)) return errors
  ips.forEach((ip, i) => {
    const family = families[i]
    if (FAMILIES.includes(family!) && parseIP(ip)?.family !== family)
      errors.push(invalid(`${at}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``))
  })
  return errors
}

/** The first address and family of a service stay; a second one may come, or go if the policy says so. */
export function validateAddressUpdate(now: any, was: any): FieldError[] {
  if (now.type === 'ExternalName' || was.type === 'ExternalName') return []
  const [headless, wasHeadless] = [isHeadless(now), isHeadless(was)]
  const errors: FieldError[] = []
  if (!(headless && wasHeadless)) errors.push(...validateKept(now, was, 'clusterIPs', 'clusterIP'))
  if (!headless && !wasHeadless) errors.push(...validateKept(now, was, 'ipFamilies', 'ipFamily'))
  return errors
}

function validateKept(now: any, was: any, key: 'clusterIPs' | 'ipFamilies', one: string): FieldError[] {
  const errors: FieldError[] = []
  const [list, before]: [string[], string[]] = [now[key] ?? [], was[key] ?? []]
  const changed = (i: number, shown: string[] | undefined) =>
    errors.push(invalid(`spec.${key}[${i}]`, shown ?? null, 'may not change once set'))
  if (list.length === before.length) {
    before.forEach((value, i) => {
      if (value !== list[i]) changed(key === 'clusterIPs' ? i : 0, now[key])
    })
    return errors
  }
  if (before.length > list.length && !(now.clusterIPs ?? []).length)
    errors.push(invalid(`spec.${key}[0]`, now[key] ?? null, `primary ${one} can not be unset`))
  // When families come or go, Kubernetes shows the addresses.
  if (before.length && list.length && before[0] !== list[0]) changed(0, now.clusterIPs)
  if (before.length > list.length && list.length === 1 && now.ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        now.ipFamilyPolicy ?? NIL,
        `must be set to 'SingleStack' when releasing the secondary ${one}`,
      ),
    )
  return errors
}
