/** Files that a volume shows: path inside it → content. */
export type Payload = Map<string, { content: Buffer; mode: number }>

interface Item {
  key?: string
  path?: string
  mode?: number
}

/** Picks the wanted keys of a ConfigMap's or Secret's data. @throws Error if a key is missing and not optional. */
export function selectItems(
  data: Map<string, Buffer>,
  items: Item[] | undefined,
  defaultMode: number,
  optional: boolean,
  describe: (key: string) => string,
): Payload {
  const payload: Payload = new Map()
  if (!items?.length) {
    for (const [key, content] of data) payload.set(safePath(key), { content, mode: defaultMode })
    return payload
  }
  for (const { key, path, mode } of items) {
    const content = data.get(key!)
    if (content) payload.set(safePath(path!), { content, mode: mode ?? defaultMode })
    else if (!optional) throw new Error(describe(key!))
  }
  return payload
}

/** @throws Error for a path that would leave the volume. The API server refuses those too. */
export function safePath(path: string): string {
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw new Error(`the path "${path}" leads out of the volume`)
  return path
}
