import { connection } from '../cluster/connection.svelte.ts'
import { request } from '../cluster/rest.ts'
import type { LogSource } from './targets.ts'
import type { LineAt } from './view.ts'

/** A node is not asked for more of one log. */
const MOST_BYTES = 64 << 20
const BATCH = 10_000

/** Lines as they are shown, each with its time and, if there are several sources, whose it is. */
export function textOfLines(lines: Iterable<LineAt>, names: ReadonlyMap<number, string>): Blob {
  const parts: string[] = []
  let batch: string[] = []
  for (const { time, source, raw, text } of lines) {
    const name = names.get(source)
    batch.push(`${time ? new Date(time).toISOString() : '-'} ${name === undefined ? '' : `${name} `}${raw ?? text}\n`)
    if (batch.length === BATCH) {
      parts.push(batch.join(''))
      batch = []
    }
  }
  return new Blob([...parts, batch.join('')], { type: 'text/plain' })
}

/** The logs as those that keep them have them, one after the other. @throws ApiError */
export async function fetchWhole(
  sources: readonly LogSource[],
  previous: boolean,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const parts: (string | Blob)[] = []
  for (const [i, { place, name }] of sources.entries()) {
    onProgress(i)
    const path =
      place.kind === 'lab'
        ? `/lab/v1/logs/${encodeURIComponent(place.name)}?tail=1000000`
        : `${connection.cluster}/api/v1/namespaces/${place.namespace}/pods/${encodeURIComponent(place.pod)}/log?` +
          String(
            new URLSearchParams({
              ...{ container: place.container, timestamps: 'true', previous: String(previous) },
              limitBytes: String(MOST_BYTES),
            }),
          )
    const response = await request(path, { signal })
    if (sources.length > 1) parts.push(`==> ${name} <==\n`)
    parts.push(await response.blob())
  }
  return new Blob(parts, { type: 'text/plain' })
}

/** Gives a file to the browser, which asks the user or puts it with the others. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replace(/[^\w.-]+/g, '-')
  link.click()
  URL.revokeObjectURL(link.href)
}
