#!/usr/bin/env node
// Finds the Node that the project runs on and the bundle of the command line, builds it if sources changed, and runs it.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire, enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const WANTED_MAJOR = 24

if (Number(process.versions.node.split('.')[0]) < WANTED_MAJOR) {
  const done = spawnSync(bundledNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  if (done.error) throw done.error
  process.exit(done.status ?? 1)
}

const bundler = join(root, 'tools', 'bundle.ts')
if (existsSync(bundler)) await (await import(pathToFileURL(bundler).href)).bundleIfStale()
enableCompileCache?.(join(root, 'node_modules', '.cache', 'kubarium'))
await import(pathToFileURL(join(root, 'dist', 'cli.mjs')).href)

/** The Node of the dev dependency `node`. */
function bundledNode() {
  try {
    return join(
      dirname(createRequire(import.meta.url).resolve('node/package.json')),
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    )
  } catch {
    console.error(
      `kubarium needs Node ${WANTED_MAJOR} or newer; this is ${process.version}. Run \`npm ci\` in ${root}, which brings it.`,
    )
    process.exit(1)
  }
}
