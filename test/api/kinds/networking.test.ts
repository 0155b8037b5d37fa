import { describe, expect, it } from 'vitest'
import { Subject } from './complaints.ts'

describe('a service', () => {
  const services = new Subject('v1', 'Service')
  const spec = (more: object) => ({ spec: { selector: { a: 'b' }, ports: [{ port: 80 }], ...more } })

  it.each<[string, object, string[]]>([
    ['is fine', spec({}), []],
    ['without ports', spec({ ports: [] }), ['spec.ports: Required value']],
    [
      'whose ports have no names and are one port',
      spec({ ports: [{ port: 80 }, { port: 80 }] }),
      [
        'spec.ports[0].name: Required value',
        'spec.ports[1].name: Required value',
        'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
      ].slice(0, 2),
    ],
    ['that is a name without one', { spec: { type: 'ExternalName' } }, ['spec.externalName: Required value']],
  ])('%s', (_, body, expected) => {
    const found = services.create(body)
    expect(found.slice(0, expected.length)).toEqual(expected)
    expect(found.length > 0).toBe(expected.length > 0)
  })

  it('keeps its address', () => {
    const had = (ip: string) => spec({ clusterIP: ip, clusterIPs: [ip] })
    const found = services.update(had('10.0.0.1'), spec({ clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.1'] }))
    expect(found).toEqual(['spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set'])
    expect(services.update(had('10.0.0.1'), spec({}))).toEqual([])
  })
})

describe('an ingress', () => {
  const ingresses = new Subject('networking.k8s.io/v1', 'Ingress')
  const backend = { service: { name: 's', port: { number: 80 } } }
  const path = (more: object) => ({
    spec: { rules: [{ http: { paths: [{ backend, pathType: 'Prefix', ...more }] } }] },
  })

  it.each<[string, object, string[]]>([
    ['is fine', path({ path: '/' }), []],
    ['of nothing', { spec: {} }, ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']],
    [
      'whose path has no type, which is all that is said',
      path({ pathType: undefined, backend: {} }),
      ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified'],
    ],
    [
      'whose path is odd',
      path({ path: 'a//b' }),
      [
        'spec.rules[0].http.paths[0].path: Invalid value: "a//b": must be an absolute path',
        'spec.rules[0].http.paths[0].path: Invalid value: "a//b": must not contain \'//\'',
      ],
    ],
    [
      'whose backend is no object',
      path({ path: '/', backend: { resource: {} } }),
      [
        'spec.rules[0].http.paths[0].backend.resource.kind: Required value: kind is required',
        'spec.rules[0].http.paths[0].backend.resource.name: Required value: name is required',
      ],
    ],
    [
      'for an address',
      { spec: { rules: [{ host: '10.0.0.1' }] } },
      ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ],
  ])('%s', (_, body, expected) => expect(ingresses.create(body)).toEqual(expected))

  it('names its class in one way', () => {
    const metadata = { annotations: { 'kubernetes.io/ingress.class': 'x' } }
    const body = { spec: { defaultBackend: backend, ingressClassName: 'y' } }
    expect(ingresses.create(body, metadata)).toEqual([
      'annotations.kubernetes.io/ingress.class: Invalid value: "x": must match `ingressClassName` when both are specified',
    ])
    expect(ingresses.update(body, body, { metadata })).toEqual([])
  })

  it('shows three hosts', () => {
    const hosts = (...names: string[]) => ingresses.row({ spec: { rules: names.map(host => ({ host })) } }).Hosts
    expect(hosts('')).toBe('*')
    expect(hosts('a', '', 'b')).toBe('a,b')
    expect(hosts('a', 'b', 'c', 'd', '')).toBe('a,b,c + 2 more...')
  })
})

describe('a network policy', () => {
  const policies = new Subject('networking.k8s.io/v1', 'NetworkPolicy')
  const ingress = (rule: object) => ({ spec: { podSelector: {}, ingress: [rule] } })

  it.each<[string, object, string[]]>([
    ['is fine', ingress({ ports: [{ port: 80, endPort: 90 }], from: [{ podSelector: {} }] }), []],
    [
      'with odd ports',
      ingress({ ports: [{ endPort: 1 }, { port: 'http', endPort: 1 }, { port: 80, endPort: 70, protocol: 'X' }] }),
      [
        'spec.ingress[0].ports[0].endPort: Invalid value: 1: may not be specified when `port` is not specified',
        'spec.ingress[0].ports[1].endPort: Invalid value: 1: may not be specified when `port` is non-numeric',
        'spec.ingress[0].ports[2].protocol: Unsupported value: "X": supported values: "TCP", "UDP", "SCTP"',
        'spec.ingress[0].ports[2].endPort: Invalid value: 80: must be greater than or equal to `port`',
      ],
    ],
    [
      'with odd peers',
      ingress({
        from: [
          {},
          { podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } },
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8', '11.0.0.0/16', '10.1.0.0/16'] } },
        ],
      }),
      [
        'spec.ingress[0].from[0]: Required value: must specify a peer',
        'spec.ingress[0].from[1]: Forbidden: may not specify both ipBlock and another peer',
        'spec.ingress[0].from[2].ipBlock.except[0]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        'spec.ingress[0].from[2].ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      ],
    ],
  ])('%s', (_, body, expected) => expect(policies.create(body)).toEqual(expected))
})

describe('an endpoint slice', () => {
  const slices = new Subject('discovery.k8s.io/v1', 'EndpointSlice')

  it('holds addresses of its type', () => {
    const body = {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['::1'] }, { addresses: [] }, { addresses: ['10.0.0.1'], hostname: 'A' }],
      ports: [{ name: 'a' }, { name: 'a', protocol: 'X' }],
    }
    expect(slices.create(body).map(text => text.slice(0, 75))).toEqual([
      'endpoints[0].addresses[0]: Invalid value: "::1": must be a valid IPv4 addre',
      'endpoints[0].addresses[0]: Invalid value: "::1": may not be in the loopback',
      'endpoints[1].addresses: Required value: must contain at least 1 address',
      'endpoints[2].hostname: Invalid value: "A": a lowercase RFC 1123 label must ',
      'ports[1].name: Duplicate value: "a"',
      'ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP",',
    ])
  })
})

describe('a service range', () => {
  it('has one part per family', () => {
    const ranges = new Subject('networking.k8s.io/v1', 'ServiceCIDR')
    expect(ranges.create({ spec: {} })).toEqual(['spec.cidrs: Required value: at least one CIDR required'])
    expect(ranges.create({ spec: { cidrs: ['10.0.0.0/24', '10.1.0.0/24'] } })).toEqual([
      'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/24","10.1.0.0/24"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/96',
    ])
  })
})
