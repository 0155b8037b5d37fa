import type { Service } from '../../../../engine/api/types.ts'
import type { Said } from '../../text/define.ts'
import { isHeadless } from './endpoints.ts'
import type { servicesTexts } from '../text.ts'

/** A setting of a Service, and what it does. */
export interface Policy {
  field: string
  value: string
  text: string
}

const DEFAULT_AFFINITY_SECONDS = 10_800

/** The settings that decide where connections of a Service go, and in words what they do. */
export function policiesOf({ spec = {} }: Pick<Service, 'spec'>, t: Said<typeof servicesTexts.en>): Policy[] {
  const { type = 'ClusterIP', externalName = '' } = spec
  const policies: Policy[] = []
  const add = (field: string, value: string, text: string) => void policies.push({ field, value, text })
  if (type === 'ExternalName') {
    add('externalName', externalName, t.isAlias(externalName))
    return policies
  }
  if (isHeadless({ spec })) {
    add('clusterIP', 'None', t.isHeadless)
    if (spec.publishNotReadyAddresses) add('publishNotReadyAddresses', 'true', t.publishNotReady)
    return policies
  }
  const isOutside = type === 'NodePort' || type === 'LoadBalancer'
  add('type', type, type === 'LoadBalancer' ? t.typeBalancer : type === 'NodePort' ? t.typeNodePort : t.typeCluster)
  const internal = spec.internalTrafficPolicy ?? 'Cluster'
  add('internalTrafficPolicy', internal, internal === 'Local' ? t.internalLocal : t.internalCluster)
  if (isOutside || spec.externalIPs?.length) {
    const external = spec.externalTrafficPolicy ?? 'Cluster'
    add('externalTrafficPolicy', external, external === 'Local' ? t.externalLocal : t.externalCluster)
  }
  const sticky = spec.sessionAffinity === 'ClientIP'
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS
  add('sessionAffinity', sticky ? 'ClientIP' : 'None', sticky ? t.affinity(seconds) : t.noAffinity)
  if (spec.trafficDistribution)
    add(
      'trafficDistribution',
      spec.trafficDistribution,
      spec.trafficDistribution === 'PreferSameNode' ? t.preferNode : t.preferZone,
    )
  if (spec.publishNotReadyAddresses) add('publishNotReadyAddresses', 'true', t.publishNotReady)
  if (spec.loadBalancerSourceRanges?.length)
    add('loadBalancerSourceRanges', spec.loadBalancerSourceRanges.join(', '), t.sourceRanges)
  return policies
}
