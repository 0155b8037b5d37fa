import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { BrowserWindow, dialog, type WebContents } from 'electron'
import type { ChosenFile } from './contract.ts'
import type { ShellTexts } from './texts/shell.ts'

/** Larger than any manifest that an API server takes. */
const LARGEST_BYTES = 16 * 1024 * 1024
/** Endings of manifests, as the package registers them. */
export const MANIFESTS = ['yaml', 'yml', 'json']

/** Asks for manifests and gives their paths, for the shell alone. */
export async function choosePaths(window: BrowserWindow, t: ShellTexts): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: t.chooseManifests,
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: t.manifests, extensions: MANIFESTS },
      { name: t.allFiles, extensions: ['*'] },
    ],
  })
  return canceled ? [] : filePaths
}

/** Asks for manifests and reads them. The page gets names and texts, and no way to name a file itself. */
export async function chooseFiles(page: WebContents, t: ShellTexts): Promise<ChosenFile[]> {
  const paths = await choosePaths(windowOf(page), t)
  return Promise.all(paths.map(path => readManifest(path, t)))
}

/** Asks where to save a text, and saves it there. */
export async function saveFile(page: WebContents, { name, text }: ChosenFile): Promise<boolean> {
  const extension = extname(name).slice(1)
  const { canceled, filePath } = await dialog.showSaveDialog(windowOf(page), {
    defaultPath: name,
    filters: extension ? [{ name: extension.toUpperCase(), extensions: [extension] }] : [],
  })
  if (canceled || !filePath) return false
  await writeFile(filePath, text)
  return true
}

/** @throws Error in the user's language if it is no file, or too large; the file system's own errors else. */
export async function readManifest(path: string, t: ShellTexts): Promise<ChosenFile> {
  const info = await stat(path)
  if (!info.isFile()) throw new Error(t.notAFile(basename(path)))
  if (info.size > LARGEST_BYTES) throw new Error(t.tooLarge(basename(path)))
  return { name: basename(path), text: await readFile(path, 'utf8') }
}

function windowOf(page: WebContents): BrowserWindow {
  const window = BrowserWindow.fromWebContents(page)
  if (!window) throw new Error('the page is in no window')
  return window
}
