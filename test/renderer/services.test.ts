import { describe, expect, it } from 'vitest'
import type { EndpointSlice, Event, Ingress, Pod, Service } from '../../engine/api/types.ts'
import type { ExposureResult, TrialAnswer } from '../../engine/lab/contract.ts'
import { iptablesRules } from '../../engine/network/rules/iptables.ts'
import { renderRules } from '../../engine/network/rules/render.ts'
import type { ProxyMode } from '../../engine/network/services/balancer.ts'
import { ServiceTable } from '../../engine/network/services/service-table.ts'
import {
  expectationOf,
  failuresOf,
  medianOf,
  portionsOf,
  schedulerWords,
} from '../../renderer/src/services/trial/distribution.ts'
import { endpointsOf, readiness, slicesByService } from '../../renderer/src/services/overview/endpoints.ts'
import { waysTo } from '../../renderer/src/services/overview/links.ts'
import { headersOf, placesOf, trialPorts } from '../../renderer/src/services/trial/places.ts'
import { policiesOf } from '../../renderer/src/services/overview/policies.ts'
import { ownLines, ruleLines } from '../../renderer/src/services/rules/rules.ts'
import { rulesTexts } from '../../renderer/src/services/rules/rules-text.ts'
import { serviceRows } from '../../renderer/src/services/services.ts'
import { servicesTexts } from '../../renderer/src/services/text.ts'
import { trialTexts } from '../../renderer/src/services/trial/trial-text.ts'

const t = trialTexts.en
const service = (name: string, spec: Service['spec'], namespace = 'shop') =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec }) as Service
const slice = (name: string, endpoints: EndpointSlice['endpoints'], port = 8080, suffix = 'a') =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: `${name}-${suffix}`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: '', port, protocol: 'TCP' }],
    endpoints,
  }) as EndpointSlice
const at = (ip: string, conditions = {}, pod = `pod-${ip}`) => ({
  ...{ addresses: [ip], conditions, nodeName: 'worker-1', zone: 'a' },
  targetRef: { kind: 'Pod', namespace: 'shop', name: pod },
})
const web = service('web', { clusterIP: '10.96.0.5', ports: [{ port: 80, nodePort: 30080 }], type: 'NodePort' })

describe('endpoints', () => {
  it('are ready, drain, end or are not ready; those that take connections come first', () => {
    const rows = endpointsOf([
      slice('web', [
        at('10.244.0.10', { ready: false, serving: true, terminating: true }),
        at('10.244.0.11', { ready: false, serving: false, terminating: true }),
        at('10.244.0.12', { ready: false }),
        at('10.244.0.9'),
      ]),
    ])
    expect(rows.map(r => [r.ip, r.health])).toEqual([
      ['10.244.0.9', 'ready'],
      ['10.244.0.10', 'draining'],
      ['10.244.0.12', 'notReady'],
      ['10.244.0.11', 'ending'],
    ])
    expect(readiness(rows)).toEqual({ ready: 1, total: 4 })
  })

  it('that several slices name are one, with the ports of all', () => {
    const rows = endpointsOf([slice('web', [at('10.0.0.1')], 80, 'a'), slice('web', [at('10.0.0.1')], 443, 'b')])
    expect(rows).toHaveLength(1)
    expect(rows[0]!.ports.map(p => p.port)).toEqual([80, 443])
  })

  it('that are not ready say what the kubelet said last of their probe', () => {
    const pod = { metadata: { namespace: 'shop', name: 'p' }, spec: {}, status: { phase: 'Running' } } as unknown as Pod
    const said = (message: string, lastTimestamp: string) =>
      ({
        metadata: { namespace: 'shop' },
        involvedObject: { name: 'p' },
        reason: 'Unhealthy',
        message,
        lastTimestamp,
      }) as Event
    const events = [said('new', '2026-01-01T00:00:02Z'), said('old', '2026-01-01T00:00:01Z')]
    const pods = new Map([['shop/p', pod]])
    expect(endpointsOf([slice('web', [at('10.0.0.1', { ready: false }, 'p')])], pods, events)[0]!.why).toBe('new')
    expect(endpointsOf([slice('web', [at('10.0.0.1', {}, 'p')])], pods, events)[0]!.why).toBeUndefined()
  })

  it('of broken slices are passed over', () => {
    const broken = { ...slice('web', null as never), ports: undefined } as EndpointSlice
    expect(endpointsOf([broken, slice('web', [{ addresses: null }])])).toEqual([])
    expect(slicesByService([broken]).get('shop/web')).toHaveLength(1)
  })
})

