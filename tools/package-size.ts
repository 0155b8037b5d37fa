import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { walk } from './sources.ts'

export type Sizes = readonly (readonly [part: string, bytes: number])[]

/** What of a stage weighs how much, in bytes. Electron itself comes on top of it, and native modules are those of all systems. */
export function partsOf(stage: string): Sizes {
  const engine = join(stage, 'engine')
  return [
    ['shell and interface', folderSize(join(stage, 'app'))],
    ['engine and images', folderSize(join(engine, 'dist'))],
    ['native modules', folderSize(join(engine, 'node_modules'))],
    ['Node', folderSize(join(stage, 'node'))],
  ]
}

/** Bytes of all files below a folder. */
export function folderSize(folder: string): number {
  if (!existsSync(folder)) return 0
  return [...walk(folder)].reduce((sum, file) => sum + statSync(file).size, 0)
}

/** A table to print. */
export function report(title: string, sizes: Sizes): string {
  const width = Math.max(...sizes.map(([name]) => name.length), 5)
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  const line = (name: string, bytes: number) =>
    `  ${name.padEnd(width)}  ${(bytes / 1024 / 1024).toFixed(1).padStart(7)} MiB`
  return [title, ...sizes.map(([name, bytes]) => line(name, bytes)), line('total', total)].join('\n')
}
