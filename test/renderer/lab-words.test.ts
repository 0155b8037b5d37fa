import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { labWords } from '../../renderer/src/text/lab-words.ts'
import { root } from '../../tools/sources.ts'

/** What only the command line and the app's shell meet: a lab that is made, saved, started or looked for, before there is a page. */
const BEFORE_PAGES = /(archive[\\/].*|balancer|client|config|external-etcd|host-record|provision)\.ts$/

/** The words that the lab server gives pages with its refusals: `new UserError(message, advice)`, with what varies as X0, X1 … */
function refusals(): string[] {
  const said = new Set<string>()
  for (const file of globSync('engine/lab/**/*.ts', { cwd: root })) {
    if (BEFORE_PAGES.test(file)) continue
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'UserError')
        for (const argument of node.arguments ?? []) {
          const words = wordsOf(argument)
          if (words !== undefined) said.add(words)
        }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return [...said]
}

/** Undefined for what is not written there: words of other programs. */
function wordsOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map(({ literal }, i) => `X${i}${literal.text}`).join('')
}

describe('words of the lab server', () => {
  const all = refusals()

  it('are found where they are said', () => {
    expect(all.length).toBeGreaterThan(30)
    expect(all).toContain('Machine X0 does not run.')
  })

  it.each(all)('are there in Korean, with all that varies: %s', words => {
    const korean = labWords(words, 'ko')
    expect(korean).toMatch(/[가-힣]/)
    expect([...korean.matchAll(/X\d/g)].flat().sort()).toEqual([...words.matchAll(/X\d/g)].flat().sort())
    expect(labWords(words, 'en')).toBe(words)
  })

  it('stay as they are where nobody knows them, as those of Kubernetes', () => {
    const words = 'pods "web" is forbidden: exceeded quota: small'
    expect(labWords(words, 'ko')).toBe(words)
  })

  it('take the nearest meaning', () => {
    expect(labWords('Machine worker-1 did not come up: no disk', 'ko')).toBe(
      '머신 worker-1이(가) 뜨지 못했습니다: no disk',
    )
    expect(labWords('master-4 did not come up: no disk', 'ko')).toBe('master-4이(가) 뜨지 못했습니다: no disk')
  })
})
