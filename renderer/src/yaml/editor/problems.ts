import type { Diagnostic } from '@codemirror/lint'
import { isMap, type Document } from 'yaml'
import { parseApiVersion } from '../../../../engine/api/object.ts'
import type { Said } from '../../text/define.ts'
import { parseManifests } from '../documents.ts'
import { checkDocument } from '../schema/check.ts'
import { schemas } from '../schema/schemas.ts'
import type { yamlTexts } from '../text.ts'

type T = Said<typeof yamlTexts.en>

/** What is wrong with a text: first as YAML and as objects, then by the schemas of the cluster. */
export async function findProblems(text: string, t: T): Promise<Diagnostic[]> {
  const { documents, mistakes } = parseManifests(text, t)
  const found: Diagnostic[] = mistakes.map(({ from, to, message }) => ({ from, to, severity: 'error', message }))
  for (const document of documents) if (!document.errors.length) found.push(...(await problemsOf(document, t)))
  // The text may end before what a parser expected.
  return found.map(f => ({ ...f, from: Math.min(f.from, text.length), to: Math.min(f.to, text.length) }))
}

async function problemsOf(document: Document, t: T): Promise<Diagnostic[]> {
  const { contents } = document
  if (!isMap(contents)) return []
  const [apiVersion, kind] = [contents.get('apiVersion'), contents.get('kind')]
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || kind === 'List') return []
  const tree = await schemas.tree(apiVersion)
  const at = (field: string) => {
    const [from = 0, to = from + 1] = (contents.get(field, true) as { range?: number[] } | undefined)?.range ?? []
    return { from, to }
  }
  if (!tree) {
    const served = await schemas.groupVersions()
    const known = served.length === 0 || served.includes(apiVersion)
    return known ? [] : [{ ...at('apiVersion'), severity: 'error', message: t.notServed(apiVersion) }]
  }
  const root = tree.root({ ...parseApiVersion(apiVersion), kind })
  if (!root) return [{ ...at('kind'), severity: 'error', message: t.kindNotServed(kind, apiVersion) }]
  return checkDocument(document, tree, root, t)
}
