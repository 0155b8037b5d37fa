import { LineCounter, parseAllDocuments, stringify } from 'yaml'
import type { KubeObject } from '../../../engine/api/object.ts'

export interface Mistake {
  /** Offsets in the text. */
  from: number
  to: number
  message: string
  line: number
}

export interface Parsed {
  objects: { object: KubeObject; line: number }[]
  mistakes: Mistake[]
}

/** Reads the documents of a YAML text; empty ones are skipped, lists are unfolded. */
export function parseManifests(text: string): Parsed {
  const lines = new LineCounter()
  const parsed: Parsed = { objects: [], mistakes: [] }
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  if (!Array.isArray(documents)) return parsed
  for (const document of documents) {
    for (const { pos, message } of document.errors)
      parsed.mistakes.push({
        from: pos[0],
        to: Math.max(pos[1], pos[0] + 1),
        message,
        line: lines.linePos(pos[0]).line,
      })
    if (document.errors.length) continue
    const value = document.toJS() as unknown
    if (value === null || value === undefined) continue
    const from = document.contents?.range?.[0] ?? 0
    const line = lines.linePos(from).line
    for (const object of unfold(value)) {
      const wrong = problemOf(object)
      if (wrong) parsed.mistakes.push({ from, to: from + 1, message: wrong, line })
      else parsed.objects.push({ object: object as KubeObject, line })
    }
  }
  return parsed
}

function unfold(value: unknown): unknown[] {
  const list = value as { kind?: string; items?: unknown[] }
  return typeof list === 'object' && list.kind?.endsWith('List') && Array.isArray(list.items) ? list.items : [value]
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || Array.isArray(value))
    return 'This document is no object: it needs apiVersion, kind and metadata.'
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>
  if (!apiVersion) return 'apiVersion is missing, such as “v1” or “apps/v1”.'
  if (!kind) return 'kind is missing, such as “Deployment”.'
  if (!metadata?.name) return 'metadata.name is missing.'
  return undefined
}

/** An object as YAML for people: without managed fields unless they are wanted. */
export function toYaml(object: KubeObject, managedFields = false): string {
  const { apiVersion, kind, metadata, ...rest } = object
  const { managedFields: managed, ...shown } = metadata
  return stringify(
    { apiVersion, kind, metadata: managedFields && managed ? { ...shown, managedFields: managed } : shown, ...rest },
    { lineWidth: 0, aliasDuplicateObjects: false },
  )
}
