import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { codeOf, messageOf, UserError } from '../../base/errors.ts'
import { streamTar, type TarStreamEntry } from '../../kubelet/images/tar.ts'
import { damagedArchive, LIMITS, MANIFEST_NAME, noArchive, readManifest, type ArchiveManifest } from './manifest.ts'

/** A file of an archive, as it goes by. */
export interface PassingFile {
  name: string
  executable: boolean
  /** To be read to its end, which comes only if the bytes are those that the manifest promises. */
  content: AsyncIterable<Buffer>
}

/** Programs that write archives fill them up with blocks. */
const MOST_PADDING = 1 << 20

/**
 * What an archive says of itself. Its files are not looked at.
 * @throws UserError if it is none, or none that this version can read
 */
export async function inspectArchive(path: string): Promise<ArchiveManifest> {
  for await (const step of walkArchive(path)) if ('manifest' in step) return step.manifest
  throw noArchive(path, 'it is empty')
}

/**
 * The manifest of an archive, then each of its files, in the manifest's order. All of them have come when this ends by itself.
 * @throws UserError for anything that is not as the manifest says
 */
export async function* walkArchive(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<{ manifest: ArchiveManifest } | PassingFile> {
  checkIsFile(path)
  const raw = createReadStream(path, { signal })
  const stream = raw.pipe(createGunzip())
  raw.once('error', error => stream.destroy(error))
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  try {
    yield* entriesOf(streamTar({ [Symbol.asyncIterator]: () => pieces }), path)
    // To the end of the file, where the decompressor compares its own checksum.
    for (let left = MOST_PADDING; ;) {
      const { value, done } = await pieces.next()
      if (done) break
      left -= value.length
      if (left < 0) throw damagedArchive(path, 'it goes on behind its end')
    }
  } catch (error) {
    throw signal?.aborted ? error : explained(error, path)
  } finally {
    raw.destroy()
    stream.destroy()
  }
}

async function* entriesOf(
  entries: AsyncGenerator<TarStreamEntry>,
  path: string,
): AsyncGenerator<{ manifest: ArchiveManifest } | PassingFile> {
  const first = await entries.next()
  if (first.done || first.value.name !== MANIFEST_NAME || first.value.type !== 'file')
    throw noArchive(path, `it does not begin with a ${MANIFEST_NAME}`)
  if (first.value.size > LIMITS.manifestBytes) throw noArchive(path, 'its manifest is too large')
  const text: Buffer[] = []
  for await (const piece of first.value.content()) text.push(piece)
  const manifest = readManifest(Buffer.concat(text).toString('utf8'), path)
  yield { manifest }
  for (const { name, bytes, sha256 } of manifest.files) {
    const { value: entry, done } = await entries.next()
    if (done) throw damagedArchive(path, `it ends before ${name}`)
    if (entry.name !== name || entry.type !== 'file' || entry.size !== bytes)
      throw damagedArchive(path, `it holds ${JSON.stringify(entry.name.slice(0, 80))} where ${name} should be`)
    yield { name, executable: (entry.mode & 0o100) !== 0, content: checked(entry, sha256, path) }
  }
  if (!(await entries.next()).done) throw damagedArchive(path, 'it holds more than it says')
}

async function* checked(entry: TarStreamEntry, sha256: string, path: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  try {
    for await (const piece of entry.content()) {
      hash.update(piece)
      yield piece
    }
  } catch (error) {
    // It goes to whoever takes the content, and past what reads the archive.
    throw explained(error, path)
  }
  if (hash.digest('hex') !== sha256) throw damagedArchive(path, `the checksum of ${entry.name} does not fit`)
}

function checkIsFile(path: string): void {
  let isFile: boolean
  try {
    isFile = statSync(path).isFile()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR')
      throw new UserError(`${path} cannot be read: ${messageOf(error)}`, 'Give your user the right to read it.')
    throw new UserError(`There is no file ${path}.`, 'Say where the archive is.')
  }
  if (!isFile) throw new UserError(`${basename(path)} is no file.`, 'Name the archive itself.')
}

/** What the decompressor and the reader of the archive say, in terms of the file. */
function explained(error: unknown, path: string): unknown {
  const code = codeOf(error)
  if (code === 'Z_DATA_ERROR' && /header/.test(messageOf(error))) return noArchive(path, 'it is not compressed as one')
  if (code === 'Z_BUF_ERROR') return damagedArchive(path, 'its end is missing')
  if (code?.startsWith('Z_')) return damagedArchive(path, messageOf(error))
  if (error instanceof UserError && /^The archive ends/.test(error.message))
    return damagedArchive(path, 'it ends too early')
  if (error instanceof UserError && /^This is not a tar/.test(error.message))
    return damagedArchive(path, 'what is in it is not in order')
  return error
}
