import type { KubeObject } from '../../../object.ts'
import { cidrWarnings, ipWarnings } from '../../../validation/ip.ts'
import { OLD_HINTS, TOPOLOGY_MODE } from './validation.ts'

/** Remarks on a service: settings that do nothing, and addresses that are not written as they should be. */
export function serviceWarnings(object: KubeObject): string[] {
  const spec = object.spec ?? {}
  const warnings: string[] = []
  if (object.metadata.annotations?.[OLD_HINTS] !== undefined)
    warnings.push(`annotation ${OLD_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`)
  const list = (key: string, remark: (value: string, at: string) => string[]) =>
    (spec[key] ?? []).forEach((value: string, i: number) => warnings.push(...remark(value, `spec.${key}[${i}]`)))
  if (spec.clusterIP && spec.clusterIP !== 'None') list('clusterIPs', ipWarnings)
  const ignored = (field: string) => warnings.push(`spec.${field} is ignored for headless services`)
  if (spec.type === 'ClusterIP' && spec.clusterIP === 'None') {
    if (spec.loadBalancerIP) ignored('loadBalancerIP')
    if (spec.externalIPs?.length) ignored('externalIPs')
    if (spec.sessionAffinity && spec.sessionAffinity !== 'None') ignored('SessionAffinity')
  }
  list('externalIPs', ipWarnings)
  if (spec.loadBalancerIP) warnings.push(...ipWarnings(spec.loadBalancerIP, 'spec.loadBalancerIP'))
  list('loadBalancerSourceRanges', cidrWarnings)
  if (spec.type === 'ExternalName' && spec.externalIPs?.length)
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"')
  if (spec.type !== 'ExternalName' && spec.externalName)
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"')
  return warnings
}
