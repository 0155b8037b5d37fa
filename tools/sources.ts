import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Names, sizes and times of all files of the given folders and files: cheap to get, and different after every edit. */
export function fingerprint(sources: string[]): string {
  const entries: string[] = []
  for (const source of sources)
    for (const file of walk(join(root, source))) {
      const { mtimeMs, size } = statSync(file)
      entries.push(`${relative(root, file)} ${size} ${mtimeMs}`)
    }
  return JSON.stringify(entries.sort())
}

/** All files below a path, or the path itself if it is a file. */
export function* walk(path: string): Generator<string> {
  if (!existsSync(path)) return
  if (!statSync(path).isDirectory()) return yield path
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* walk(join(path, entry.name))
    else yield join(path, entry.name)
  }
}
