import { session } from '../lab/session.svelte.ts'
import { connection } from './connection.svelte.ts'
import { ListReader, ListRefused } from './lists/reader.ts'
import { startHere, startWorker } from './lists/start-worker.ts'
import type { ListBody, Transport } from './reflector.ts'
import { errorOf, request } from './rest.ts'
import { openStream } from './streams.ts'

const reader = new ListReader(startWorker, startHere)

/** The page's way to the cluster that it looks at. What follows the first page of a list is read by a worker. */
export const transport: Transport = {
  async list(path, accept, signal) {
    const response = await request(connection.cluster + path, { signal, headers: { accept } })
    return (await response.json()) as ListBody
  },
  async *rest(path, token, accept, signal) {
    const headers = [...new Headers(session.sign({ headers: { accept } }).headers)] as [string, string][]
    try {
      return yield* reader.read({ path: connection.cluster + path, token, headers }, signal)
    } catch (error) {
      throw error instanceof ListRefused ? await errorOf(new Response(error.text, { status: error.status })) : error
    }
  },
  watch: (path, accept, signal) => openStream(connection.cluster + path, accept, signal),
}
