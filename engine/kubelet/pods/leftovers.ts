import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sleep, type Clock } from '../../base/clock.ts'
import { codeOf } from '../../base/errors.ts'
import { isAlive, type Platform } from '../../base/platform/platform.ts'
import { readRecord, type PodRecord } from './record.ts'

const LOOK_MS = 20
const LOOKS = 100

/**
 * Ends the processes that an earlier life left of a pod: those that were recorded with the time of their start, and no
 * others. They cannot be gone on with: their output has nobody who reads it, and their ports nobody who leads to them.
 * Resolves when they are gone. Gives how many there were.
 */
export async function endRecorded(record: PodRecord, platform: Platform, clock: Clock): Promise<number> {
  const known = Object.values(record.containers).flatMap(c => c.process ?? [])
  let alive = known.filter(identity => isAlive(platform, identity))
  const found = alive.length
  for (const { pid } of alive) platform.killTree(pid)
  for (let i = 0; alive.length && i < LOOKS; i++) {
    await sleep(clock, LOOK_MS)
    alive = alive.filter(identity => isAlive(platform, identity))
  }
  return found
}

/** The uids of all pods that have a folder here, with what is recorded of them. */
export function recordedPods(podsDir: string): { uid: string; record: PodRecord | undefined }[] {
  try {
    return readdirSync(podsDir).map(uid => ({ uid, record: readRecord(join(podsDir, uid)) }))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
