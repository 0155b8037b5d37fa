import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'

type Rolldown = typeof import('rolldown').rolldown

const source = join(root, 'app', 'desktop')

/** Builds the desktop shell into `DIST/desktop`: its main, its preload, and the page that waits for the lab. */
export async function bundleDesktop(rolldown: Rolldown, dist: string): Promise<void> {
  const dir = join(dist, 'desktop')
  await build(rolldown, 'main', { file: join(dir, 'main.mjs'), format: 'esm' })
  // A sandboxed preload is one file of CommonJS: it cannot import.
  await build(rolldown, 'preload', { file: join(dir, 'preload.cjs'), format: 'cjs' })
  mkdirSync(join(dir, 'start'), { recursive: true })
  for (const file of ['index.html', 'start.css']) cpSync(join(source, 'start', file), join(dir, 'start', file))
  await build(rolldown, 'start/start', { file: join(dir, 'start', 'start.js'), format: 'esm' })
  const icons = join(root, 'resources', 'icons')
  if (!existsSync(icons)) return
  cpSync(join(icons, 'icon.svg'), join(dir, 'start', 'icon.svg'))
  cpSync(join(icons, '256x256.png'), join(dir, 'icon.png'))
  cpSync(join(icons, 'tray'), join(dir, 'tray'), { recursive: true })
}

async function build(rolldown: Rolldown, name: string, output: { file: string; format: 'esm' | 'cjs' }): Promise<void> {
  const bundle = await rolldown({
    input: join(source, existsSync(join(source, `${name}.ts`)) ? `${name}.ts` : `${name}.js`),
    cwd: root,
    platform: 'node',
    external: [/^node:/, 'electron'],
    logLevel: 'warn',
  })
  try {
    await bundle.write({ ...output, codeSplitting: false, sourcemap: false })
  } finally {
    await bundle.close()
  }
}
