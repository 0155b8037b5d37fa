import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Pod } from '../../api/types.ts'
import { sleep, type Clock } from '../../base/clock.ts'
import { codeOf } from '../../base/errors.ts'
import { isAlive, type Platform, type ProcessIdentity } from '../../base/platform/platform.ts'
import { allContainers } from './container.ts'
import { readRecord, type PodRecord } from './record.ts'
import { readRun, type Run } from './run.ts'

const LOOK_MS = 20
const LOOKS = 100

/**
 * Which of a pod's containers still run as they were recorded, with the time of their start, and can be gone on with:
 * their output waits to be read, and the pod wants them as they are.
 */
export function survivors(pod: Pod, record: PodRecord, dir: string, platform: Platform): Map<string, Run> {
  const runs = new Map<string, Run>()
  if (record.ending?.over) return runs
  for (const spec of allContainers(pod)) {
    const known = record.containers[spec.name!]
    if (!known?.process || !isAlive(platform, known.process)) continue
    const run = readRun(join(dir, 'containers', spec.name!), spec, known)
    if (run) runs.set(spec.name!, run)
  }
  return runs
}

/**
 * Ends the processes that an earlier life left of a pod: those that were recorded with the time of their start, and no
 * others; those of the containers that are gone on with stay. Resolves when they are gone. Gives how many there were.
 */
export async function endRecorded(
  record: PodRecord,
  platform: Platform,
  clock: Clock,
  stay: ReadonlyMap<string, unknown> = new Map(),
): Promise<number> {
  const known = Object.entries(record.containers).flatMap(([name, c]) => (stay.has(name) ? [] : (c.process ?? [])))
  let alive = known.filter(identity => isAlive(platform, identity))
  const found = alive.length
  for (const { pid } of alive) platform.killTree(pid)
  for (let i = 0; alive.length && i < LOOKS; i++) {
    await sleep(clock, LOOK_MS)
    alive = alive.filter(identity => isAlive(platform, identity))
  }
  return found
}

/** The leaders of all containers that an earlier life has recorded. */
export function recordedLeaders(podsDir: string): ProcessIdentity[] {
  return recordedPods(podsDir).flatMap(({ record }) =>
    Object.values(record?.containers ?? {}).flatMap(container => container.process ?? []),
  )
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
