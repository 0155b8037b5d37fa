import { ApiError } from '../../cluster/api-error.ts'
import { explain } from '../../cluster/rest.ts'

/** Why the API server refused, in its words, with each cause on a line where there are several: one is in the message already. */
export function refusalOf(error: unknown): { title: string; text?: string } {
  const { title, text } = explain(error)
  const causes = error instanceof ApiError && error.causes.length > 1 ? error.causes : []
  const lines = causes.map(({ field, message }) => (field ? `${field}: ${message ?? ''}` : (message ?? '')))
  const more = [...lines, ...(text ? [text] : [])].join('\n')
  return more ? { title, text: more } : { title }
}
