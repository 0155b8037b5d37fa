import type { ServicePortEntry } from '../services/service-table.ts'
import { realServers } from '../services/strategy/ipvs.ts'
import type { RulesContext } from './render.ts'

/** A virtual server of IPVS. */
export interface IpvsService {
  protocol: string
  address: string
  port: number
  scheduler: string
  /** Seconds of session affinity. */
  persistent?: number
  servers: { address: string; port: number; weight: number; active: number; inactive: number }[]
}

/** The virtual servers of kube-proxy's IPVS mode: one for each address and port under which a Service is reached. */
export function ipvsRules(
  entries: ServicePortEntry[],
  context: Pick<RulesContext, 'address' | 'ipvsScheduler' | 'load'>,
): IpvsService[] {
  return entries.flatMap(entry => {
    const server = (address: string, port: number, local: boolean): IpvsService => ({
      protocol: entry.protocol,
      address,
      port,
      scheduler: context.ipvsScheduler,
      persistent: entry.affinitySeconds,
      servers: realServers(local ? entry.local : entry.cluster, e => context.load(entry, `${e.ip}:${e.port}`)).map(
        ({ endpoint, weight, active, inactive }) => ({
          ...{ address: endpoint.ip, port: endpoint.port },
          ...{ weight, active, inactive },
        }),
      ),
    })
    const external = entry.externalPolicy === 'Local'
    return [
      server(entry.clusterIP, entry.port, entry.internalPolicy === 'Local'),
      ...[...entry.externalIPs, ...entry.loadBalancerIPs].map(ip => server(ip, entry.port, external)),
      ...(entry.nodePort ? [server(context.address, entry.nodePort, external)] : []),
    ]
  })
}

/** The notation of `ipvsadm -Ln`. */
export function renderIpvsadm(services: IpvsService[]): string {
  const lines = [
    'IP Virtual Server version 1.2.1 (size=4096)',
    'Prot LocalAddress:Port Scheduler Flags',
    '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
  ]
  for (const service of services) {
    const flags = service.persistent === undefined ? '' : ` persistent ${service.persistent}`
    lines.push(`${service.protocol.padEnd(4)} ${service.address}:${service.port} ${service.scheduler}${flags}`)
    for (const { address, port, weight, active, inactive } of service.servers)
      lines.push(
        `  -> ${`${address}:${port}`.padEnd(28)} Masq    ${String(weight).padEnd(6)} ${String(active).padEnd(10)} ${String(inactive).padEnd(10)}`,
      )
  }
  return lines.join('\n') + '\n'
}
