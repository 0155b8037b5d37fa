import {
  fieldSelectorToString,
  parseFieldSelector,
  parseLabelSelector,
  selectorToString,
} from '../../../../engine/api/selector.ts'
import type { Row } from './rows.ts'

/** What a list is narrowed to by the server, in the language of `kubectl -l` and `--field-selector`; empty for all. */
export interface Selectors {
  labels: string
  fields: string
}

export type SelectorPart = keyof Selectors

/** One requirement of a selector, as a chip shows it. */
export interface Term {
  part: SelectorPart
  text: string
}

/** The requirements of both selectors, one by one. What cannot be read stays whole: the server says what is wrong with it. */
export function termsOf(selectors: Selectors): Term[] {
  return (['labels', 'fields'] as const).flatMap(part => split(part, selectors[part]).map(text => ({ part, text })))
}

/**
 * The selectors with what was typed added to one of them; what is there already is not added twice.
 * @throws Error that says what is wrong with it
 */
export function addTerms(selectors: Selectors, part: SelectorPart, text: string): Selectors {
  const added = part === 'labels' ? labelTerms(text) : fieldTerms(text)
  const terms = [...split(part, selectors[part]), ...added]
  return { ...selectors, [part]: [...new Set(terms)].join(',') }
}

export function removeTerm(selectors: Selectors, { part, text }: Term): Selectors {
  const rest = split(part, selectors[part]).filter(term => term !== text)
  return { ...selectors, [part]: rest.join(',') }
}

/** A path with the selectors as its query. */
export function withSelectors(path: string, { labels, fields }: Selectors): string {
  const query = new URLSearchParams()
  if (labels) query.set('labelSelector', labels)
  if (fields) query.set('fieldSelector', fields)
  return query.size ? `${path}?${query}` : path
}

const MOST_SUGGESTED = 60
/** The API server selects by these fields of every kind, and by a few more of some. */
const COMMON_FIELDS = ['metadata.name', 'metadata.namespace']
const FIELDS: Record<string, readonly string[]> = {
  pods: ['status.phase', 'spec.nodeName', 'spec.serviceAccountName', 'spec.restartPolicy', 'status.podIP'],
  nodes: ['spec.unschedulable'],
  events: ['type', 'reason', 'involvedObject.kind', 'involvedObject.name'],
  secrets: ['type'],
  namespaces: ['status.phase'],
  jobs: ['status.successful'],
  replicasets: ['status.replicas'],
}

/** What could be typed: labels that are in use, those of most objects first, or fields of the kind. */
export function suggestions(part: SelectorPart, resource: string, rows: readonly Row[]): string[] {
  if (part === 'fields') return [...COMMON_FIELDS, ...(FIELDS[resource] ?? [])].map(field => `${field}=`)
  const counts = new Map<string, number>()
  for (const { metadata } of rows)
    for (const [key, value] of Object.entries(metadata.labels ?? {}))
      counts.set(`${key}=${value}`, (counts.get(`${key}=${value}`) ?? 0) + 1)
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_SUGGESTED)
    .map(([term]) => term)
}

function split(part: SelectorPart, text: string): string[] {
  if (!text) return []
  try {
    return part === 'labels' ? labelTerms(text) : fieldTerms(text)
  } catch {
    return [text] // from an address that somebody wrote by hand
  }
}

function labelTerms(text: string): string[] {
  return parseLabelSelector(text).requirements.map(r => selectorToString({ requirements: [r] }))
}

function fieldTerms(text: string): string[] {
  return parseFieldSelector(text).requirements.map(r => fieldSelectorToString({ requirements: [r] }))
}
