import { chmodSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * The module for terminals, loaded when it is first needed. On macOS it starts programs by a helper that its package brings without
 * the right to be run; packages of the app are made with it, and a source tree gets it here.
 */
export function loadPty(): typeof import('node-pty') {
  const require = createRequire(import.meta.url)
  for (const helper of helpersIn(join(dirname(require.resolve('node-pty/package.json')), 'prebuilds')))
    if ((statSync(helper).mode & 0o111) !== 0o111) chmodSync(helper, 0o755)
  return require('node-pty') as typeof import('node-pty')
}

function helpersIn(prebuilds: string): string[] {
  if (process.platform !== 'darwin') return []
  return readdirSync(prebuilds, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name === 'spawn-helper')
    .map(entry => join(entry.parentPath, entry.name))
}
