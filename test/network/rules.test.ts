import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../engine/base/clock.ts'
import { seededRandom } from '../../engine/base/random.ts'
import type { EndpointSlice, Service } from '../../engine/api/types.ts'
import { iptablesRules } from '../../engine/network/rules/iptables.ts'
import { renderIptablesSave } from '../../engine/network/rules/iptables-save.ts'
import { ipvsRules, renderIpvsadm } from '../../engine/network/rules/ipvs.ts'
import { renderRules } from '../../engine/network/rules/render.ts'
import { Balancer, type ProxyMode } from '../../engine/network/services/balancer.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import { endpoint, service, slice } from './fake-api.ts'

const PORTS = [{ name: 'http', port: 8080, protocol: 'TCP' }]

function tableOf(spec: object, endpoints: object[], nodeName = 'worker-1', zone?: string): ServiceTable {
  const table = new ServiceTable(nodeName, zone)
  table.setService(
    service('web', {
      clusterIP: '10.96.0.50',
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
      ...spec,
    }) as Service,
  )
  table.setSlice(slice('web', PORTS, endpoints) as EndpointSlice)
  return table
}

const three = [
  endpoint('10.244.2.4', 'worker-2'),
  endpoint('10.244.1.3', 'worker-1'),
  endpoint('10.244.1.2', 'worker-1'),
]
const ips = (list: { ip: string }[]) => list.map(e => e.ip)

describe('endpoints of a service', () => {
  it('are the ready ones, and those that shut down only if none is ready', () => {
    const ready = { ready: true, serving: true, terminating: false }
    const ending = { ready: false, serving: true, terminating: true }
    const broken = { ready: false, serving: false, terminating: false }
    const entry = (...conditions: object[]) =>
      tableOf(
        {},
        conditions.map((c, i) => endpoint(`10.244.1.${i + 2}`, 'worker-1', c)),
      ).at('10.96.0.50', 'TCP', 80)!
    expect(ips(entry(ready, ending, broken).cluster)).toEqual(['10.244.1.2'])
    expect(ips(entry(broken, ending).cluster)).toEqual(['10.244.1.3'])
    expect(ips(entry(broken).cluster)).toEqual([])
  })

  it('of this node alone are kept apart', () => {
    const entry = tableOf({}, three).at('10.96.0.50', 'TCP', 80)!
    expect(ips(entry.cluster)).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.4'])
    expect(ips(entry.local)).toEqual(['10.244.1.2', '10.244.1.3'])
  })

  it('follow topology hints only if every endpoint has one and one is for this zone', () => {
    const hint = (e: object, zone?: string) => ({ ...e, hints: zone ? { forZones: [{ name: zone }] } : undefined })
    const at = (zone: string, ...zones: (string | undefined)[]) =>
      ips(
        tableOf(
          {},
          three.map((e, i) => hint(e, zones[i])),
          'worker-1',
          zone,
        ).at('10.96.0.50', 'TCP', 80)!.cluster,
      )
    expect(at('a', 'a', 'b', 'b')).toEqual(['10.244.2.4'])
    expect(at('c', 'a', 'b', 'b')).toHaveLength(3)
    expect(at('a', 'a', undefined, 'b')).toHaveLength(3)
  })

  it('leave the table with their Service, and its address is free for another', () => {
    const table = tableOf({}, three)
    table.deleteService(service('web', { clusterIP: '10.96.0.50', ports: [] }) as Service)
    expect(table.at('10.96.0.50', 'TCP', 80)).toBeUndefined()
    table.setService(service('next', { clusterIP: '10.96.0.50', ports: [{ port: 80 }] }) as Service)
    expect(table.at('10.96.0.50', 'TCP', 80)?.name).toBe('next')
  })
})

describe('the choice of an endpoint', () => {
  const choices = (mode: ProxyMode, count: number, spec = {}, client = () => '10.244.1.9', clock = new FakeClock()) => {
    const entry = tableOf(spec, three).at('10.96.0.50', 'TCP', 80)!
    const balancer = new Balancer(mode, clock, seededRandom(7))
    return Array.from({ length: count }, (_, i) => {
      void i
      return balancer.choose(entry, entry.cluster, client())[0]!.ip
    })
  }

  it('goes in turn in userspace and ipvs mode', () => {
    for (const mode of ['userspace', 'ipvs'] as const)
      expect(choices(mode, 6)).toEqual([
        '10.244.1.2',
        '10.244.1.3',
        '10.244.2.4',
        '10.244.1.2',
        '10.244.1.3',
        '10.244.2.4',
      ])
  })

  it('is random with equal probabilities in iptables mode', () => {
    const counts = Map.groupBy(choices('iptables', 3000), ip => ip)
    expect(counts.size).toBe(3)
    for (const chosen of counts.values()) expect(Math.abs(chosen.length - 1000)).toBeLessThan(150)
  })

  it('has an alternative in userspace mode only, as packets cannot be called back', () => {
    const entry = tableOf({}, three).at('10.96.0.50', 'TCP', 80)!
    const lengths = (['userspace', 'iptables', 'ipvs'] as const).map(
      mode => new Balancer(mode, new FakeClock(), seededRandom(1)).choose(entry, entry.cluster, 'c').length,
    )
    expect(lengths).toEqual([3, 1, 1])
  })

  it('stays with the endpoint for a client with affinity until its time is over', () => {
    const clock = new FakeClock()
    const entry = tableOf(
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
      three,
    ).at('10.96.0.50', 'TCP', 80)!
    const balancer = new Balancer('ipvs', clock, seededRandom(1))
    const next = (client: string) => balancer.choose(entry, entry.cluster, client)[0]!.ip
    expect([next('a'), next('a'), next('b'), next('a')]).toEqual([
      '10.244.1.2',
      '10.244.1.2',
      '10.244.1.3',
      '10.244.1.2',
    ])
    clock.advance(61_000)
    expect(next('a')).toBe('10.244.2.4')
  })
})

