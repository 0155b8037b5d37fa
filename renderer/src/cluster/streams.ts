import { session } from '../lab/session.svelte.ts'
import { socketBase } from '../shell/desktop.ts'
import { ApiError } from './api-error.ts'
import { errorOf } from './rest.ts'
import { StreamClient } from './stream-client.ts'

const client = new StreamClient(() => new WebSocket(`${socketBase()}/lab/v1/streams`, session.protocols))

/**
 * The text of an answer that goes on for long, as it comes.
 * @throws ApiError for every answer that is not a success, and if nothing answers
 */
export async function openStream(path: string, accept: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
  const { status, text } = await client.open(path, accept, signal).catch((error: unknown) => {
    if (signal.aborted) throw error
    throw new ApiError(0, 'Unreachable', error instanceof Error ? error.message : String(error))
  })
  if (status >= 200 && status < 300) return text
  let body = ''
  for await (const piece of text) body += piece
  throw await errorOf(new Response(body, { status }))
}
