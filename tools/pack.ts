/**
 * Makes installers into `release`: `node tools/pack.ts [linux|mac|win] [x64|arm64 …]`, for this machine unless said.
 * Electron's own binaries come from the network or from electron-builder's cache.
 */

import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { build, Arch, Platform } from 'electron-builder'
import { bundle } from './bundle.ts'
import { buildRenderer } from './renderer.ts'
import { partsOf, report } from './package-size.ts'
import { root } from './sources.ts'
import { packConfiguration, stage, STAGE, type Target } from './stage.ts'

const SYSTEMS = {
  linux: { name: 'linux', platform: Platform.LINUX },
  mac: { name: 'darwin', platform: Platform.MAC },
  win: { name: 'win32', platform: Platform.WINDOWS },
} as const

const own = process.platform === 'win32' ? 'win' : process.platform === 'darwin' ? 'mac' : 'linux'
const [system = own, ...rest] = process.argv.slice(2) as (keyof typeof SYSTEMS)[]
if (!(system in SYSTEMS))
  throw new Error(`"${system}" is no system to pack for. Use one of ${Object.keys(SYSTEMS).join(', ')}.`)
const arches = (rest.length ? rest : [process.arch]) as ('x64' | 'arm64')[]

await Promise.all([bundle(), buildRenderer()])
await stage(arches.map((arch): Target => `${SYSTEMS[system].name}-${arch}`))
const made = await build({
  projectDir: root,
  config: packConfiguration(STAGE),
  targets: SYSTEMS[system].platform.createTarget(null, ...arches.map(arch => Arch[arch])),
  publish: 'never',
})
console.log(report('parts, unpacked', partsOf(STAGE)))
console.log(
  report(
    'packages',
    made.map(file => [basename(file), statSync(file).size]),
  ),
)
