import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, invalids, notSupported, required, tooMany } from '../../validation/field.ts'
import { ipWarnings, parseIP, validateIP, validateNonSpecialIP } from '../../validation/ip.ts'
import { validateLabels } from '../../validation/metadata.ts'
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isFullyQualifiedDomainName,
  isQualifiedName,
} from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

interface Endpoint {
  deprecatedTopology?: Record<string, string>
  addresses?: string[]
  hostname?: string
  nodeName?: string
  hints?: { forZones?: { name?: string }[]; forNodes?: { name?: string }[] }
}

interface Port {
  port?: number
  name?: string
  protocol?: string
  appProtocol?: string
}

const MAX_TOPOLOGY_LABELS = 16
const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']

export const strategy = defineKind({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  resource: 'endpointslices',
  namespaced: true,
  hasGeneration: true,
  columns: [
    nameColumn,
    column('AddressType', 'string', 'Type of the addresses.', o => o.addressType ?? ''),
    column('Ports', 'string', 'Ports of the endpoints.', o =>
      brief(
        ((o.ports ?? []) as Port[]).map(p => (p.port === undefined ? p.name || '*' : String(p.port))),
        '<unset>',
      ),
    ),
    column('Endpoints', 'string', 'Addresses of the endpoints.', o =>
      brief(
        (o.endpoints ?? []).flatMap((e: { addresses?: string[] }) => e.addresses ?? []),
        '<unset>',
      ),
    ),
    ageColumn,
  ],
  validate(object) {
    const errors: FieldError[] = []
    if (!object.addressType) errors.push(required('addressType'))
    else if (!ADDRESS_TYPES.includes(object.addressType))
      errors.push(notSupported('addressType', object.addressType, ADDRESS_TYPES))
    const endpoints: Endpoint[] = object.endpoints ?? []
    if (endpoints.length > 1000) errors.push(tooMany('endpoints', endpoints.length, 1000))
    else
      endpoints.forEach((endpoint, i) =>
        errors.push(...validateEndpoint(endpoint, object.addressType, `endpoints[${i}]`)),
      )
    errors.push(...validatePorts(object.ports, 'ports'))
    return errors
  },
  validateUpdate: (object: KubeObject, old: KubeObject) =>
    object.addressType === old.addressType ? [] : [invalid('addressType', object.addressType, 'field is immutable')],
  warnings: remarks,
})

const OWN = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']

/** Names have no future as addresses; and addresses are not always written as they should be, but for the controllers'. */
function remarks(object: KubeObject): string[] {
  if (object.addressType === 'FQDN') return ['spec.addressType: FQDN endpoints are deprecated']
  if (OWN.includes(object.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return []
  return ((object.endpoints ?? []) as Endpoint[]).flatMap(({ addresses }, i) =>
    (addresses ?? []).flatMap((address, j) => ipWarnings(address, `endpoints[${i}].addresses[${j}]`)),
  )
}

function validateEndpoint(endpoint: Endpoint, type: string, at: string): FieldError[] {
  const errors: FieldError[] = []
  const addresses = endpoint.addresses ?? []
  if (!addresses.length) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'))
  else if (addresses.length > 100) errors.push(tooMany(`${at}.addresses`, addresses.length, 100))
  addresses.forEach((address, j) => {
    const field = `${at}.addresses[${j}]`
    if (type === 'FQDN') errors.push(...isFullyQualifiedDomainName(address, field))
    else if (type === 'IPv4' || type === 'IPv6') {
      if (parseIP(address)?.family !== type) errors.push(invalid(field, address, `must be a valid ${type} address`))
      else errors.push(...validateIP(address, field))
      errors.push(...validateNonSpecialIP(address, field))
    }
  })
  const { nodeName, hostname, hints, deprecatedTopology: topology } = endpoint
  const labels = Object.keys(topology ?? {}).length
  if (labels > MAX_TOPOLOGY_LABELS) errors.push(tooMany(`${at}.deprecatedTopology`, labels, MAX_TOPOLOGY_LABELS))
  errors.push(...validateLabels(topology, `${at}.deprecatedTopology`))
  if (nodeName !== undefined) errors.push(...invalids(`${at}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)))
  if (hostname !== undefined) errors.push(...invalids(`${at}.hostname`, hostname, isDNS1123Label(hostname)))
  for (const key of ['forZones', 'forNodes'] as const) {
    const path = `${at}.hints.${key}`
    const list = hints?.[key] ?? []
    if (list.length > 8) {
      errors.push(tooMany(path, list.length, 8))
      continue
    }
    const names = list.map(hint => hint.name ?? '')
    names.forEach((name, j) => {
      if (names.indexOf(name) < j) errors.push(duplicate(`${path}[${j}].name`, name))
      const texts = key === 'forZones' ? isQualifiedName(name) : isDNS1123Subdomain(name)
      errors.push(...invalids(`${path}[${j}].name`, name, texts))
    })
  }
  return errors
}

const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

function validatePorts(ports: Port[] | undefined, at: string): FieldError[] {
  if ((ports ?? []).length > 20000) return [tooMany(at, ports!.length, 20000)]
  const errors: FieldError[] = []
  const names = new Set<string>()
  ;(ports ?? []).forEach(({ name = '', protocol, appProtocol }, i) => {
    const path = `${at}[${i}]`
    if (name) errors.push(...invalids(`${path}.name`, name, isDNS1123Label(name)))
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name))
    names.add(name)
    if (!protocol) errors.push(required(`${path}.protocol`))
    else if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, PROTOCOLS))
    if (appProtocol !== undefined)
      errors.push(...invalids(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol)))
  })
  return errors
}

function brief(items: string[], empty: string): string {
  if (!items.length) return empty
  return items.length > 3 ? `${items.slice(0, 3).join(',')} + ${items.length - 3} more...` : items.join(',')
}
