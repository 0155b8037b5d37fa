import { spawn } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A download that takes longer is left to the next start. */
const FETCH_LIMIT_MS = 120_000
const ONLINE_LIMIT_MS = 1_500
/** Where Electron's binaries come from. */
const RELEASE_HOST = 'github.com'

/** Path of Electron's program, or undefined if it has not been fetched. */
export function findElectron(): string | undefined {
  const folder = electronFolder()
  const pathFile = folder && join(folder, 'path.txt')
  if (!folder || !pathFile || !existsSync(pathFile)) return undefined
  const program = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : undefined
}

/**
 * Fetches Electron's program with its own installer, in the background and for a bounded time. Offline it gives up at
 * once. Resolves with the path of the program, or undefined if it could not be had.
 */
export async function fetchElectron(say: (message: string) => void): Promise<string | undefined> {
  const folder = electronFolder()
  const installer = folder && join(folder, 'install.js')
  if (!installer || !existsSync(installer)) return undefined
  if (!(await isOnline())) {
    say('No network: the desktop app is not fetched; the interface opens in the browser.')
    return undefined
  }
  say(
    `Fetching the desktop app (Electron) in the background, for at most ${FETCH_LIMIT_MS / 1000} s; the lab does not wait for it.`,
  )
  await new Promise<void>(resolve => {
    const fetching = spawn(process.execPath, [installer], { stdio: 'ignore' })
    const timer = setTimeout(() => fetching.kill(), FETCH_LIMIT_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    fetching.once('error', done)
    fetching.once('exit', done)
  })
  return findElectron()
}

function electronFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined // a tree without development dependencies
  }
}

async function isOnline(): Promise<boolean> {
  const timeout = new Promise<false>(resolve => setTimeout(() => resolve(false), ONLINE_LIMIT_MS).unref())
  const known = lookup(RELEASE_HOST).then(
    () => true,
    () => false,
  )
  return Promise.race([known, timeout])
}
