import { messageOf, UserError } from '../../engine/base/errors.ts'
import type { ShellTexts } from './texts/shell.ts'

/** What went wrong, and what to do. */
export function sayWhy(error: unknown, { fromEngine }: ShellTexts): string {
  if (!(error instanceof UserError)) return fromEngine(messageOf(error))
  return [error.message, error.advice].filter(Boolean).map(fromEngine).join('\n\n')
}
