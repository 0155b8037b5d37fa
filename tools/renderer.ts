import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { writeLicences } from './licences.ts'
import { fingerprint, root } from './sources.ts'

const SOURCES = [
  'renderer',
  'engine/api',
  'engine/base/quantity.ts',
  'engine/lab/contract.ts',
  'package-lock.json',
  'resources/licences',
  'tools/licences.ts',
]
const stamp = join(root, 'dist', 'renderer.json')

/** Builds the user interface into `dist/renderer`. */
export async function buildRenderer(): Promise<void> {
  const { build } = await import('vite')
  // What is in the caller's surroundings, such as a test runner's, would make another build of it.
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    await build({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn' })
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
  writeLicences(join(root, 'dist', 'renderer', 'licences.json'))
  writeFileSync(stamp, fingerprint(SOURCES))
}

/** Whether the built user interface is that of the present sources. */
export function rendererIsFresh(): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(SOURCES)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildRenderer()
