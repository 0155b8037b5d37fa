import type { KubeObject } from '../object.ts'
import { selectorToString } from '../selector.ts'
import type { Column } from '../strategy.ts'

type Cell = Column['cell']

/** A column. `wide` ones show with `-o wide` only. */
export function column(name: string, type: Column['type'], description: string, cell: Cell): Column {
  return { name, type, description, priority: 0, cell }
}

export function wide(name: string, type: Column['type'], description: string, cell: Cell): Column {
  return { name, type, description, priority: 1, cell }
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique for its kind within the namespace.',
  priority: 0,
  cell: o => o.metadata.name ?? '',
}

export const ageColumn: Column = column('Age', 'string', 'Time since the object was created.', (o, now) =>
  age(o.metadata.creationTimestamp, now),
)

export const createdColumn: Column = column(
  'Created At',
  'date',
  'When the object was created.',
  o => o.metadata.creationTimestamp ?? '<unknown>',
)

/** Containers, images and (if there is one) selector of a workload's template. */
export function templateColumns(
  podSpecOf: (o: KubeObject) => PodSpecLike | undefined,
  selectorOf?: (o: KubeObject) => unknown,
): Column[] {
  const join = (o: KubeObject, key: 'name' | 'image') =>
    (podSpecOf(o)?.containers ?? []).map(c => c[key] ?? '').join(',')
  return [
    wide('Containers', 'string', 'Names of the containers in the template.', o => join(o, 'name')),
    wide('Images', 'string', 'Images of the containers in the template.', o => join(o, 'image')),
    ...(selectorOf
      ? [wide('Selector', 'string', 'Labels of the pods that belong to the object.', o => selectorText(selectorOf(o)))]
      : []),
  ]
}

interface PodSpecLike {
  containers?: { name?: string; image?: string }[]
}

/** A label selector, or a plain map of labels, as a line; `<none>` if empty, `<unset>`… as kubectl's printers put it. */
export function selectorText(selector: unknown): string {
  if (selector === undefined || selector === null) return '<none>'
  const s = selector as Record<string, unknown>
  const text = selectorToString('matchLabels' in s || 'matchExpressions' in s ? s : { matchLabels: s })
  return text || '<none>'
}

/** Time since a moment in the short form; `<unknown>` without one. */
export function age(time: string | null | undefined, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : '<unknown>'
}

/** A duration in milliseconds as kubectl writes it: 90s, 5m, 3h20m, 4d (k8s.io/apimachinery/pkg/util/duration). */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.trunc(seconds / 60)
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.trunc(seconds / 3600)
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  if (hours < 192) return pair(Math.trunc(hours / 24), 'd', hours % 24, 'h')
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`
  const years = Math.trunc(hours / 24 / 365)
  if (hours < 24 * 365 * 8) return pair(years, 'y', Math.trunc(hours / 24) % 365, 'd')
  return `${years}y`
}

const pair = (a: number, unit: string, b: number, small: string): string =>
  b ? `${a}${unit}${b}${small}` : `${a}${unit}`

/** RWO, ROX, RWX, RWOP. */
export function accessModes(modes: readonly string[] | undefined): string {
  const short: Record<string, string> = {
    ReadWriteOnce: 'RWO',
    ReadOnlyMany: 'ROX',
    ReadWriteMany: 'RWX',
    ReadWriteOncePod: 'RWOP',
  }
  const order = Object.keys(short)
  return order
    .filter(m => modes?.includes(m))
    .map(m => short[m])
    .join(',')
}