describe('the list', () => {
  it('is narrowed by namespace and text, and says how many endpoints are ready', () => {
    const alias = service('alias', { type: 'ExternalName', externalName: 'example.com' }, 'other')
    const slices = [slice('web', [at('10.0.0.1'), at('10.0.0.2', { ready: false })])]
    const rows = serviceRows([web, alias], slices, { text: '', namespace: '' })
    expect(rows.map(r => [r.key, r.tone, r.ready, r.total, r.clusterIP, r.ports])).toEqual([
      ['other/alias', 'idle', 0, 0, 'example.com', ''],
      ['shop/web', 'warn', 1, 2, '10.96.0.5', '80:30080/TCP'],
    ])
    expect(serviceRows([web, alias], slices, { text: 'nodeport', namespace: '' })).toHaveLength(1)
    expect(serviceRows([web, alias], slices, { text: '', namespace: 'other' })).toHaveLength(1)
  })
})

describe('settings in words', () => {
  const said = (spec: Service['spec']) => policiesOf({ spec }, servicesTexts.en).map(p => `${p.field}=${p.value}`)
  it('are those that have a part in where connections go', () => {
    expect(said({ type: 'ExternalName', externalName: 'x.example' })).toEqual(['externalName=x.example'])
    expect(said({ clusterIP: 'None' })).toEqual(['clusterIP=None'])
    expect(said({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', sessionAffinity: 'ClientIP' })).toEqual([
      ...[
        'type=LoadBalancer',
        'internalTrafficPolicy=Cluster',
        'externalTrafficPolicy=Local',
        'sessionAffinity=ClientIP',
      ],
    ])
    expect(policiesOf({ spec: { sessionAffinity: 'ClientIP' } }, servicesTexts.en).at(-1)!.text).toContain(
      '10800 seconds',
    )
  })
})

describe('ways from this computer', () => {
  const exposed = [
    {
      kind: 'NodePort',
      namespace: 'shop',
      service: 'web',
      protocol: 'TCP',
      port: 30080,
      boundPort: 30081,
      connect: '',
      error: 'taken',
    },
    { kind: 'Ingress', namespace: '', service: '', protocol: 'TCP', port: 80, boundPort: 8081, connect: '' },
  ] as ExposureResult[]
  const ingress = (host: string | undefined, name = 'web') =>
    ({
      metadata: { namespace: 'shop', name: 'front' },
      spec: {
        rules: [{ host, http: { paths: [{ path: '/x', pathType: 'Prefix', backend: { service: { name } } }] } }],
      },
    }) as unknown as Ingress

  it('lead to the ports where they really are', () => {
    expect(waysTo(web, exposed, [])).toEqual([
      { kind: 'NodePort', what: '30080/TCP', url: 'http://127.0.0.1:30081/', error: 'taken' },
    ])
  })

  it('by an Ingress open in a browser where it finds the host, else by curl', () => {
    const ways = (host?: string) => waysTo(web, exposed, [ingress(host)]).at(-1)!
    expect(ways('web.localhost').url).toBe('http://web.localhost:8081/x')
    expect(ways().url).toBe('http://127.0.0.1:8081/x')
    expect(ways('*.localhost').url).toBe('http://any.localhost:8081/x')
    expect(ways('shop.example')).toMatchObject({
      command: 'curl --resolve shop.example:8081:127.0.0.1 http://shop.example:8081/x',
    })
    expect(ways('shop.example').url).toBeUndefined()
    expect(waysTo(web, [], [ingress('web.localhost')])).toEqual([
      { kind: 'Ingress', what: 'web.localhost/x', ingress: 'front' },
    ])
    expect(waysTo(web, [], [ingress('web.localhost', 'other')])).toEqual([])
  })
})

describe('rules in words', () => {
  const table = (spec: Service['spec'] = {}) => {
    const own = new ServiceTable('worker-1')
    own.setService(service('web', { ...web.spec, ...spec }))
    own.setSlice(
      slice(
        'web',
        ['10.244.0.1', '10.244.0.2', '10.244.0.3'].map(ip => at(ip)),
      ),
    )
    return own
  }
  const rulesOf = (mode: ProxyMode, own = table()) => {
    const load = () => ({ active: 2, inactive: 1 })
    const context = {
      proxyMode: mode,
      ipvsScheduler: 'rr',
      address: '10.0.0.1',
      podCIDR: '10.244.0.0/16',
      proxyPort: 3128,
      load,
    } as const
    return { mode, scheduler: 'rr', text: renderRules(null, own.entries(), context).body }
  }
  const reader = {
    t: rulesTexts.en,
    nameOf: (endpoint: string) => `<${endpoint}>`,
    schedulerWords: (scheduler: string) => schedulerWords(scheduler, t),
  }
  const words = (mode: ProxyMode, own?: ServiceTable) =>
    ruleLines(rulesOf(mode, own), 'shop/web', reader)
      .filter(l => l.own)
      .map(l => l.words)

  it('of iptables say which share of all connections each endpoint gets', () => {
    const said = words('iptables')
    expect(said).toEqual(
      expect.arrayContaining([
        '33.3 % of what comes to this rule goes to <10.244.0.1:8080>: 33.3 % of all.',
        '50 % of what comes to this rule goes to <10.244.0.2:8080>: 33.3 % of all.',
        'All that is left goes to <10.244.0.3:8080>: 33.3 % of all.',
        'The destination is rewritten: the connection goes to <10.244.0.1:8080>.',
        expect.stringMatching(/^What is sent to 10\.96\.0\.5:80 goes to KUBE-SVC-/),
        expect.stringMatching(/^What comes to port 30080 of this node goes to KUBE-EXT-/),
      ]),
    )
  })

  it('explain every line of the Service, whatever its settings, and none that it shares', () => {
    const settings: Service['spec'][] = [
      { externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local' },
      { sessionAffinity: 'ClientIP' },
      { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] },
    ]
    for (const mode of ['iptables', 'ipvs', 'userspace'] as const)
      for (const spec of settings)
        for (const line of ruleLines(rulesOf(mode, table(spec)), 'shop/web', reader)) {
          if (line.own) expect(line.words, line.text).toBeTruthy()
          expect(line.own, line.text).toBe(
            !/^(\*|COMMIT|IP Virtual|Prot| {2}-> Remote)/.test(line.text) &&
              /shop\/web|10\.96\.0\.5|10\.0\.0\.1|10\.244\.0\.\d:|KUBE-(SVC|SVL|EXT|FW|SEP)-/.test(line.text),
          )
        }
    expect(words('iptables', table({ sessionAffinity: 'ClientIP' }))).toContain(
      'Session affinity: a client seen within 10800 s goes to <10.244.0.1:8080> again.',
    )
  })

  it('of a Service without endpoints say that it refuses', () => {
    const own = new ServiceTable('worker-1')
    own.setService(web)
    expect(words('iptables', own)).toContain('No endpoint is ready: what is sent to 10.96.0.5:80 is refused at once.')
  })

  it('of ipvs name scheduler, weight and connections', () => {
    expect(words('ipvs')).toEqual(
      expect.arrayContaining([
        'Virtual server 10.96.0.5:80/TCP, scheduler rr: each worker goes through the endpoints in turn.',
        'Real server <10.244.0.1:8080>: weight 1, 2 connections open, 1 ended a short time ago.',
      ]),
    )
  })

  it('alone come as a connection passes them', () => {
    const chains = ownLines(ruleLines(rulesOf('iptables'), 'shop/web', reader)).map(
      l => /^-A ([A-Z]+-[A-Z]+)/.exec(l.text)![1],
    )
    expect([...new Set(chains)]).toEqual(['KUBE-NODEPORTS', 'KUBE-SERVICES', 'KUBE-EXT', 'KUBE-SVC', 'KUBE-SEP'])
  })

  it('that are no rules are shown as they are', () => {
    for (const text of ['', '\u0000', '-A', '-A X -j', ':', 'x'.repeat(10_000), '<script>'])
      for (const mode of ['iptables', 'ipvs', 'userspace'] as const)
        expect(ruleLines({ mode, scheduler: 'rr', text }, 'shop/web', reader).map(l => l.text)).toEqual(
          text ? [text] : [],
        )
    expect(iptablesRules([], { podCIDR: '10.244.0.0/16' })).toHaveLength(2)
  })
})

describe('who answered', () => {
  const rows = endpointsOf([slice('web', [at('10.0.0.1'), at('10.0.0.2'), at('10.0.0.3', { ready: false })])])
  const answer = (number: number, change: Partial<TrialAnswer> = {}): TrialAnswer => ({
    ...{ number, worker: 'worker-1', reused: false, ms: number, endpoint: '10.0.0.1:8080', status: 200 },
    ...change,
  })

  it('is counted by endpoint; those that could have and did not count as none', () => {
    const refused = answer(4, {
      endpoint: undefined,
      status: undefined,
      error: { code: 'ECONNREFUSED', message: 'no' },
    })
    const portions = portionsOf([answer(1), answer(2), answer(3, { status: 500 }), refused], rows, 8080)
    expect(portions.map(p => [p.endpoint, p.count, p.share, p.failed, p.median])).toEqual([
      ['10.0.0.1:8080', 3, 1, 1, 2],
      ['10.0.0.2:8080', 0, 0, 0, 0],
    ])
    expect(failuresOf([answer(3, { status: 500 }), refused, refused])).toEqual([
      { reason: 'ECONNREFUSED: no', count: 2 },
      { reason: 'HTTP 500', count: 1 },
    ])
    expect(portionsOf([answer(1, { endpoint: '10.9.9.9:1' })], [])[0]).toMatchObject({ row: undefined, count: 1 })
    expect(medianOf([])).toBe(0)
  })

  it('is what the mode makes one expect', () => {
    const common = { ready: 3, affinitySeconds: undefined, reuse: false, headless: false, inTurn: false }
    const said = (mode: ProxyMode, change = {}) =>
      expectationOf({ rules: { mode, scheduler: 'lc' }, ...common, ...change }, t).join(' ')
    expect(said('iptables')).toContain('3 endpoints, 1/3 each')
    expect(said('userspace')).toContain('in turn')
    expect(said('ipvs')).toContain('fewest connections')
    expect(said('iptables', { affinitySeconds: 60, inTurn: true })).toMatch(/60 seconds.*Each worker remembers/)
    expect(said('iptables', { reuse: true })).toContain('per connection')
    expect(said('iptables', { ready: 0 })).toContain('refused')
    expect(said('iptables', { headless: true })).toContain('headless')
  })
})

describe('what is sent', () => {
  it('has headers that are typed one in a line', () => {
    expect(headersOf('A: b\n\n  X-Y:c: d ')).toEqual({
      headers: [
        ['A', 'b'],
        ['X-Y', 'c: d'],
      ],
    })
    expect(headersOf('no header').wrong).toBe('no header')
    expect(headersOf('a b: c').wrong).toBe('a b: c')
  })

  it('goes to TCP ports, of a headless Service to those of its pods', () => {
    const rows = endpointsOf([slice('web', [at('10.0.0.1')])])
    const ports = [{ port: 80 }, { port: 53, protocol: 'UDP' }]
    expect(trialPorts({ spec: { ports } }, rows).map(p => p.port)).toEqual([80])
    expect(trialPorts({ spec: { ports, clusterIP: 'None' } }, rows).map(p => p.port)).toEqual([8080])
  })

  it('comes from outside, from nodes that run, or from pods of them with an address of their own', () => {
    const pod = (name: string, spec: object, ip = '10.244.0.1') =>
      ({ metadata: { namespace: 'shop', name }, spec, status: { phase: 'Running', podIP: ip } }) as unknown as Pod
    const pods = [
      pod('a', { nodeName: 'w1' }),
      pod('b', { nodeName: 'gone' }),
      pod('c', { nodeName: 'w1', hostNetwork: true }),
    ]
    expect(placesOf(['w1'], pods, 'shop', t).map(p => p.value)).toEqual([
      'outside',
      'outside/w1',
      'node/w1',
      'pod/shop/a',
    ])
  })
})
