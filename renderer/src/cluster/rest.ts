/** Talks to the API server of the lab through the lab server, which adds the administrator's identity. */

import { session } from '../lab/session.svelte.ts'
import { settings } from '../shell/settings.svelte.ts'
import { labWords } from '../text/lab-words.ts'
import { ApiError } from './api-error.ts'

export interface Status {
  kind: 'Status'
  message?: string
  reason?: string
  code?: number
  details?: { causes?: { field?: string; message?: string; reason?: string }[] }
}

/** Asks a path of the lab server and reads JSON. @throws ApiError */
export async function requestJSON<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await request(path, init)
  return (await response.json()) as T
}

/** @throws ApiError for every answer that is not a success. */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, session.sign(init))
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiError(0, 'Unreachable', 'The lab does not answer.', 'Is it still running? See `kubarium lab status`.')
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    const body = JSON.parse(text) as Status & { error?: string; advice?: string }
    if (body.error) return new ApiError(response.status, 'Lab', body.error, body.advice)
    return new ApiError(response.status, body.reason ?? '', body.message ?? text, undefined, body.details?.causes)
  } catch {
    if (response.status === 401) session.refused()
    return new ApiError(response.status, '', text.trim() || `${response.status} ${response.statusText}`)
  }
}

/** A message for people from whatever was thrown. */
export function explain(error: unknown): { title: string; text?: string } {
  const said = (text: string) => labWords(text, settings.language)
  if (!(error instanceof ApiError)) return { title: said(error instanceof Error ? error.message : String(error)) }
  return { title: said(error.message), text: error.advice && said(error.advice) }
}
