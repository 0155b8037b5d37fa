import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { findLab, LabClient, requireLab } from '../../engine/lab/client.ts'
import { DEFAULT_LAB } from '../../engine/lab/config.ts'
import { distDir } from '../dist.ts'
import { openBrowser } from './browser.ts'
import { findElectron, fetchElectron } from './electron.ts'
import { ProgressPrinter } from './lab/progress.ts'
import { upInBackground } from './lab/up.ts'

/** `kubarium start`: the default lab, and the desktop app, or a browser where that is not to be had. */
export async function start({ dataDir, platform }: { dataDir: string; platform: Platform }): Promise<void> {
  const interfaceBuilt = buildInterface()
  let electron = findElectron()
  const fetching = electron ? undefined : fetchElectron(message => console.error(message))
  void fetching?.then(path => (electron = path))
  const printer = new ProgressPrinter(process.stderr)
  const address = await labAddress(dataDir, platform, printer)
  await interfaceBuilt
  printer.end()
  const lab = requireLab(dataDir, DEFAULT_LAB, platform)
  console.log('Kubarium is up: a Kubernetes cluster with real processes on this machine.')
  console.log(`  kubectl     export KUBECONFIG=${lab.paths.kubeconfig}`)
  console.log(`  interface   ${address}`)
  console.log('  stop it     npx kubarium lab down')
  if (electron) return openDesktop(electron, dataDir)
  openBrowser(address, platform)
  if (fetching && !(await fetching))
    console.log('The desktop app could not be fetched; the interface in the browser is the same.')
  else if (fetching) console.log('The desktop app is here now: the next `npm start` opens it.')
}

async function labAddress(dataDir: string, platform: Platform, printer: ProgressPrinter): Promise<string> {
  const existing = findLab(dataDir, DEFAULT_LAB, platform)
  if (existing?.host?.url) return new LabClient(existing).address
  return upInBackground({ name: DEFAULT_LAB, masters: 3, workers: 2, bare: false }, { dataDir, platform }, printer)
}

/** In a source tree the interface is built when its sources have changed; a packaged app brings it along. */
async function buildInterface(): Promise<void> {
  const builder = join(distDir, '..', 'tools', 'renderer.ts')
  if (!existsSync(builder)) return
  const { rendererIsFresh } = (await import(pathToFileURL(builder).href)) as { rendererIsFresh(): boolean }
  if (rendererIsFresh()) return
  // A process of its own: the lab's start must not wait for the compiler.
  await new Promise<void>((resolve, reject) => {
    const build = spawn(process.execPath, [builder], { stdio: ['ignore', 'ignore', 'inherit'] })
    build.once('error', reject)
    build.once('exit', code =>
      code === 0 ? resolve() : reject(new Error('the user interface could not be built; see above')),
    )
  })
}

function openDesktop(electron: string, dataDir: string): void {
  const app = spawn(electron, [join(distDir, '..')], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, KUBARIUM_DATA_DIR: dataDir, KUBARIUM_NODE: process.execPath },
  })
  app.unref()
}
