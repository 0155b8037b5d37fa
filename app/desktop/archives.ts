import { spawn } from 'node:child_process'
import { basename, join, resolve } from 'node:path'
import {
  dialog,
  shell,
  type BrowserWindow,
  type MessageBoxOptions,
  type MessageBoxReturnValue,
  type OpenDialogOptions,
  type SaveDialogOptions,
} from 'electron'
import { UserError } from '../../engine/base/errors.ts'
import { freeLabName } from '../../engine/lab/archive/free-name.ts'
import { ARCHIVE_EXTENSION, type ArchiveManifest } from '../../engine/lab/archive/manifest.ts'
import { inspectArchive } from '../../engine/lab/archive/read.ts'
import type { Language } from './texts/define.ts'
import type { ShellTexts } from './texts/shell.ts'

export interface ArchivesOptions {
  lab: string
  dataDir: string
  /** Node program and folder of the bundles: only Node can read a store. */
  node: string
  bundles: string
  language(): Language
  texts(): ShellTexts
  /** Opens the app for another lab. */
  openLab(name: string): Promise<void>
}

/** Labs as files: saves the one that is shown, and makes new ones of what is opened. */
export class Archives {
  readonly #options: ArchivesOptions

  constructor(options: ArchivesOptions) {
    this.#options = options
  }

  /** Asks where to save the lab, and saves it there. False if nothing was chosen. */
  async save(window: BrowserWindow | undefined): Promise<boolean> {
    const { lab, texts } = this.#options
    const t = texts()
    const options: SaveDialogOptions = {
      title: t.saveLabTitle(lab),
      defaultPath: `${lab}.${ARCHIVE_EXTENSION}`,
      filters: [{ name: t.labArchives, extensions: [ARCHIVE_EXTENSION] }],
    }
    const { canceled, filePath } = await (isThere(window)
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    if (canceled || !filePath) return false
    // The dialog has asked whether a file may be replaced.
    await this.#run('save', lab, filePath, '--overwrite')
    const said: MessageBoxOptions = {
      type: 'info',
      message: t.labSaved(lab, basename(filePath)),
      detail: t.labSavedText,
      buttons: [t.ok, t.showFile],
      defaultId: 0,
      cancelId: 0,
    }
    // The lab is saved: whoever asked does not wait for an answer to this.
    void ask(window, said).then(({ response }) => {
      if (response === 1) shell.showItemInFolder(filePath)
    })
    return true
  }

  /** Asks for an archive, and opens it. */
  async choose(window: BrowserWindow | undefined): Promise<void> {
    const t = this.#options.texts()
    const options: OpenDialogOptions = {
      title: t.chooseArchive,
      properties: ['openFile'],
      filters: [{ name: t.labArchives, extensions: [ARCHIVE_EXTENSION] }],
    }
    const { filePaths } = await (isThere(window)
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options))
    for (const path of filePaths) await this.open(path, window)
  }

  /** Says what an archive holds, makes a lab of it if the user wants that, and opens it. False if not. @throws UserError */
  async open(path: string, window?: BrowserWindow): Promise<boolean> {
    const { dataDir, texts, openLab } = this.#options
    const manifest = await inspectArchive(path)
    const name = freeLabName(dataDir, manifest.lab.name)
    const t = texts()
    const { response } = await ask(window, {
      type: 'question',
      message: t.makeLab(basename(path)),
      detail: [this.#describe(manifest), t.makeLabName(name), t.makeLabTrust].join('\n\n'),
      buttons: [t.makeAndOpen, t.cancel],
      defaultId: 1,
      cancelId: 1,
    })
    if (response !== 0) return false
    await this.#run('load', resolve(path), '--name', name)
    await openLab(name)
    return true
  }

  #describe({ lab, savedAt, productVersion, store, images }: ArchiveManifest): string {
    const { texts, language } = this.#options
    const t = texts()
    const when = new Date(savedAt).toLocaleString(language(), { dateStyle: 'long', timeStyle: 'short' })
    const masters = lab.machines.filter(machine => machine.role === 'control-plane').length
    return [
      t.archiveSaved(lab.name, when, productVersion),
      t.archiveHolds(masters, lab.machines.length - masters, store.keys),
      ...(images.length ? [t.archiveImages(images.slice(0, 10).join(', '))] : []),
    ].join('\n')
  }

  /** `kubarium lab …` on the Node of the package. @throws UserError with what it says */
  async #run(...args: string[]): Promise<void> {
    const { node, bundles, dataDir } = this.#options
    const child = spawn(node, [join(bundles, 'cli.mjs'), 'lab', ...args, '--data-dir', dataDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    const code = await new Promise<number | null>((done, failed) => {
      child.once('error', failed)
      child.once('close', done)
    })
    if (code === 0) return
    const [, message = said.trim(), advice = ''] = /^error: (.*)\n?([^]*)$/m.exec(said) ?? []
    throw new UserError(message || `kubarium lab ${args[0]} ended with ${code}`, advice.trim())
  }
}

/** A dialog stands over a window, or alone if there is none. */
function ask(window: BrowserWindow | undefined, options: MessageBoxOptions): Promise<MessageBoxReturnValue> {
  return isThere(window) ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options)
}

function isThere(window: BrowserWindow | undefined): window is BrowserWindow {
  return window !== undefined && !window.isDestroyed()
}
