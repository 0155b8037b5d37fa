import type { ServicePortEntry } from '../services/service-table.ts'
import type { IptablesRule, IptablesTable } from './iptables-save.ts'
import type { RulesContext } from './render.ts'

/** The rules of the userspace mode: every portal leads to the proxy itself, which picks the endpoint. */
export function userspaceRules(
  entries: ServicePortEntry[],
  { proxyPort }: Pick<RulesContext, 'proxyPort'>,
): IptablesTable[] {
  const container: IptablesRule[] = []
  const host: IptablesRule[] = []
  const nodePort: IptablesRule[] = []
  for (const entry of entries) {
    const protocol = entry.protocol.toLowerCase()
    const match = [`-p ${protocol}`, `-m ${protocol}`]
    for (const ip of [entry.clusterIP, ...entry.externalIPs]) {
      const portal = { comment: entry.id, match: [`-d ${ip}/32`, ...match], after: [`--dport ${entry.port}`] }
      container.push({ ...portal, target: `REDIRECT --to-ports ${proxyPort}` })
      host.push({ ...portal, target: `DNAT --to-destination 127.0.0.1:${proxyPort}` })
    }
    if (entry.nodePort)
      nodePort.push({
        comment: entry.id,
        match,
        after: [`--dport ${entry.nodePort}`],
        target: `REDIRECT --to-ports ${proxyPort}`,
      })
  }
  const jump = (comment: string, target: string): IptablesRule => ({ comment, match: [], target })
  const local: IptablesRule = {
    comment: 'handle service NodePorts; NOTE: this must be the last rule in the chain',
    match: [],
    after: ['-m addrtype --dst-type LOCAL'],
    target: 'KUBE-NODEPORT-CONTAINER',
  }
  return [
    {
      name: 'nat',
      chains: [
        {
          name: 'PREROUTING',
          policy: 'ACCEPT',
          rules: [
            jump('handle ClusterIPs; NOTE: this must be before the NodePort rules', 'KUBE-PORTALS-CONTAINER'),
            local,
          ],
        },
        {
          name: 'OUTPUT',
          policy: 'ACCEPT',
          rules: [jump('handle ClusterIPs; NOTE: this must be before the NodePort rules', 'KUBE-PORTALS-HOST')],
        },
        { name: 'KUBE-NODEPORT-CONTAINER', rules: nodePort },
        { name: 'KUBE-PORTALS-CONTAINER', rules: container },
        { name: 'KUBE-PORTALS-HOST', rules: host },
      ],
    },
  ]
}
