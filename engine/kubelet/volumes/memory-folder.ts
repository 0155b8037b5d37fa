import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../../base/platform/platform.ts'

/** The folder in memory that belongs to the machine of a folder, made for this user alone; undefined if there is none. */
export function openMemoryFolder(platform: Platform, machineDir: string): string | undefined {
  const folder = memoryFolderOf(platform, machineDir)
  if (!folder) return undefined
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // Everybody may make folders there: one that somebody else has made under this name is not ours to use.
  const info = lstatSync(folder)
  if (!info.isDirectory() || info.uid !== process.getuid?.()) return undefined
  chmodSync(folder, 0o700)
  return folder
}

/** Removes what a machine has in memory: like that of a real one it does not outlive the machine. */
export function removeMemoryFolder(platform: Platform, machineDir: string): void {
  const folder = memoryFolderOf(platform, machineDir)
  const info = folder ? lstatSync(folder, { throwIfNoEntry: false }) : undefined
  if (folder && info?.isDirectory() && info.uid === process.getuid?.()) rmSync(folder, { recursive: true, force: true })
}

function memoryFolderOf(platform: Platform, machineDir: string): string | undefined {
  const place = platform.memoryDir()
  return place && join(place, `kubarium-${createHash('sha256').update(machineDir).digest('hex').slice(0, 16)}`)
}
