import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Pod } from '../../api/types.ts'
import { codeOf } from '../../base/errors.ts'
import { parseQuantity } from '../../base/quantity.ts'

const PREFIX = 'kubarium-volume-'

/**
 * The folder of an emptyDir. One of medium Memory lies where the system keeps files in memory, if it has such a place.
 * @throws Error for a medium that there is not
 */
export function emptyDir(folder: string, medium: string | undefined, uid: string, memoryFolder?: string): string {
  if (medium && medium !== 'Memory')
    throw new Error(`emptyDir of medium ${medium} is not served by this node; use Memory, or leave the medium out`)
  if (medium !== 'Memory' || !memoryFolder) {
    forEverybody(folder)
    return folder
  }
  const inMemory = join(memoryFolder, `${PREFIX}${uid}-${basename(folder)}`)
  mkdirSync(memoryFolder, { recursive: true, mode: 0o700 })
  forEverybody(inMemory)
  if (!existsSync(folder)) {
    mkdirSync(join(folder, '..'), { recursive: true })
    rmSync(folder, { force: true })
    symlinkSync(inMemory, folder)
  }
  return inMemory
}

/** Makes a folder that every user of the pod may write to, whatever this process' own mask of modes is. */
function forEverybody(folder: string): void {
  if (mkdirSync(folder, { recursive: true })) chmodSync(folder, 0o777)
}

/** Removes what a pod has in memory; links to anything else are left alone. */
export function removeFromMemory(volumesDir: string): void {
  if (!existsSync(volumesDir)) return
  for (const name of readdirSync(volumesDir)) {
    const link = join(volumesDir, name)
    if (!lstatSync(link).isSymbolicLink()) continue
    const target = readlinkSync(link)
    if (basename(target).startsWith(PREFIX)) rmSync(target, { recursive: true, force: true })
  }
}

/**
 * Why a pod is to be evicted for what it has written: an emptyDir beyond its sizeLimit, or a container beyond its limit
 * of ephemeral-storage. Undefined if it is not.
 */
export async function storageViolation(
  pod: Pod,
  volumes: ReadonlyMap<string, string>,
  containerDir: (name: string) => string,
): Promise<string | undefined> {
  for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
    const limit = emptyDir?.sizeLimit
    const folder = volumes.get(name!)
    if (!limit || !folder || parseQuantity(limit).value() <= 0) continue
    if ((await folderSize(folder)) > parseQuantity(limit).value())
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `
  }
  for (const { name, resources } of pod.spec?.containers ?? []) {
    const limit = (resources?.limits as Record<string, string> | undefined)?.['ephemeral-storage']
    if (limit && (await folderSize(containerDir(name!))) > parseQuantity(limit).value())
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `
  }
  return undefined
}

/** Bytes that a folder takes on disk, holes in files not counted. What goes while it is looked at counts nothing. */
export async function folderSize(folder: string): Promise<number> {
  let sum = 0
  const left = [folder]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    try {
      for (const entry of await readdir(next, { withFileTypes: true })) {
        const path = join(next, entry.name)
        if (entry.isDirectory()) left.push(path)
        else sum += await sizeOf(path)
      }
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
  return sum
}

async function sizeOf(path: string): Promise<number> {
  try {
    const { blocks, size } = await lstat(path)
    // Some systems count no blocks, and files that were just written have none yet.
    return blocks ? blocks * 512 : size
  } catch (error) {
    if (!isGone(error)) throw error
    return 0
  }
}

function isGone(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' || codeOf(error) === 'EACCES'
}
