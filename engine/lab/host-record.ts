import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { codeOf, UserError } from '../base/errors.ts'
import { isAlive, type Platform } from '../base/platform/platform.ts'
import type { LabPaths } from './config.ts'
import type { HostRecord } from './contract.ts'

/** Who has the lab, or undefined. A record of a host that is dead counts as none. */
export function findHost(paths: LabPaths, platform: Platform): HostRecord | undefined {
  let text: string
  try {
    text = readFileSync(paths.host, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
  let record: HostRecord
  try {
    record = JSON.parse(text) as HostRecord
  } catch {
    return undefined // torn by a crash while it was written: its writer is dead
  }
  return isAlive(platform, record) ? record : undefined
}

/**
 * Takes the lab for this process, by creating its record exclusively.
 * @throws UserError if another live process has it.
 */
export function takeHostRecord(paths: LabPaths, platform: Platform): HostRecord {
  const started = platform.identify([process.pid]).get(process.pid)
  if (!started) throw new Error('the operating system does not tell when this process started')
  const record: HostRecord = { pid: process.pid, started, token: randomBytes(24).toString('base64url') }
  for (;;) {
    try {
      const file = openSync(paths.host, 'wx', 0o600)
      writeSync(file, JSON.stringify(record))
      closeSync(file)
      return record
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw explainDisk(error)
    }
    const owner = findHost(paths, platform)
    if (owner)
      throw new UserError(
        `This lab is up already (process ${owner.pid}).`,
        'See `kubarium lab status`, or stop it with `kubarium lab down`.',
      )
    try {
      // Renaming is atomic: of two that found the owner dead, one goes on and the other looks again.
      renameSync(paths.host, `${paths.host}.stale`)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}

/** Turns errors of the disk into ones that say what to do; others stay as they are. */
export function explainDisk(error: unknown): unknown {
  if (codeOf(error) === 'ENOSPC')
    return new UserError('The disk is full.', 'Free some space, or choose a folder on another disk with --data-dir.', {
      cause: error,
    })
  if (codeOf(error) === 'EACCES' || codeOf(error) === 'EROFS')
    return new UserError(
      `The lab's folder cannot be written: ${(error as Error).message}`,
      'Give your user the right to write there, or choose another folder with --data-dir.',
      { cause: error },
    )
  return error
}
