import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Files that a volume shows: path inside it → content. */
export type Payload = Map<string, { content: Buffer; mode: number }>

/**
 * Makes a folder hold exactly the payload. Each file is replaced whole, by renaming, so that no reader sees half of it;
 * files that are no longer wanted go. Says whether anything changed.
 */
export function writePayload(folder: string, payload: Payload): boolean {
  mkdirSync(folder, { recursive: true })
  let changed = false
  for (const [path, { content, mode }] of payload) {
    const target = join(folder, path)
    if (existsSync(target) && readFileSync(target).equals(content)) continue
    mkdirSync(dirname(target), { recursive: true })
    const temporary = join(dirname(target), `..${process.pid}.new`)
    writeFileSync(temporary, content)
    chmodSync(temporary, mode)
    renameSync(temporary, target)
    changed = true
  }
  const wanted = new Set(Array.from(payload.keys(), path => join(path)))
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if (wanted.has(relative(folder, path))) continue
    rmSync(path, { force: true })
    changed = true
  }
  return changed
}

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
    for (const [key, content] of data) payload.set(key, { content, mode: defaultMode })
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
function safePath(path: string): string {
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw new Error(`the path "${path}" leads out of the volume`)
  return path
}
