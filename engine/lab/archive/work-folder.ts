import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../../base/errors.ts'
import { isAlive, type Platform, type ProcessIdentity } from '../../base/platform/platform.ts'
import { makeFolder } from '../config.ts'

/** Beside the labs, on the same disk, and under no name that a lab can have. */
const PLACE = 'unfinished'
const OWNER = 'owner.json'

/**
 * Runs `act` with a folder in which something can be put together that is there whole or not at all. It is gone afterwards, and
 * what a process that was killed has left goes at the next time.
 */
export async function inWorkFolder<T>(
  dataDir: string,
  platform: Platform,
  act: (folder: string) => Promise<T>,
): Promise<T> {
  const place = join(dataDir, PLACE)
  makeFolder(place)
  removeAbandoned(place, platform)
  const folder = mkdtempSync(join(place, `${process.pid}-`))
  try {
    const started = platform.identify([process.pid]).get(process.pid)
    writeFileSync(join(folder, OWNER), JSON.stringify({ pid: process.pid, started }))
    const inner = join(folder, 'content')
    mkdirSync(inner, { mode: 0o700 })
    return await act(inner)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function removeAbandoned(place: string, platform: Platform): void {
  for (const name of readdirSync(place)) {
    const owner = ownerOf(join(place, name))
    // Without a word of its owner: one who is only just about to write it is known by the folder's name.
    const lives = owner ? isAlive(platform, owner) : platform.identify([Number.parseInt(name, 10)]).size > 0
    if (!lives) rmSync(join(place, name), { recursive: true, force: true })
  }
}

function ownerOf(folder: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, OWNER), 'utf8')) as ProcessIdentity
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
    return undefined
  }
}
