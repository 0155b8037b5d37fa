import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { BrowserWindow, dialog, type WebContents } from 'electron'
import { UserError } from '../../engine/base/errors.ts'
import type { ChosenFile } from './contract.ts'

/** Larger than any manifest that an API server takes. */
const LARGEST_BYTES = 16 * 1024 * 1024

/** Asks for manifests and reads them. The page gets names and texts, and no way to name a file itself. */
export async function chooseFiles(page: WebContents): Promise<ChosenFile[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(page), {
    title: 'Choose Manifests',
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: 'Manifests', extensions: ['yaml', 'yml', 'json'] },
      { name: 'All Files', extensions: ['*'] },
    ],
  })
  return canceled ? [] : Promise.all(filePaths.map(read))
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

async function read(path: string): Promise<ChosenFile> {
  const { size } = await stat(path)
  if (size > LARGEST_BYTES)
    throw new UserError(`${basename(path)} is larger than 16 MiB.`, 'Split it, or apply it with kubectl.')
  return { name: basename(path), text: await readFile(path, 'utf8') }
}

function windowOf(page: WebContents): BrowserWindow {
  const window = BrowserWindow.fromWebContents(page)
  if (!window) throw new Error('the page is in no window')
  return window
}
