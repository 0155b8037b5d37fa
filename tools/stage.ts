import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { Configuration } from 'electron-builder'
import { bundleInto } from './bundle.ts'
import { root, walk } from './sources.ts'

/** Where packages are put together; `electron-builder.yml` takes everything from here. */
export const STAGE = join(root, 'release', 'stage')

/** Modules with native code: outside the bundles, and so with the files that Node runs. */
const NATIVE: Record<string, string[]> = {
  'better-sqlite3': ['package.json', 'LICENSE', 'lib', 'prebuilds'],
  'node-pty': ['package.json', 'LICENSE', 'lib', 'prebuilds', 'build/Release'],
}

/** A target of the packager, in Node's names, such as `linux-x64`. */
export type Target = `${'linux' | 'darwin' | 'win32'}-${'x64' | 'arm64'}`

/**
 * Puts together what a package holds, from a clean folder, so that no bundle of an earlier build comes along:
 * `app` goes into Electron's archive, `engine` beside it as plain files, and `node/TARGET` is the program that runs them.
 */
export async function stage(targets: Target[], dir = STAGE): Promise<void> {
  const programs = targets.map(target => [target, nodeProgram(target)] as const)
  rmSync(dir, { recursive: true, force: true })
  const engine = join(dir, 'engine', 'dist')
  const app = join(dir, 'app')
  await bundleInto(engine)
  cpSync(join(engine, 'desktop'), join(app, 'dist', 'desktop'), { recursive: true })
  rmSync(join(engine, 'desktop'), { recursive: true })
  const renderer = join(root, 'dist', 'renderer')
  if (!existsSync(join(renderer, 'index.html')))
    throw new Error('The user interface has not been built. Run `npm run build` first.')
  // Twice: the app's own windows load the copy in the archive, whose integrity Electron checks; browsers the one of the lab.
  cpSync(renderer, join(app, 'dist', 'renderer'), { recursive: true })
  cpSync(renderer, join(engine, 'renderer'), { recursive: true })
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest(), null, 2) + '\n')
  // Bundles are ES modules by their names; this keeps Node from looking for the kind of any other file.
  writeFileSync(
    join(dir, 'engine', 'package.json'),
    JSON.stringify({ name: 'kubarium-engine', private: true, type: 'module' }) + '\n',
  )
  for (const [module, parts] of Object.entries(NATIVE))
    copyModule(module, parts, join(dir, 'engine', 'node_modules', module))
  for (const [target, program] of programs) {
    const to = join(dir, 'node', target)
    mkdirSync(to, { recursive: true })
    const file = join(to, target.startsWith('win32') ? 'node.exe' : 'node')
    cpSync(program, file)
    chmodSync(file, 0o755)
  }
}

/** What electron-builder is to do with a stage: the project's file, which finds the stage by these two. */
export function packConfiguration(dir: string): Configuration {
  // Relative, since paths are joined to the project's folder before names in them are replaced.
  process.env.KUBARIUM_STAGE = relative(root, dir).replaceAll('\\', '/')
  return { extends: join(root, 'electron-builder.yml'), directories: { app: join(dir, 'app') } }
}

/** The manifest of the archive: everything is bundled, so it has no dependencies. */
function manifest() {
  const { name, version, description, license, main, releases } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, string>
  return {
    name,
    productName: 'Kubarium',
    version,
    description,
    license,
    author: 'The Kubarium authors',
    type: 'module',
    main,
    // The one address that the app may ask for newer versions, if the user wants that; whoever publishes packages sets it.
    releases,
  }
}

function copyModule(module: string, parts: string[], to: string): void {
  const from = join(root, 'node_modules', module)
  for (const part of parts)
    if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true, dereference: true })
  // node-pty starts every shell on macOS by this program, which its package brings without the right to be run.
  for (const file of walk(to)) if (basename(file) === 'spawn-helper') chmodSync(file, 0o755)
}

/** Node for a target: of this machine, or from the package that carries it for another. */
function nodeProgram(target: Target): string {
  const [os, arch] = target.split('-')
  const program = os === 'win32' ? 'node.exe' : 'node'
  const carrier = `node-${os === 'win32' ? 'win' : os}-${arch}`
  const candidates = [join(root, 'node_modules', carrier, 'bin', program)]
  if (target === `${process.platform}-${process.arch}`)
    candidates.unshift(join(root, 'node_modules', 'node', 'bin', program))
  const found = candidates.find(candidate => existsSync(candidate))
  if (found) return found
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8')) as {
    version: string
  }
  throw new Error(`There is no Node for ${target} here. Get it: npm install --no-save --force ${carrier}@${version}`)
}
