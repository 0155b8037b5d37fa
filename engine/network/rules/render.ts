import type { ProxyMode } from '../services/balancer.ts'
import type { ServicePortEntry } from '../services/service-table.ts'
import type { IpvsScheduler } from '../services/strategy/ipvs.ts'
import type { Load } from '../services/strategy/strategy.ts'
import { iptablesRules } from './iptables.ts'
import { renderIptablesSave } from './iptables-save.ts'
import { ipvsRules, renderIpvsadm } from './ipvs.ts'
import { userspaceRules } from './userspace.ts'

export interface RulesContext {
  proxyMode: ProxyMode
  ipvsScheduler: IpvsScheduler
  address: string
  podCIDR: string
  proxyPort: number
  /** Connections to an endpoint (`ip:port`) of a Service's port. */
  load(entry: ServicePortEntry, endpoint: string): Load
}

/** The rules that the mode would program, as text or as data. Undefined for a format that there is not. */
export function renderRules(
  format: string | null,
  entries: ServicePortEntry[],
  context: RulesContext,
): { status: number; type: string; body: string } {
  const text = (body: string, status = 200) => ({ status, type: 'text/plain; charset=utf-8', body })
  const { proxyMode } = context
  const tables =
    proxyMode === 'userspace'
      ? userspaceRules(entries, context)
      : iptablesRules(proxyMode === 'iptables' ? entries : [], context)
  const wanted = format ?? (proxyMode === 'ipvs' ? 'ipvsadm' : 'iptables-save')
  if (wanted === 'iptables-save') return text(renderIptablesSave(tables))
  if (wanted === 'ipvsadm') return text(renderIpvsadm(proxyMode === 'ipvs' ? ipvsRules(entries, context) : []))
  if (wanted === 'json') {
    const body =
      proxyMode === 'ipvs' ? { mode: proxyMode, services: ipvsRules(entries, context) } : { mode: proxyMode, tables }
    return { status: 200, type: 'application/json', body: JSON.stringify(body) }
  }
  return text(`there is no format ${wanted}; use iptables-save, ipvsadm or json\n`, 400)
}
