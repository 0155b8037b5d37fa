import { existsSync } from 'node:fs'
import { labPaths } from '../config.ts'

const LONGEST = 32

/** The first of NAME, NAME-2, NAME-3 … that no lab of the data folder has. */
export function freeLabName(dataDir: string, wanted: string): string {
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : `-${n}`
    const name = wanted.slice(0, LONGEST - suffix.length).replace(/-+$/, '') + suffix
    if (!existsSync(labPaths(dataDir, name).root)) return name
  }
}
