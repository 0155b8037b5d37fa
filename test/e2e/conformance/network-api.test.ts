import { expect } from 'vitest'
import { ENDPOINTS } from '../../../engine/client/resources.ts'
import { eventually } from '../lab.ts'
import { Conformance, refusal } from './cluster.ts'
import { lifecycle, status, type Kind } from './lifecycle.ts'
import { becomes, endpoints, legacyEndpoints, server, service, SERVICE_KIND, SLICE_KIND } from './network.ts'

const suite = new Conformance('network', 'api')
const holds: typeof suite.holds = (...test) => suite.holds(...test)

const NETWORKING = { apiVersion: 'networking.k8s.io/v1' }
const backend = { service: { name: 'web', port: { number: 80 } } }
const slice = {
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.1.2.3'] }],
  ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
}

const KINDS = {
  slice: {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', resource: 'endpointslices', namespaced: true },
    fields: () => slice,
  },
  endpoints: {
    ...{ apiVersion: 'v1', kind: 'Endpoints', resource: 'endpoints', namespaced: true },
    fields: () => ({
      subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }],
    }),
  },
  ingress: {
    ...{ ...NETWORKING, kind: 'Ingress', resource: 'ingresses', namespaced: true },
    fields: () => ({ spec: { ingressClassName: 'none', defaultBackend: backend } }),
  },
  ingressClass: {
    ...{ ...NETWORKING, kind: 'IngressClass', resource: 'ingressclasses' },
    fields: () => ({ spec: { controller: 'example.com/controller' } }),
  },
  serviceCidr: {
    ...{ ...NETWORKING, kind: 'ServiceCIDR', resource: 'servicecidrs' },
    fields: () => ({ spec: { cidrs: ['10.97.3.0/24'] } }),
  },
  address: {
    ...{
      ...NETWORKING,
      kind: 'IPAddress',
      resource: 'ipaddresses',
      names: ['10.97.4.1', '10.97.4.2'] as [string, string],
    },
    fields: () => ({ spec: { parentRef: { resource: 'services', namespace: 'default', name: 'nobody' } } }),
  },
} satisfies Record<string, Kind>

holds('EndpointSlice should support creating EndpointSlice API operations', space => lifecycle(space, KINDS.slice))
holds('Endpoints should test the lifecycle of an Endpoint', space => lifecycle(space, KINDS.endpoints))
holds('Ingress API should support creating Ingress API operations', async space => {
  await lifecycle(space, KINDS.ingress)
  await status(space, KINDS.ingress, { loadBalancer: { ingress: [{ ip: '169.1.1.1' }] } })
})
holds('IngressClass API should support creating IngressClass API operations', space =>
  lifecycle(space, KINDS.ingressClass),
)
holds('ServiceCIDR and IPAddress API should support ServiceCIDR API operations', space =>
  lifecycle(space, KINDS.serviceCidr),
)
holds('ServiceCIDR and IPAddress API should support IPAddress API operations', space => lifecycle(space, KINDS.address))

holds('API Server should have Endpoints and EndpointSlices pointing to API Server', async space => {
  const addresses = await endpoints(space, 'kubernetes', 'default')
  expect(addresses.length).toBeGreaterThan(0)
  const legacy = await legacyEndpoints(space, 'kubernetes', 'default')
  expect(legacy.map(address => address.split(':')[0])).toEqual(addresses)
})

const WEB = { selector: { app: 'server' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] }
for (const title of [
  'EndpointSlice should create Endpoints and EndpointSlices for Pods matching a Service',
  'EndpointsController should create Endpoints for Pods matching a Service',
])
  holds(title, async space => {
    await service(space, 'web', WEB)
    const ips = (await Promise.all(['one', 'two'].map(name => server(space, name)))).sort()
    await becomes(() => endpoints(space, 'web'), ips)
    await becomes(
      () => legacyEndpoints(space, 'web'),
      ips.map(ip => `${ip}:8080`),
    )
  })
holds(
  'EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods',
  async space => {
    await service(space, 'web', WEB)
    const slices = async () => {
      const { items } = await space.of(SLICE_KIND).list(space.name, { labelSelector: 'kubernetes.io/service-name=web' })
      return items.map(s => s.endpoints?.length ?? 0)
    }
    await becomes(slices, [0])
    await space.of(SERVICE_KIND).delete(space.name, 'web')
    await becomes(slices, [])
  },
)
holds(
  'EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods',
  async space => {
    await service(space, 'web', WEB)
    await becomes(() => legacyEndpoints(space, 'web'), [])
    await space.of(SERVICE_KIND).delete(space.name, 'web')
    await eventually(async () => (await refusal(space.of(ENDPOINTS).get(space.name, 'web')))?.code === 404)
  },
)
holds(
  'EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete',
  async space => {
    await service(space, 'web', { ports: [{ name: 'example', port: 80 }] })
    const slices = async () => {
      const { items } = await space.of(SLICE_KIND).list(space.name, { labelSelector: 'kubernetes.io/service-name=web' })
      return items.map(s => [s.ports?.map(p => p.port), s.endpoints?.map(e => e.addresses)])
    }
    const subsets = (ip: string) => [{ ports: [{ port: 80 }], addresses: [{ ip }] }]
    await space.create(ENDPOINTS, 'web', { subsets: subsets('10.1.2.3') })
    await becomes(slices, [[[80], [['10.1.2.3']]]])
    await space.of(ENDPOINTS).patch(space.name, 'web', 'merge', { subsets: subsets('10.2.3.4') })
    await becomes(slices, [[[80], [['10.2.3.4']]]])
    await space.of(ENDPOINTS).delete(space.name, 'web')
    await becomes(slices, [])
  },
)
