import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { removeFromMemory } from '../volumes/empty-dir.ts'

/** Removes what a pod that is over has no more use for: its volumes, and its containers' own files. Logs stay. */
export async function removeWorkingFiles(podDir: string, containers: readonly string[]): Promise<void> {
  const volumes = join(podDir, 'volumes')
  removeFromMemory(volumes)
  const roots = containers.map(name => join(podDir, 'containers', name, 'root'))
  await Promise.all([volumes, ...roots].map(folder => rm(folder, { recursive: true, force: true })))
}

/** The log of one run of a container, with all that it was rotated into. */
export function removeLog(containerDir: string, run: number): void {
  const path = join(containerDir, `${run}.log`)
  for (const suffix of ['', '.1', '.2', '.3', '.4']) rmSync(path + suffix, { force: true })
}