describe('rules in the notation of iptables-save', () => {
  it('give every endpoint the same chance', () => {
    const text = renderIptablesSave(iptablesRules(tableOf({}, three).entries(), { podCIDR: '10.244.0.0/16' }))
    const probabilities = [...text.matchAll(/--probability ([\d.]+)/g)].map(m => Number(m[1]))
    let left = 1
    const shares = [...probabilities, 1].map(p => {
      const share = left * p
      left -= share
      return share
    })
    for (const share of shares) expect(share).toBeCloseTo(1 / 3, 8)
  })

  it('name chains as kube-proxy does, and lead from the address to the endpoint', () => {
    const table = new ServiceTable('worker-1')
    table.setService(
      service('kubernetes', {
        clusterIP: '10.96.0.1',
        ports: [{ name: 'https', port: 443, targetPort: 6443 }],
      }) as Service,
    )
    table.setSlice(
      slice(
        'kubernetes',
        [{ name: 'https', port: 6443, protocol: 'TCP' }],
        [endpoint('172.18.0.2', 'm')],
      ) as EndpointSlice,
    )
    const text = renderIptablesSave(iptablesRules(table.entries(), { podCIDR: '10.244.0.0/16' }))
    // This chain has this name on every Kubernetes cluster.
    expect(text).toContain(
      '-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m tcp -m comment --comment "default/kubernetes:https cluster IP" --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y',
    )
    const sep =
      /-A KUBE-SVC-NPX46M4PTMTKRN6Y -m comment --comment "default\/kubernetes:https -> 172.18.0.2:6443" -j (KUBE-SEP-[A-Z2-7]{16})/.exec(
        text,
      )?.[1]
    expect(text).toContain(
      `-A ${sep} -p tcp -m comment --comment "default/kubernetes:https" -m tcp -j DNAT --to-destination 172.18.0.2:6443`,
    )
  })

  it('reject connections to a Service without endpoints', () => {
    const text = renderIptablesSave(iptablesRules(tableOf({}, []).entries(), { podCIDR: '10.244.0.0/16' }))
    expect(text).toMatch(
      /-A KUBE-SERVICES .*"default\/web:http has no endpoints" --dport 80 -j REJECT --reject-with icmp-port-unreachable/,
    )
  })

  it('send external traffic with the policy Local to local endpoints alone', () => {
    const text = renderIptablesSave(
      iptablesRules(
        tableOf(
          { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ name: 'http', port: 80, nodePort: 30080 }] },
          three,
        ).entries(),
        { podCIDR: '10.244.0.0/16' },
      ),
    )
    const svl = /-A KUBE-EXT-[A-Z2-7]{16} -j (KUBE-SVL-[A-Z2-7]{16})/.exec(text)?.[1]
    const targets = [...text.matchAll(new RegExp(`-A ${svl} .*-> ([\\d.]+):8080`, 'g'))].map(m => m[1])
    expect(targets).toEqual(['10.244.1.2', '10.244.1.3'])
  })
})

it('virtual servers are written as ipvsadm writes them', () => {
  const table = tableOf({ sessionAffinity: 'ClientIP' }, three.slice(1))
  expect(
    renderIpvsadm(
      ipvsRules(table.entries(), {
        address: '172.18.0.101',
        ipvsScheduler: 'rr',
        load: () => ({ active: 2, inactive: 1 }),
      }),
    ),
  ).toBe(
    [
      'IP Virtual Server version 1.2.1 (size=4096)',
      'Prot LocalAddress:Port Scheduler Flags',
      '  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn',
      'TCP  10.96.0.50:80 rr persistent 10800',
      '  -> 10.244.1.2:8080              Masq    1      2          1         ',
      '  -> 10.244.1.3:8080              Masq    1      2          1         ',
      '',
    ].join('\n'),
  )
})

it('the userspace mode leads every portal to the proxy', () => {
  const context = {
    proxyMode: 'userspace' as const,
    address: '172.18.0.101',
    podCIDR: '10.244.0.0/16',
    proxyPort: 4000,
    ipvsScheduler: 'rr' as const,
    load: () => ({ active: 0, inactive: 0 }),
  }
  const { body } = renderRules(null, tableOf({}, three).entries(), context)
  expect(body).toContain(
    '-A KUBE-PORTALS-CONTAINER -d 10.96.0.50/32 -p tcp -m tcp -m comment --comment "default/web:http" --dport 80 -j REDIRECT --to-ports 4000',
  )
})
