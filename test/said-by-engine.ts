import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../tools/sources.ts'

/** What only the command line and the app's shell meet: a lab that is made, saved, started or looked for, before there is a page. */
const BEFORE_PAGES = /(archive[\\/].*|balancer|client|config|external-etcd|host-record|provision)\.ts$/
/** Says what it says before it knows in which language. */
const BEFORE_LANGUAGE = /places\.ts$/
/** Make an error of the reason that they are given. */
const REASONS = new Set(['noArchive', 'damagedArchive'])

/**
 * The words of the engine's refusals: `new UserError(message, advice)`, with what varies as X0, X1 …
 * @param who those that pages are told by the lab server, or those that are told before there is a page
 */
export function refusals(who: 'server' | 'shell'): string[] {
  const said = new Set<string>()
  const files = globSync('engine/lab/**/*.ts', { cwd: root }).filter(
    file => BEFORE_PAGES.test(file) === (who === 'shell'),
  )
  if (who === 'shell')
    files.push(...globSync('app/{desktop/*,cli/lab/up}.ts', { cwd: root }).filter(file => !BEFORE_LANGUAGE.test(file)))
  for (const file of files) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
    const add = (node: ts.Expression) => {
      const words = wordsOf(node)
      if (words !== undefined) said.add(words)
    }
    const visit = (node: ts.Node): void => {
      if (ts.isNewExpression(node) && node.expression.getText() === 'UserError') node.arguments?.forEach(add)
      if (ts.isCallExpression(node) && REASONS.has(node.expression.getText()) && node.arguments[1])
        add(node.arguments[1])
      if (ts.isReturnStatement(node) && node.expression && isReason(node)) add(node.expression)
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  return [...said]
}

/** In a function that says what is wrong, or nothing. */
function isReason(node: ts.Node): boolean {
  for (let up = node.parent; up; up = up.parent)
    if (ts.isFunctionDeclaration(up)) return /[pP]roblem(Of)?$/.test(up.name?.text ?? '')
  return false
}

/** Undefined for what is not written there: words of other programs. */
function wordsOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) return undefined
  return node.head.text + node.templateSpans.map(({ literal }, i) => `X${i}${literal.text}`).join('')
}

/** What stands for what varies in a sentence, in order. */
export const variablesOf = (text: string): string[] => [...text.matchAll(/X\d/g)].flat().sort()
