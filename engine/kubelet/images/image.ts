import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.ts'
import { manifestProblems, missingScripts, type ImageManifest } from './manifest.ts'

export type { ImageManifest } from './manifest.ts'

/** An image that this machine has. */
export interface Image extends ImageManifest {
  /** Folder with the program. */
  dir: string
  /** sha256 over the folder's files. */
  digest: string
  sizeBytes: number
}

/** The name of the file that makes a folder an image. */
export const MANIFEST_FILE = 'image.json'

/** What is wrong with an image, a sentence for each problem. */
export class ImageError extends Error {
  readonly problems: string[]

  constructor(what: string, problems: string[]) {
    super(`${what}: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/**
 * Reads an image's folder.
 *
 * @param trusted whether its scripts may lie beside the folder, as those do that the built-in images share
 * @throws ImageError with everything that is wrong with it
 */
export function readImage(dir: string, { trusted = false }: { trusted?: boolean } = {}): Image {
  const manifest = readManifest(dir)
  const problems = manifestProblems(manifest)
  if (problems.length) throw new ImageError(`${join(dir, MANIFEST_FILE)} is not valid`, problems)
  const sound = manifest as ImageManifest
  const missing = trusted ? [] : missingScripts(sound, dir)
  if (missing.length) throw new ImageError(`${join(dir, MANIFEST_FILE)} is not valid`, missing)
  return { ...sound, dir, ...contentOf(dir) }
}

function readManifest(dir: string): unknown {
  const file = join(dir, MANIFEST_FILE)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? `there is no ${MANIFEST_FILE} in it` : messageOf(error)
    throw new ImageError(`${dir} is not an image`, [why])
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImageError(`${file} is not valid`, [messageOf(error)])
  }
}

/** Digest and size of all files of a folder; the same on every platform and at every place. */
export function contentOf(dir: string): { digest: string; sizeBytes: number } {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name))
    .map(file => ({ file, name: relative(dir, file).replaceAll('\\', '/') }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const hash = createHash('sha256')
  let sizeBytes = 0
  for (const { file, name } of files) {
    const content = readFileSync(file)
    // Lengths are part of it: else bytes could move from one file to the next unseen.
    hash.update(`${name}\0${content.length}\0`).update(content)
    sizeBytes += content.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, sizeBytes }
}
