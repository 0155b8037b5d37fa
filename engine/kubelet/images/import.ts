import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createReadStream } from 'node:fs'
import { join, posix } from 'node:path'
import { createGunzip } from 'node:zlib'
import { messageOf, UserError } from '../../base/errors.ts'
import { ImageError, MANIFEST_FILE, readImage, type Image } from './image.ts'
import { parseReference, referenceProblem } from './reference.ts'
import { SETTINGS_FILE, type ImageSettings } from './store.ts'
import { readTar } from './tar.ts'

/** Images are small: what is larger was not meant. */
const MOST_BYTES = 512 << 20
const MOST_FILES = 10_000

/**
 * Puts an image into a lab's folder, from a folder or from an archive (`.tar`, `.tar.gz`, `.tgz`) of one. An image with
 * the same first name is replaced. It is there whole or not at all.
 *
 * @param names what it is to be called; absent: what its image.json says. A tag becomes the only one that is served
 * @throws UserError with everything that is wrong with it
 */
export async function importImage(source: string, into: string, names: string[] = []): Promise<Image> {
  mkdirSync(into, { recursive: true, mode: 0o700 })
  const work = mkdtempSync(join(into, '.new-'))
  try {
    const dir = join(work, 'image')
    await bring(source, dir)
    if (names.length) rename(dir, names)
    const image = readImage(dir)
    const place = join(into, folderName(image.names[0]))
    rmSync(place, { recursive: true, force: true })
    renameSync(dir, place)
    return { ...image, dir: place }
  } catch (error) {
    if (error instanceof UserError) throw error
    if (error instanceof ImageError)
      throw new UserError(`${source} cannot be added: ${error.problems.join('; ')}`, `Mend its ${MANIFEST_FILE}.`, {
        cause: error,
      })
    throw new UserError(
      `${source} cannot be added: ${messageOf(error)}`,
      'Give a folder or a .tar with an image.json.',
      {
        cause: error,
      },
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Takes an image that was added from a lab's folder. */
export function removeImage(image: Image): void {
  rmSync(image.dir, { recursive: true, force: true })
}

/** Changes what a lab allows its images. Machines that run see it at once. */
export function writeImageSettings(into: string, settings: ImageSettings): void {
  mkdirSync(into, { recursive: true, mode: 0o700 })
  const file = join(into, SETTINGS_FILE)
  writeFileSync(`${file}.new`, JSON.stringify(settings) + '\n', { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

async function bring(source: string, dir: string): Promise<void> {
  if (!existsSync(source)) throw new UserError(`There is no ${source}.`, 'Name a folder or a .tar with an image.json.')
  if (lstatSync(source).isDirectory()) copyFolder(source, dir)
  else await unpack(source, dir)
}

function copyFolder(source: string, dir: string): void {
  if (!existsSync(join(source, MANIFEST_FILE)))
    throw new UserError(
      `There is no ${MANIFEST_FILE} in ${source}.`,
      existsSync(join(source, 'Dockerfile')) ? BUILD : WRITE,
    )
  const entries = readdirSync(source, { recursive: true, withFileTypes: true })
  const link = entries.find(e => e.isSymbolicLink())
  if (link)
    throw new UserError(
      `${join(link.parentPath, link.name)} is a symbolic link, which could lead out of the image.`,
      'Put the file itself there.',
    )
  checkSize(
    entries.filter(e => e.isFile()).map(e => lstatSync(join(e.parentPath, e.name)).size),
    source,
  )
  cpSync(source, dir, { recursive: true })
}

async function unpack(source: string, dir: string): Promise<void> {
  const raw = createReadStream(source)
  const stream = /\.t?gz$/.test(source) ? raw.pipe(createGunzip()) : raw
  const files: { name: string; content: Buffer; executable: boolean }[] = []
  let total = 0
  for await (const entry of readTar(stream)) {
    const name = posix.normalize(entry.name.replaceAll('\\', '/'))
    if (name.startsWith('../') || name === '..' || posix.isAbsolute(name) || /^[A-Za-z]:/.test(name))
      throw new UserError(
        `${source} holds ${entry.name}, which lies outside of it.`,
        'Pack the folder anew, from inside it.',
      )
    if (entry.type === 'link')
      throw new UserError(`${source} holds a link, ${entry.name}.`, 'Pack the files themselves: tar -h.')
    if (entry.type !== 'file') continue
    files.push({ name, content: entry.content, executable: (entry.mode & 0o111) !== 0 })
    total += entry.content.length
    if (files.length > MOST_FILES || total > MOST_BYTES) checkSize([total, ...files.map(() => 0)], source)
  }
  const has = (name: string) => files.some(f => f.name === name)
  if (has('manifest.json') || has('oci-layout') || has('repositories'))
    throw new UserError(
      `${source} is an image of Docker or of an OCI registry: layers of a Linux file system, which need a container engine.`,
      `A pod here is a process of this machine. ${WRITE}`,
    )
  // An archive of the folder itself, or of what is in it.
  const top = has(MANIFEST_FILE)
    ? ''
    : (files.find(f => /^[^/]+\/image\.json$/.test(f.name))?.name.split('/')[0] ?? '') + '/'
  if (!has(top + MANIFEST_FILE) || top === '/') throw new UserError(`There is no ${MANIFEST_FILE} in ${source}.`, WRITE)
  for (const { name, content, executable } of files) {
    if (!name.startsWith(top)) continue
    const file = join(dir, name.slice(top.length))
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, content, { mode: executable ? 0o755 : 0o644 })
  }
}

function checkSize(sizes: number[], source: string): void {
  const total = sizes.reduce((a, b) => a + b, 0)
  if (sizes.length <= MOST_FILES && total <= MOST_BYTES) return
  throw new UserError(
    `${source} is too large for an image: more than ${MOST_FILES} files or ${MOST_BYTES >> 20} MiB.`,
    'Bundle the program into few files, and mount large data as a volume.',
  )
}

/** Other names; a tag among them becomes the tag that is served. */
function rename(dir: string, names: string[]): void {
  const image = readImage(dir)
  for (const name of names) {
    const problem = referenceProblem(name) ?? (name.includes('@') ? 'a digest cannot be chosen' : undefined)
    if (problem) throw new UserError(`"${name}" cannot be a name: ${problem}.`, 'Write it as NAME or NAME:TAG.')
  }
  const tags = names.filter(n => /:[^/]*$/.test(n)).map(n => parseReference(n).tag)
  const { dir: _dir, digest: _digest, sizeBytes: _size, ...manifest } = image
  const renamed = {
    ...manifest,
    names: [...new Set(names.map(n => parseReference(n).name))],
    ...(tags.length ? { tags: [...new Set(tags)], tagPattern: undefined } : {}),
  }
  writeFileSync(join(dir, MANIFEST_FILE), JSON.stringify(renamed, null, 2) + '\n')
}

function folderName(name: string): string {
  return name.replace(/[^a-z0-9._-]/g, '_')
}

const WRITE = 'Write one, with names, runs and entry; `kubarium lab image show nginx -o json` shows an example.'
const BUILD = 'A Dockerfile cannot be built here. ' + WRITE
