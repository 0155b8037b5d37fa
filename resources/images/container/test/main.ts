/** `test -d|-e|-f PATH` in the container's own root: what `kubectl cp` asks before it copies. All else is the machine's. */

import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { inContainer } from '../paths.ts'

/** Folders that every image has, whether or not something was ever put into them. */
const ALWAYS = new Set([
  '/',
  '/bin',
  '/etc',
  '/home',
  '/mnt',
  '/opt',
  '/root',
  '/tmp',
  '/usr',
  '/var',
  '/var/log',
  '/var/tmp',
])

const [flag, path = '', ...rest] = process.argv.slice(2)
if (!flag || !['-d', '-e', '-f'].includes(flag) || path === '' || rest.length) {
  const { status, error } = spawnSync('test', process.argv.slice(2), { stdio: 'inherit' })
  if (error) console.error(`test: ${error.message}; -d, -e and -f with one path work everywhere`)
  process.exitCode = status ?? 2
} else {
  const info = statSync(inContainer(path), { throwIfNoEntry: false })
  const isFolder = info ? info.isDirectory() : ALWAYS.has(path.replace(/(.)\/+$/, '$1'))
  const holds = flag === '-d' ? isFolder : flag === '-f' ? !!info?.isFile() : isFolder || !!info
  process.exitCode = holds ? 0 : 1
}
