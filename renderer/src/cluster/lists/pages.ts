import { forgetManagedFields } from './managed-fields.ts'

/** Pages of so many objects: few requests, and none that would fill the memory. */
const PAGE = 2_500
/** So many objects are handed over as one text, which is read in a millisecond or two. */
const BATCH = 100

export interface ListTask {
  task: number
  /** Path with query. */
  path: string
  /** Where the list goes on. */
  token: string
  headers: [string, string][]
}

/** What a worker says of a task: objects as JSON, the end with the version of the list, or that it could not be read. */
export type ListAnswer =
  | { task: number; batch: string }
  | { task: number; version: string }
  | { task: number; refused: { status: number; text: string } }
  | { task: number; broken: string }

interface Body {
  metadata?: { resourceVersion?: string; continue?: string }
  items?: Listed[] | null
  rows?: { object?: Listed }[] | null
}
interface Listed {
  metadata?: { managedFields?: unknown }
}

/**
 * Reads the rest of a list, and hands it over in batches: the next page is on its way while this one is read. Who manages which field
 * is half of what is listed; nobody looks at that in a list, so it stays here.
 */
export async function readPages(
  { task, path, token, headers }: ListTask,
  get: (path: string, headers: [string, string][]) => Promise<Response>,
  tell: (answer: ListAnswer) => void,
): Promise<void> {
  const ask = (from: string) =>
    get(`${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}&continue=${encodeURIComponent(from)}`, headers)
  let answer = ask(token)
  for (;;) {
    const response = await answer
    if (!response.ok) return tell({ task, refused: { status: response.status, text: await response.text() } })
    const body = (await response.json()) as Body
    const next = body.metadata?.continue
    if (next) answer = ask(next)
    const objects: readonly (Listed | { object?: Listed })[] = body.items ?? body.rows ?? []
    for (let i = 0; i < objects.length; i += BATCH)
      tell({ task, batch: JSON.stringify(objects.slice(i, i + BATCH).map(trimmed)) })
    if (!next) return tell({ task, version: body.metadata?.resourceVersion ?? '' })
  }
}

function trimmed<T extends Listed | { object?: Listed }>(listed: T): T {
  const { metadata } = ('object' in listed ? listed.object : (listed as Listed)) ?? {}
  if (metadata) forgetManagedFields(metadata)
  return listed
}
