import type { KubeObject } from '../../../../../engine/api/object.ts'
import { ResponseError, type StatusBody } from '../../../../../engine/client/errors.ts'
import type { Cluster } from '../../connection/cluster.ts'

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: KubeObject
}

/** The changes of a collection from a version on, until the server ends the watch or the signal aborts. */
export async function* watchResource(
  cluster: Cluster,
  path: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
  accept?: string,
): AsyncGenerator<WatchEvent> {
  const response = await cluster.stream('GET', path, { query: { ...query, watch: 'true' }, accept, signal })
  response.setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of response) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (!line) continue
        const event = JSON.parse(line) as WatchEvent
        if (event.type === 'ERROR')
          throw new ResponseError((event.object as StatusBody).code ?? 500, event.object as StatusBody)
        if (event.type !== 'BOOKMARK') yield event
      }
    }
  } catch (error) {
    if (!signal?.aborted) throw error
  } finally {
    response.destroy()
  }
}
