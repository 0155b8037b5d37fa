import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { walk } from './sources.ts'

const STAGING = '.new-'
/** A builder that has not come to its end in so long was ended. */
const ABANDONED_MS = 3_600_000

/** A name for the folder in which a build is made before its files take the places of older ones, beside those. */
export function stagingFolder(dir: string): string {
  return join(dir, `${STAGING}${process.pid}-${Date.now()}`)
}

/**
 * Moves all files of a folder into another one, each by one rename: who reads at the same time sees old or new files,
 * none that are half written, and two builders do not meet. Files in sub-folders come first, since those above load them.
 */
export function installFiles(from: string, to: string): void {
  const depth = (path: string) => path.split(/[/\\]/).length
  const files = [...walk(from)].map(file => relative(from, file))
  const isChunk = (file: string) => file.includes('chunk-')
  files.sort((a, b) => Number(isChunk(b)) - Number(isChunk(a)) || depth(b) - depth(a))
  for (const file of files) {
    mkdirSync(join(to, dirname(file)), { recursive: true })
    renameSync(join(from, file), join(to, file))
  }
  rmSync(from, { recursive: true, force: true })
}

/** Removes what builders left that were ended. */
export function removeAbandoned(dir: string): void {
  for (const name of readdirSync(dir)) {
    const folder = join(dir, name)
    if (!name.startsWith(STAGING)) continue
    const info = statSync(folder, { throwIfNoEntry: false })
    if (info && Date.now() - info.mtimeMs > ABANDONED_MS) rmSync(folder, { recursive: true, force: true })
  }
}
