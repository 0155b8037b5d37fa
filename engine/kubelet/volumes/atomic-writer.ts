import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { codeOf } from '../../base/errors.ts'
import type { Payload } from './payload.ts'

/** Link to the folder with the present files, as in Kubernetes' atomic writer: programs watch this very name. */
const DATA = '..data'
const NEXT_DATA = '..data_tmp'

/**
 * Makes a folder hold exactly the payload, all files at once: they are written to a new folder, to which a link is then
 * turned; the names that users see are links through that one. Where links cannot be made each file is replaced by
 * itself. Says whether anything changed.
 */
export function writePayload(folder: string, payload: Payload): boolean {
  mkdirSync(folder, { recursive: true })
  if (isPayloadFolder(folder) && holds(join(folder, DATA), payload)) return false
  try {
    turnTo(folder, payload)
    return true
  } catch (error) {
    // Windows lets only some users make links.
    if (codeOf(error) !== 'EPERM' && codeOf(error) !== 'ENOSYS') throw error
    return replaceEach(folder, payload)
  }
}

/** Whether `writePayload` has written to a folder that is the kubelet's alone. */
function isPayloadFolder(folder: string): boolean {
  return !!lstatSync(join(folder, DATA), { throwIfNoEntry: false })
}

function turnTo(folder: string, payload: Payload): void {
  const fresh = mkdtempSync(join(folder, `..${new Date().toISOString().replace(/[-:TZ]/g, '_')}`))
  const before = isPayloadFolder(folder) ? readlinkSync(join(folder, DATA)) : undefined
  try {
    chmodSync(fresh, 0o755)
    writeAll(fresh, payload)
    rmSync(join(folder, NEXT_DATA), { force: true })
    symlinkSync(relative(folder, fresh), join(folder, NEXT_DATA))
    renameSync(join(folder, NEXT_DATA), join(folder, DATA))
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    throw error
  }
  const names = new Set(Array.from(payload.keys(), path => path.split('/')[0]))
  for (const name of names) {
    const visible = join(folder, name)
    const known = lstatSync(visible, { throwIfNoEntry: false })
    if (known?.isSymbolicLink()) continue
    if (known) rmSync(visible, { recursive: true })
    symlinkSync(`${DATA}/${name}`, visible)
  }
  for (const name of readdirSync(folder))
    if (!name.startsWith('..') && !names.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
  if (before) rmSync(join(folder, before), { recursive: true, force: true })
}

function writeAll(folder: string, payload: Payload): void {
  for (const [path, { content, mode }] of payload) {
    const target = join(folder, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
    chmodSync(target, mode)
  }
}

/** Whether the files of a folder are those of the payload, with their contents and modes. */
function holds(folder: string, payload: Payload): boolean {
  const paths = filesOf(folder)
  if (paths.length !== payload.size) return false
  return paths.every(path => {
    const wanted = payload.get(path)
    if (!wanted) return false
    const file = join(folder, path)
    return sameMode(statSync(file).mode, wanted.mode) && wanted.content.equals(readWhatever(file))
  })
}

/** Modes without the owner's right to read are found again by their other bits; systems without modes agree always. */
function sameMode(found: number, wanted: number): boolean {
  return process.getuid === undefined || (found & 0o777) === (wanted & 0o777)
}

function readWhatever(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (codeOf(error) !== 'EACCES') throw error
    return Buffer.alloc(0) // what even its writer may not read is written again
  }
}

function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function replaceEach(folder: string, payload: Payload): boolean {
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
  for (const path of filesOf(folder)) {
    if (payload.has(path)) continue
    rmSync(join(folder, path), { force: true })
    changed = true
  }
  return changed
}
