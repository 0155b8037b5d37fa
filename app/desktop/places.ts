import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from 'electron'
import { codeOf, UserError } from '../../engine/base/errors.ts'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { checkLabName, DEFAULT_LAB } from '../../engine/lab/config.ts'
import { optionsOf } from './outside.ts'
import { releasesAddress } from './release.ts'

export interface Places {
  lab: string
  dataDir: string
  /** What the shell itself keeps. */
  desktop: string
  /** Node program that runs labs: Electron cannot, its `runAsNode` fuse is off. */
  node: string
  /** Bundles that Node runs; outside the archive, which only Electron can read. */
  bundles: string
  preload: string
  renderer: string
  start: string
  /** Undefined where the operating system takes it from the program. */
  icon: string | undefined
  /** Images of the tray and of the taskbar. */
  images: string
  /** The address that tells of releases; undefined if this build names none. */
  releases: string | undefined
}

/** Where everything is, in a source tree and in a packaged app. The bundle of this file lies in `dist/desktop`. */
export function findPlaces(
  app: App,
  platform: Platform,
  argv: string[],
  env: Record<string, string | undefined>,
): Places {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const lab =
    optionsOf(argv)
      .find(argument => argument.startsWith('--lab='))
      ?.slice('--lab='.length) ||
    env.KUBARIUM_LAB ||
    DEFAULT_LAB
  checkLabName(lab)
  const dataDir = resolve(env.KUBARIUM_DATA_DIR || platform.dataDir())
  const program = platform.name === 'windows' ? 'node.exe' : 'node'
  const node = app.isPackaged
    ? join(process.resourcesPath, 'node', program)
    : (env.KUBARIUM_NODE ?? join(here, '..', '..', 'node_modules', 'node', 'bin', program))
  if (!existsSync(node))
    throw new UserError(
      `Node is missing: ${node}`,
      app.isPackaged ? 'The app is damaged. Install it again.' : 'Run `npm ci`, or name a Node 24 in KUBARIUM_NODE.',
    )
  return {
    lab,
    dataDir,
    desktop: join(dataDir, 'desktop'),
    node,
    bundles: app.isPackaged ? join(process.resourcesPath, 'engine', 'dist') : join(here, '..'),
    preload: join(here, 'preload.cjs'),
    renderer: join(here, '..', 'renderer'),
    start: join(here, 'start'),
    icon: platform.name === 'linux' ? join(here, 'icon.png') : undefined,
    images: join(here, 'tray'),
    releases: releasesAddress(manifestOf(app.getAppPath())),
  }
}

function manifestOf(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
