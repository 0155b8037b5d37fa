import { isMap, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml'
import type { Said } from '../../text/define.ts'
import type { yamlTexts } from '../text.ts'
import type { Schema, SchemaTree } from './openapi.ts'

/** Something in a document that does not fit the schema. Offsets are those of the text. */
export interface Finding {
  from: number
  to: number
  severity: 'error' | 'warning'
  message: string
}

type T = Said<typeof yamlTexts.en>

const MOST = 200

/** What the server would refuse, or drop, of a document: unknown fields, wrong types, values that are none of those allowed, missing ones. */
export function checkDocument(document: Document, tree: SchemaTree, root: Schema, t: T): Finding[] {
  const findings: Finding[] = []
  const find = (
    node: { range?: readonly number[] | null } | null | undefined,
    finding: Omit<Finding, 'from' | 'to'>,
  ) => {
    const [from = 0, to = from + 1] = node?.range ?? []
    if (findings.length < MOST) findings.push({ from, to: Math.max(to, from + 1), ...finding })
  }

  const check = (node: Node | null, schema: Schema, path: string, at: Node | null): void => {
    const plain = tree.plain(schema)
    const types = tree.types(plain)
    const type = typeOf(node)
    // A key without a value: it is being written, and the server takes it for absent.
    if (type === 'null' || type === 'unknown') return
    if (types.length && !types.includes(type) && !(type === 'integer' && types.includes('number'))) {
      find(node, { severity: 'error', message: t.wrongType(path, tree.typeText(plain), type) })
      return
    }
    if (isMap(node)) return checkMap(node.items as Pair<Node, Node | null>[], plain, path, at ?? node)
    if (isSeq(node) && plain.items)
      return node.items.forEach((item, i) => check(item as Node, plain.items!, `${path}[${i}]`, item as Node))
    if (isScalar(node) && plain.enum && !plain.enum.includes(node.value as string))
      find(node, { severity: 'warning', message: t.notAllowed(path, plain.enum.join(', ')) })
  }

  const checkMap = (pairs: Pair<Node, Node | null>[], schema: Schema, path: string, at: Node) => {
    const there = new Set<string>()
    for (const { key, value } of pairs) {
      const name = String(isScalar(key) ? key.value : key)
      there.add(name)
      const inner = path ? `${path}.${name}` : name
      const field = tree.step(schema, name)
      if (field) check(value, field, inner, key)
      else if (!tree.isOpen(schema))
        find(key, { severity: 'warning', message: t.unknownField(inner, close(name, schema)) })
    }
    for (const name of tree.mustHave(schema))
      if (!there.has(name)) find(at, { severity: 'warning', message: t.missing(path ? `${path}.${name}` : name) })
  }

  check(document.contents as Node | null, root, '', null)
  // A missing field is told where its object begins, not along all of it.
  return findings.map(f => ({ ...f, to: Math.min(f.to, f.from + MOST) }))
}

function typeOf(node: Node | null): string {
  if (isMap(node)) return 'object'
  if (isSeq(node)) return 'array'
  if (!isScalar(node)) return node === null ? 'null' : 'unknown'
  const { value } = node
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

/** The field that was probably meant: the same but for case, or but for one letter. */
function close(name: string, { properties = {} }: Schema): string {
  const lower = name.toLowerCase()
  return Object.keys(properties).find(p => p.toLowerCase() === lower || isOneEditAway(p.toLowerCase(), lower)) ?? ''
}

function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  const [restA, restB] = [a.slice(i), b.slice(i)]
  return restA.slice(1) === restB || restA === restB.slice(1) || restA.slice(1) === restB.slice(1)
}
