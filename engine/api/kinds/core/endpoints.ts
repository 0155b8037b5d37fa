import { semanticEqual } from '../../equality.ts'
import type { KubeObject } from '../../object.ts'
import type { FieldError } from '../../strategy.ts'
import { invalid, invalids, required } from '../../validation/field.ts'
import { ipWarnings, validateIP, validateNonSpecialIP } from '../../validation/ip.ts'
import { isDNS1123Label, isDNS1123Subdomain, isPort, isQualifiedName, oneOf } from '../../validation/names.ts'
import { ageColumn, column, nameColumn } from '../columns.ts'
import { defineKind } from '../define.ts'

interface Address {
  ip?: string
  hostname?: string
  nodeName?: string
}

interface Subset {
  addresses?: Address[]
  notReadyAddresses?: Address[]
  ports?: { name?: string; port: number; protocol?: string; appProtocol?: string }[]
}

export const strategy = defineKind({
  group: '',
  kind: 'Endpoints',
  resource: 'endpoints',
  namespaced: true,
  shortNames: ['ep'],
  columns: [
    nameColumn,
    column('Endpoints', 'string', 'Ready addresses and ports.', o => addressText(o.subsets)),
    ageColumn,
  ],
  validateNew: object => validateSubsets(object.subsets),
  // What was wrong before may stay so while it stays the same.
  validateUpdate: (object, old) => (semanticEqual(object.subsets, old.subsets) ? [] : validateSubsets(object.subsets)),
  warnings: object => [
    'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    ...remarks(object),
  ],
})

function validateSubsets(subsets: Subset[] | undefined): FieldError[] {
  const errors: FieldError[] = []
  ;(subsets ?? []).forEach((subset: Subset, i: number) => {
    const at = `subsets[${i}]`
    if (!subset.addresses?.length && !subset.notReadyAddresses?.length)
      errors.push(required(at, 'must specify `addresses` or `notReadyAddresses`'))
    for (const key of ['addresses', 'notReadyAddresses'] as const)
      subset[key]?.forEach((address, j) => {
        const path = `${at}.${key}[${j}]`
        const { ip = '', hostname = '', nodeName } = address
        errors.push(...validateIP(ip, `${path}.ip`))
        if (hostname) errors.push(...invalids(`${path}.hostname`, hostname, isDNS1123Label(hostname)))
        if (nodeName !== undefined) errors.push(...invalids(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)))
        errors.push(...validateNonSpecialIP(ip, `${path}.ip`))
      })
    subset.ports?.forEach((port, j) => {
      if (subset.ports!.length > 1 && !port.name) errors.push(required(`${at}.ports[${j}].name`))
      else if (port.name)
        errors.push(...isDNS1123Label(port.name).map(text => invalid(`${at}.ports[${j}].name`, port.name, text)))
      errors.push(...isPort(port.port ?? 0).map(text => invalid(`${at}.ports[${j}].port`, port.port ?? 0, text)))
      const protocol = `${at}.ports[${j}].protocol`
      if (!port.protocol) errors.push(required(protocol))
      else errors.push(...oneOf(port.protocol, protocol, ['SCTP', 'TCP', 'UDP']))
      const app = port.appProtocol
      if (app !== undefined) errors.push(...invalids(`${at}.ports[${j}].appProtocol`, app, isQualifiedName(app)))
    })
  })
  return errors
}

/** Addresses that are not written as they should be; those of the endpoints' own controller are. */
function remarks(object: KubeObject): string[] {
  if (object.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return []
  return ((object.subsets ?? []) as Subset[]).flatMap((subset, i) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap(key =>
      (subset[key] ?? []).flatMap((address, j) => ipWarnings(address.ip ?? '', `subsets[${i}].${key}[${j}].ip`)),
    ),
  )
}

function addressText(subsets: Subset[] | undefined): string {
  if (!subsets?.length) return '<none>'
  const all: string[] = []
  for (const subset of subsets) {
    if (!subset.ports?.length) for (const a of subset.addresses ?? []) all.push(a.ip ?? '')
    else
      for (const p of subset.ports)
        for (const a of subset.addresses ?? [])
          all.push(a.ip?.includes(':') ? `[${a.ip}]:${p.port}` : `${a.ip}:${p.port}`)
  }
  return all.length > 3
    ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...`
    : all.length
      ? all.join(',')
      : '<none>'
}
