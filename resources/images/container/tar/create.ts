import { createReadStream, lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { inContainer } from '../paths.ts'
import { BLOCK, padding, writeHeader, type Entry } from './header.ts'

/** Writes an archive of the paths to a stream. Gives the number of those that could not be read. */
export async function create(
  out: Writable,
  folder: string,
  paths: string[],
  complain: (text: string) => void,
): Promise<number> {
  let complaints = 0
  const write = async (bytes: Buffer) => {
    if (bytes.length && !out.write(bytes)) await once(out, 'drain')
  }

  async function add(file: string, name: string): Promise<void> {
    const info = lstatSync(file, { throwIfNoEntry: false })
    if (!info) {
      complain(`${name}: Cannot stat: No such file or directory`)
      complaints++
      return
    }
    const type = typeOf(info)
    if (!type) return complain(`${name}: file is not one that an archive can hold; not dumped`)
    const header: Entry = {
      ...{ name: type === 'folder' ? `${name.replace(/\/+$/, '')}/` : name, type, mode: info.mode & 0o7777 },
      ...{ size: type === 'file' ? info.size : 0, mtime: info.mtimeMs / 1000 },
      linkName: type === 'symlink' ? readlinkSync(file) : '',
    }
    await write(writeHeader(header))
    if (type === 'file') await addContent(file, header.size)
    if (type === 'folder')
      for (const child of readdirSync(file).sort()) await add(join(file, child), header.name + child)
  }

  /** As many bytes as the header promises, though the file may grow or shrink meanwhile. */
  async function addContent(file: string, size: number): Promise<void> {
    let written = 0
    if (size > 0)
      for await (const chunk of createReadStream(file, { end: size - 1 })) {
        written += (chunk as Buffer).length
        await write(chunk as Buffer)
      }
    if (written < size) {
      complain(`${file}: File shrank by ${size - written} bytes; padding with zeros`)
      complaints++
      for (let left = size - written; left > 0; left -= BLOCK) await write(Buffer.alloc(Math.min(left, BLOCK)))
    }
    await write(padding(size))
  }

  for (const path of paths) {
    if (path.startsWith('/')) complain("Removing leading `/' from member names")
    const name = path.replace(/^\/+/, '') || '.'
    await add(isAbsolute(path) ? inContainer(path) : join(folder, path), name)
  }
  await write(Buffer.alloc(2 * BLOCK))
  return complaints
}

function typeOf(info: Stats): 'file' | 'folder' | 'symlink' | undefined {
  if (info.isFile()) return 'file'
  if (info.isDirectory()) return 'folder'
  return info.isSymbolicLink() ? 'symlink' : undefined
}
