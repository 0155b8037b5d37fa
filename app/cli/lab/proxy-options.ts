import { UserError } from '../../../engine/base/errors.ts'
import type { ProxyMode } from '../../../engine/network/services/balancer.ts'
import type { IpvsScheduler } from '../../../engine/network/services/strategy/ipvs.ts'

/** What `lab up` was told of the service proxy. @throws UserError for a scheduler without its mode. */
export function readProxyOptions({
  proxyMode,
  ipvsScheduler,
}: {
  proxyMode?: ProxyMode
  ipvsScheduler?: IpvsScheduler
}): {
  proxyMode?: ProxyMode
  ipvsScheduler?: IpvsScheduler
} {
  if (ipvsScheduler && proxyMode !== 'ipvs')
    throw new UserError('Only the ipvs mode has a scheduler.', 'Give --proxy-mode ipvs too.')
  return { ...(proxyMode ? { proxyMode } : {}), ...(ipvsScheduler ? { ipvsScheduler } : {}) }
}
