import { createRequire } from 'node:module'
import { badRequest } from '../status.ts'
import type { Decoded } from './json.ts'

/** Parses YAML (one document, booleans as in YAML 1.1) and finds duplicate keys. JSON is YAML, too. */
export function decodeYAML(text: string): Decoded {
  const yaml = loadYAML()
  const document = yaml.parseDocument(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    merge: true,
    uniqueKeys: false,
    customTags: tags =>
      tags.filter(
        tag =>
          typeof tag === 'string' ||
          (!(tag.tag && EXOTIC_TAG.test(tag.tag)) && !('format' in tag && tag.format === 'TIME')),
      ),
  })
  const error = document.errors[0]
  if (error) {
    const line = error.linePos?.[0].line ?? 1
    const what =
      error.code === 'BLOCK_AS_IMPLICIT_KEY' || /not allowed in compact mappings|implicit key/i.test(error.message)
        ? 'mapping values are not allowed in this context'
        : error.message.split(' at line')[0]
    throw badRequest(line > 1 ? `yaml: line ${line}: ${what}` : `yaml: ${what}`)
  }
  const duplicates: string[] = []
  const visit = (node: unknown, path: string): void => {
    if (yaml.isMap(node)) {
      const seen = new Set<string>()
      for (const pair of node.items) {
        const key = String(yaml.isScalar(pair.key) ? pair.key.value : pair.key)
        const at = path ? `${path}.${key}` : key
        if (seen.has(key)) duplicates.push(at)
        seen.add(key)
        visit(pair.value, at)
      }
    } else if (yaml.isSeq(node)) node.items.forEach((item, i) => visit(item, `${path}[${i}]`))
  }
  visit(document.contents, '')
  return { value: stringKeys(document.toJS({ mapAsMap: false, maxAliasCount: 1000 })), duplicates }
}

const EXOTIC_TAG = /:(timestamp|binary|omap|pairs|set)$/

/** YAML maps may have keys of any type; JSON's are strings. */
function stringKeys(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  return value
}

type YAML = typeof import('yaml')
let yamlModule: YAML | undefined
/** The parser is heavy and most requests are JSON: it is loaded with the first YAML body. */
function loadYAML(): YAML {
  return (yamlModule ??= createRequire(import.meta.url)('yaml') as YAML)
}
