import { isRecord } from '../../../../../engine/api/equality.ts'
import type { KubeObject } from '../../../../../engine/api/object.ts'
import { goFormat } from '../../print/go-value.ts'
import { mapLines } from './pod-template.ts'

/** Any object, field by field: for kinds without a description of their own. */
export function genericLines(object: KubeObject): string[] {
  const { managedFields: _, name, namespace, labels, annotations, ...metadata } = object.metadata
  const rest = Object.fromEntries(
    Object.entries(object).filter(([key]) => !['apiVersion', 'kind', 'metadata'].includes(key)),
  )
  return [
    `Name:\t${name}`,
    `Namespace:\t${namespace ?? ''}`,
    ...mapLines('Labels', labels),
    ...mapLines('Annotations', annotations, ': '),
    `API Version:\t${object.apiVersion}`,
    `Kind:\t${object.kind}`,
    ...fields({ metadata, ...rest }, 0),
  ]
}

function fields(map: Record<string, unknown>, level: number): string[] {
  const pad = '  '.repeat(level)
  return Object.keys(map)
    .sort()
    .flatMap(key => {
      const [title, value] = [smart(key), map[key]]
      if (isRecord(value)) return [`${pad}${title}:`, ...fields(value, level + 1)]
      if (!Array.isArray(value)) return [`${pad}${title}:\t${goFormat(value)}`]
      return [
        `${pad}${title}:`,
        ...value.flatMap(item => (isRecord(item) ? fields(item, level + 1) : [`${pad}  ${goFormat(item)}`])),
      ]
    })
}

const ACRONYMS = ['ID', 'IP', 'UID', 'API', 'URL', 'DNS', 'CIDR', 'TLS', 'CPU', 'UUID', 'IPs']

/** `podCIDR` → `Pod CIDR`, `creationTimestamp` → `Creation Timestamp`. */
function smart(key: string): string {
  if (!/^[A-Za-z0-9]+$/.test(key)) return key
  const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ')
  return words
    .map(word => (ACRONYMS.includes(word.toUpperCase()) ? word.toUpperCase() : word[0]!.toUpperCase() + word.slice(1)))
    .join(' ')
}
