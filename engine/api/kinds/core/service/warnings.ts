import type { KubeObject } from '../../../object.ts'
import { cidrWarnings, ipWarnings } from '../../../validation/ip.ts'
import { isHeadless } from './address-rules.ts'
import { OLD_HINTS, TOPOLOGY_MODE } from './validation.ts'

/** Remarks on a service: settings that do nothing, and addresses that are not written as they should be. */
export function serviceWarnings(object: KubeObject): string[] {
  const spec = object.spec ?? {}
  const warnings: string[] = []
  if (object.metadata.annotations?.[OLD_HINTS] !== undefined)
    warnings.push(`annotation ${OLD_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`)
  const list = (key: string, remark: (value: string, at: string) => string[]) =>
    (spec[key] ?? []).forEach((value: string, i: number) => warnings.push(...remark(value, `spec.${key}[${i}]`)))
  if (!isHeadless(spec)) list('clusterIPs', ipWarnings)
  list('externalIPs', ipWarnings)
  if (spec.loadBalancerIP) warnings.push(...ipWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP'))
  list('loadBalancerSourceRanges', cidrWarnings)
  if (spec.type === 'ExternalName' && spec.externalIPs?.length)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (!isHeadless(spec)) return warnings
  if (spec.loadBalancerIP) warnings.push('spec.loadBalancerIP is ignored when spec.clusterIP is "None"')
  if (spec.externalIPs?.length) warnings.push('spec.externalIPs is ignored when spec.clusterIP is "None"')
  if (spec.sessionAffinity && spec.sessionAffinity !== 'None')
    warnings.push('spec.SessionAffinity is ignored when spec.clusterIP is "None"')
  return warnings
}
