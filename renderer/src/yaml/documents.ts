import { LineCounter, parseAllDocuments, stringify, type Document } from 'yaml'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { Said } from '../text/define.ts'
import type { yamlTexts } from './text.ts'

export interface Mistake {
  /** Offsets in the text. */
  from: number
  to: number
  message: string
  line: number
}

type T = Said<typeof yamlTexts.en>

export interface Parsed {
  /** As they stand, also those that are no objects. */
  documents: readonly Document[]
  objects: { object: KubeObject; line: number }[]
  mistakes: Mistake[]
}

let last: { text: string; language: string; parsed: Parsed } | undefined

/** Reads the documents of a YAML text; empty ones are skipped, lists are unfolded. */
export function parseManifests(text: string, t: T): Parsed {
  // An editor and what stands around it read the same text: a long one is parsed once.
  const language = t.noObject
  if (last?.text !== text || last.language !== language) last = { text, language, parsed: parse(text, t) }
  return last.parsed
}

function parse(text: string, t: T): Parsed {
  const lines = new LineCounter()
  const read = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const documents = Array.isArray(read) ? (read as Document[]) : []
  const parsed: Parsed = { documents, objects: [], mistakes: [] }
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
      const wrong = problemOf(object, t)
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

function problemOf(value: unknown, t: T): string | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) return t.noObject
  const { apiVersion, kind, metadata } = value as Partial<KubeObject>
  if (!apiVersion) return t.noApiVersion
  if (!kind) return t.noKind
  if (!metadata?.name) return t.noName
  return undefined
}

/** An object as YAML for people: who it is comes first, and it is without managed fields unless they are wanted. */
export function toYaml(object: KubeObject, managedFields = false): string {
  const { apiVersion, kind, metadata, ...rest } = object
  const { name, namespace, labels, annotations, managedFields: managed, ...others } = metadata
  const shown = { name, namespace, labels, annotations, ...others, ...(managedFields && { managedFields: managed }) }
  return stringify({ apiVersion, kind, metadata: shown, ...rest }, { lineWidth: 0, aliasDuplicateObjects: false })
}
