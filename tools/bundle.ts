import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { writeCommands } from './commands.ts'
import { bundleDesktop } from './desktop.ts'
import { installFiles, removeAbandoned, stagingFolder } from './install-files.ts'
import { fingerprint, root, walk } from './sources.ts'

const dist = join(root, 'dist')
const stampFile = join(dist, 'bundle.json')

/** Programs of Node that run from a bundle: their name in `dist`, and their source. */
const ENTRIES: Record<string, string> = {
  cli: 'app/cli/main.ts',
  daemon: 'app/cli/daemon.ts',
  machine: 'engine/lab/machine/main.ts',
  'store-worker': 'engine/store/worker.ts',
}

/** Loaded into programs of others, so it must be one file. */
const PRELOAD = { 'overlay-preload': 'engine/network/preload/main.ts' }

/** Run by the machine's Python, so it is copied as it is. */
const NAMESPACE_HELPER = 'engine/network/namespaces/helper'

/** What has native code, or is not to be had as a module, stays outside. */
const EXTERNAL = [/^node:/, 'better-sqlite3', 'node-pty', 'electron']

const KEEP_CHUNKS_MS = 86_400_000

const SOURCES = ['app', 'engine', 'resources/images', 'resources/icons', 'tools', 'package-lock.json']

/** Builds the bundles if a source is newer or other than what they were made of. Says whether it did. */
export async function bundleIfStale(): Promise<boolean> {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint(SOURCES)) return false
  await bundle()
  return true
}

/** Builds all bundles into `dist`. */
export async function bundle(): Promise<void> {
  const made = fingerprint(SOURCES)
  const fresh = stagingFolder(dist)
  try {
    mkdirSync(fresh, { recursive: true })
    await bundleInto(fresh)
    // Images that there are no more must not be found. A builder of the same sources removes the same.
    removeImagesBut(readdirSync(join(fresh, 'images')))
    installFiles(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
  removeOldChunks()
  removeAbandoned(dist)
  writeFileSync(`${stampFile}.${process.pid}`, made)
  renameSync(`${stampFile}.${process.pid}`, stampFile)
}

function removeImagesBut(names: string[]): void {
  const dir = join(dist, 'images')
  for (const name of existsSync(dir) ? readdirSync(dir) : [])
    if (!names.includes(name) && !name.startsWith('chunk-')) rmSync(join(dir, name), { recursive: true, force: true })
}

/** Labs that are up load chunks of the bundle that they were started from for as long as they run: a day is spared. */
function removeOldChunks(): void {
  for (const name of readdirSync(dist)) {
    const file = join(dist, name)
    if (!name.startsWith('chunk-')) continue
    const info = statSync(file, { throwIfNoEntry: false })
    if (info && Date.now() - info.mtimeMs > KEEP_CHUNKS_MS) rmSync(file, { force: true })
  }
}

/** Builds all bundles into a folder, which is as clean afterwards as it was before. */
export async function bundleInto(dir: string): Promise<void> {
  const { rolldown } = await import('rolldown')
  const images = imagePrograms()
  await write(rolldown, ENTRIES, dir)
  if (existsSync(join(root, PRELOAD['overlay-preload']))) await write(rolldown, PRELOAD, dir)
  if (Object.keys(images).length) await write(rolldown, images, join(dir, 'images'))
  await bundleDesktop(rolldown, dir)
  writeCommands(dir)
  copyImageData(dir)
  cpSync(join(root, NAMESPACE_HELPER), join(dir, 'namespace-helper'), { recursive: true })
}

async function write(
  rolldown: typeof import('rolldown').rolldown,
  input: Record<string, string>,
  dir: string,
): Promise<void> {
  const build = await rolldown({ input, cwd: root, platform: 'node', external: EXTERNAL, logLevel: 'warn' })
  try {
    await build.write({
      dir,
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: 'chunk-[name]-[hash].mjs',
      sourcemap: false,
    })
  } finally {
    await build.close()
  }
}

/** Every image whose program is written in TypeScript: `resources/images/NAME/main.ts` becomes `dist/images/NAME/main.mjs`. */
function imagePrograms(): Record<string, string> {
  const programs: Record<string, string> = {}
  for (const file of walk(join(root, 'resources/images')))
    if (/[/\\]main\.ts$/.test(file)) {
      const name = relative(join(root, 'resources/images'), file).replaceAll('\\', '/').replace(/\.ts$/, '')
      programs[name] = file
    }
  return programs
}

function copyImageData(dir: string): void {
  const from = join(root, 'resources/images')
  if (!existsSync(from)) return
  cpSync(from, join(dir, 'images'), { recursive: true, filter: path => !path.endsWith('.ts') })
}
