import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse, type AST } from 'svelte/compiler'
import { describe, expect, it } from 'vitest'
import type { Texts, Translated } from '../../renderer/src/text/define.ts'
import { root } from '../../tools/sources.ts'

const sources = join(root, 'renderer/src')
const files = globSync('**/{text,*-text}.ts', { cwd: sources }).sort()
const components = globSync('**/*.svelte', { cwd: sources }).sort()

/** Names that are the same in every language. */
const NAMES = /^(Kubarium|Kubernetes|Apache-2\.0|Ctrl K|YAML|JSON|CPU|UID|IP|HPA|RBAC|p50|p99|API|URL)$/
/** Attributes of our components and of HTML that people read. */
const READ = new Set(['title', 'label', 'text', 'placeholder', 'aria-label', 'alt', 'hint', 'subtitle', 'name'])

async function textsOf(file: string): Promise<[string, Translated<Texts>][]> {
  const module = (await import(pathToFileURL(join(sources, file)).href)) as Record<string, Translated<Texts>>
  return Object.entries(module)
}

/** A text as a reader sees it; functions get words and figures to put in. */
function sample(text: unknown): string {
  return typeof text === 'function'
    ? String((text as (...values: unknown[]) => string)(3, 'x', 'y', 'z'))
    : String(text)
}

describe('texts', () => {
  it.each(files)('of %s are there in every language, and say something', async file => {
    for (const [name, { en, ko }] of await textsOf(file)) {
      expect(Object.keys(ko).sort(), name).toEqual(Object.keys(en).sort())
      for (const key of Object.keys(en)) {
        expect(sample(en[key]).trim(), `${name}.${key} in English`).not.toBe('')
        expect(sample(ko[key]).trim(), `${name}.${key} in Korean`).not.toBe('')
        expect(typeof ko[key], `${name}.${key}`).toBe(typeof en[key])
      }
    }
  })

  it.each(files)('of %s are Korean in Korean, but for names', async file => {
    for (const [name, { en, ko }] of await textsOf(file))
      for (const key of Object.keys(en)) {
        const said = sample(ko[key])
        const words = said.replace(/(?<!\p{L})[xyz]|3/gu, '')
        if (!/\p{L}/u.test(words)) continue // only names and figures, in an order of their own
        if (said !== sample(en[key])) expect(said, `${name}.${key}`).toMatch(/\p{Script=Hangul}/u)
        else expect(said, `${name}.${key} is not translated`).not.toMatch(/[a-z]{2,} [a-z]{2,}/)
      }
  })

  it.each(components)('are nowhere in %s itself', file => {
    expect(sentencesOf(readFileSync(join(sources, file), 'utf8'))).toEqual([])
  })
})

/** What a component says that is not in a text file. */
function sentencesOf(source: string): string[] {
  const found: string[] = []
  const say = (text: string) => {
    const words = text.replace(/\s+/g, ' ').trim()
    if (/\p{L}{2}/u.test(words) && !NAMES.test(words)) found.push(words)
  }
  const visit = (node: unknown, inElement: string): void => {
    if (Array.isArray(node)) return node.forEach(n => visit(n, inElement))
    if (typeof node !== 'object' || node === null) return
    const { type, name, value, data, ...rest } = node as AST.BaseNode & Record<string, unknown>
    if (type === 'Text' && inElement !== 'kbd' && inElement !== 'code') say(String(data))
    if (type === 'Attribute') {
      const own = /^[A-Z]/.test(inElement)
        ? READ.has(String(name))
        : READ.has(String(name)) && name !== 'name' && name !== 'text'
      if (own && !(inElement === 'Icon' && name === 'name'))
        for (const part of [value].flat() as AST.Text[]) if (part.type === 'Text') say(part.data)
      return
    }
    const element = type === 'RegularElement' || type === 'Component' ? String(name) : inElement
    for (const [key, child] of Object.entries(rest)) if (key !== 'metadata') visit(child, element)
  }
  visit(parse(source, { modern: true }).fragment, '')
  return found
}
