import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { duplicate, invalid, notSupported, required, tooMany } from '../../validation/field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isIPv4, isIPv6, isPortName } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

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
        (o.ports ?? []).map((p: { port?: number; name?: string }) =>
          p.port === undefined ? '*' : p.name && !p.port ? p.name : String(p.port),
        ),
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
    const endpoints: { addresses?: string[]; hostname?: string }[] = object.endpoints ?? []
    if (endpoints.length > 1000) errors.push(tooMany('endpoints', endpoints.length, 1000))
    endpoints.forEach((endpoint, i) => {
      const at = `endpoints[${i}]`
      if (!endpoint.addresses?.length) errors.push(required(`${at}.addresses`, 'must contain at least 1 address'))
      else if (endpoint.addresses.length > 100) errors.push(tooMany(`${at}.addresses`, endpoint.addresses.length, 100))
      endpoint.addresses?.forEach((address, j) => {
        const field = `${at}.addresses[${j}]`
        if (object.addressType === 'IPv4' && !isIPv4(address))
          errors.push(invalid(field, address, 'must be a valid IPv4 address'))
        if (object.addressType === 'IPv6' && !isIPv6(address))
          errors.push(invalid(field, address, 'must be a valid IPv6 address'))
        if (object.addressType === 'FQDN')
          errors.push(...isDNS1123Subdomain(address).map(text => invalid(field, address, text)))
      })
      if (endpoint.hostname)
        errors.push(
          ...isDNS1123Label(endpoint.hostname).map(text => invalid(`${at}.hostname`, endpoint.hostname, text)),
        )
    })
    const names = new Set<string>()
    ;((object.ports ?? []) as { name?: string; protocol?: string }[]).forEach((port, i) => {
      const name = port.name ?? ''
      if (name)
        errors.push(
          ...isDNS1123Label(name).map(text => invalid(`ports[${i}].name`, name, text)),
          ...(isPortName(name).length > 9 ? [] : []),
        )
      if (names.has(name)) errors.push(duplicate(`ports[${i}].name`, name))
      names.add(name)
      if (!['SCTP', 'TCP', 'UDP'].includes(port.protocol ?? ''))
        errors.push(notSupported(`ports[${i}].protocol`, port.protocol ?? '', ['SCTP', 'TCP', 'UDP']))
    })
    return errors
  },
  validateUpdate: (object: KubeObject, old: KubeObject) =>
    object.addressType === old.addressType ? [] : [invalid('addressType', object.addressType, 'field is immutable')],
})

function brief(items: string[], empty: string): string {
  if (!items.length) return empty
  return items.length > 3 ? `${items.slice(0, 3).join(',')} + ${items.length - 3} more...` : items.join(',')
}
