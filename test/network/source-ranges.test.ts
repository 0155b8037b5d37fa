import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EndpointSlice, Service } from '../../engine/api/types.ts'
import { Peers } from '../../engine/network/proxy/peers.ts'
import { iptablesRules } from '../../engine/network/rules/iptables.ts'
import { renderIptablesSave } from '../../engine/network/rules/iptables-save.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import { endpoint, PATHS, service, slice } from './fake-api.ts'
import { firstAnswer } from './talk.ts'
import { OVERLAY_KEY, startCluster, type TestCluster, type TestProgram } from './two-nodes.ts'
import { untilPasses } from '../until.ts'

const VIP = '192.0.2.10'
const PORTS = [{ name: '', port: 80, protocol: 'TCP' }]

function balanced(ranges?: string[]): Service {
  const spec = { type: 'LoadBalancer', clusterIP: '10.96.0.50', ports: [{ port: 80, nodePort: 30080 }] }
  const object = service('web', { ...spec, ...(ranges ? { loadBalancerSourceRanges: ranges } : {}) })
  // As a controller writes it whose load balancer leaves the address on the packets.
  return { ...object, status: { loadBalancer: { ingress: [{ ip: VIP, ipMode: 'VIP' }] } } } as Service
}

describe('loadBalancerSourceRanges', () => {
  let cluster: TestCluster
  let server: TestProgram
  beforeAll(async () => {
    cluster = await startCluster()
    const source = "import net from 'node:net'; net.createServer(s => s.end('web')).listen(80, () => console.log('up'))"
    server = await cluster.run(cluster.first, 'web', source)
    await server.line()
    cluster.api.put(PATHS.slices, slice('web', PORTS, [endpoint(server.ip, 'worker-1')]))
    cluster.api.put(PATHS.services, balanced(['203.0.113.0/24', server.ip + '/32', '2001:db8::/32']))
    await untilPasses(async () => expect(await ask('10.96.0.50:80')).toMatch(/ 200 /))
  })
  afterAll(() => cluster.stop())

  /** What the gateway answers to CONNECT, for a client that the lab's host names, for a pod, or for the laptop. */
  function ask(target: string, { client, token }: { client?: string; token?: string } = {}): Promise<string> {
    const { port } = cluster.first
    const proof = client && new Peers(OVERLAY_KEY).prove(port, 'client', target, client)
    const headers = [
      ...(client ? [`Forwarded: for="${client}:4711"`, `kubarium-proof: ${proof}`] : []),
      ...(token ? [`Proxy-Authorization: Basic ${Buffer.from(`pod:${token}`).toString('base64')}`] : []),
    ]
    return firstAnswer(port, [`CONNECT ${target} HTTP/1.1`, 'Host: x', ...headers, '', ''].join('\r\n'))
  }

  it('let through whom they name, and drop all others, at the address of the load balancer', async () => {
    expect(await ask(`${VIP}:80`, { client: '203.0.113.9' })).toMatch(/ 200 /)
    expect(await ask(`${VIP}:80`, { client: '198.51.100.9' })).toMatch(/ 504 [^]*ETIMEDOUT/)
    expect(await ask(`${VIP}:80`)).toMatch(/ 504 /)
    expect(await ask(`${VIP}:80`, { token: server.env.KUBARIUM_POD_TOKEN })).toMatch(/ 200 /)
    const other = await cluster.run(cluster.first, 'other', '')
    expect(await ask(`${VIP}:80`, { token: other.env.KUBARIUM_POD_TOKEN })).toMatch(/ 504 /)
  })

  it('count for nothing what a client says of itself', async () => {
    const forged = ['CONNECT ' + VIP + ':80 HTTP/1.1', 'Host: x', 'Forwarded: for=203.0.113.9', '', ''].join('\r\n')
    expect(await firstAnswer(cluster.first.port, forged)).toMatch(/ 504 /)
  })

  it('say nothing of node ports and of the address inside', async () => {
    expect(await ask('172.18.0.101:30080', { client: '198.51.100.9' })).toMatch(/ 200 /)
    expect(await ask('10.96.0.50:80', { client: '198.51.100.9' })).toMatch(/ 200 /)
  })
})

describe('the rules of a load balancer', () => {
  const rulesOf = (object: Service) => {
    const table = new ServiceTable('worker-1')
    table.setService(object)
    table.setSlice(slice('web', PORTS, [endpoint('10.244.1.2', 'worker-1')]) as EndpointSlice)
    return renderIptablesSave(iptablesRules(table.entries(), { podCIDR: '10.244.0.0/16' }))
  }

  it('lead its address through the firewall, and drop what that does not accept', () => {
    const text = rulesOf(balanced(['203.0.113.0/24', '2001:db8::/32']))
    const [, chain] = /-j (KUBE-FW-[A-Z2-7]{16})$/m.exec(text)!
    const external = chain!.replace('FW', 'EXT')
    const lines = text.split('\n').filter(l => l.includes('-FW-') || l.includes('FIREWALL'))
    expect(lines).toEqual([
      ':KUBE-PROXY-FIREWALL - [0:0]',
      ...['INPUT', 'FORWARD', 'OUTPUT'].map(
        c =>
          `-A ${c} -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL`,
      ),
      `-A KUBE-PROXY-FIREWALL -d ${VIP}/32 -p tcp -m tcp -m comment --comment "default/web traffic not accepted by ${chain}" --dport 80 -j DROP`,
      `:${chain} - [0:0]`,
      `-A KUBE-SERVICES -d ${VIP}/32 -p tcp -m tcp -m comment --comment "default/web loadbalancer IP" --dport 80 -j ${chain}`,
      `-A ${chain} -s 203.0.113.0/24 -m comment --comment "default/web loadbalancer IP" -j ${external}`,
      `-A ${chain} -m comment --comment "other traffic to default/web will be dropped by KUBE-PROXY-FIREWALL"`,
    ])
  })

  it('lead its address to the Service where all may come', () => {
    const text = rulesOf(balanced())
    expect(text).not.toContain('KUBE-FW-')
    expect(text).toMatch(/-d 192\.0\.2\.10\/32 .*"default\/web loadbalancer IP" --dport 80 -j KUBE-EXT-/)
  })
})
