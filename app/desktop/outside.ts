import { extname, resolve } from 'node:path'
import type { Logger } from '../../engine/base/log.ts'
import { ARCHIVE_EXTENSION } from '../../engine/lab/archive/manifest.ts'
import type { ChosenFile, Opened } from './contract.ts'
import { MANIFESTS, readManifest } from './files.ts'
import { isLink, routeOfLink } from './routes.ts'
import type { ShellTexts } from './texts/shell.ts'

/** Whoever chooses a thousand files does not want them in one editor. */
const MOST_FILES = 50
/** Each is asked about. */
const MOST_ARCHIVES = 3

export interface OutsideOptions {
  log: Logger
  texts(): ShellTexts
  /** Something was opened: a page is to be brought to the front and to take it. */
  arrived(): void
  /** Saved labs were opened. */
  archives(paths: string[]): void
  failed(error: unknown): void
}

/**
 * What is opened from outside: links of other programs, and manifests and saved labs of the file manager. It waits here until a
 * page takes it, which may be long if the lab is only starting. A link shows a view and a manifest becomes text in the editor:
 * neither does anything to the cluster. A saved lab is another lab, and no matter of pages.
 */
export class Outside {
  readonly #options: OutsideOptions
  #address: string | undefined
  #files: ChosenFile[] = []

  constructor(options: OutsideOptions) {
    this.#options = options
  }

  /** Gives what waits, once. */
  take(): Opened {
    const opened = { ...(this.#address && { address: this.#address }), files: this.#files }
    this.#address = undefined
    this.#files = []
    return opened
  }

  /** Opens what the arguments of a start name: links and manifests. Options, and all else, are not ours. */
  async openArguments(argv: readonly string[], folder: string): Promise<void> {
    const { links, paths } = meantToOpen(argv)
    for (const link of links) this.openLink(link)
    await this.openFiles(paths.map(path => resolve(folder, path)))
  }

  openLink(link: string): void {
    const address = routeOfLink(link)
    if (!address) return this.#options.log.warn('a link was refused', { link: link.slice(0, 200) })
    this.#address = address
    this.#options.arrived()
  }

  async openFiles(opened: readonly string[]): Promise<void> {
    const archives = opened.filter(isArchive)
    if (archives.length > 0) this.#options.archives(archives.slice(0, MOST_ARCHIVES))
    const paths = opened.filter(path => !isArchive(path))
    const read = await Promise.allSettled(
      paths.slice(0, MOST_FILES).map(path => readManifest(path, this.#options.texts())),
    )
    const files = read.flatMap(each => (each.status === 'fulfilled' ? each.value : []))
    for (const each of read) if (each.status === 'rejected') this.#options.failed(each.reason)
    if (files.length === 0) return
    this.#files = [...this.#files, ...files].slice(-MOST_FILES)
    this.#options.arrived()
  }
}

/** What of a start's arguments is to be opened. The program itself, and in a source tree its folder, end in no name of ours. */
export function meantToOpen(argv: readonly string[]): { links: string[]; paths: string[] } {
  const links = argv.filter(isLink)
  const paths = argv.filter(
    text => !isLink(text) && !text.startsWith('-') && (isArchive(text) || MANIFESTS.includes(endingOf(text))),
  )
  return { links, paths }
}

/** Whether a file is a saved lab, by its name. */
export function isArchive(path: string): boolean {
  return endingOf(path) === ARCHIVE_EXTENSION
}

function endingOf(path: string): string {
  return extname(path).slice(1).toLowerCase()
}

/** The arguments that are options: what stands behind `--` was put there by the system and may be anybody's words. */
export function optionsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end < 0 ? argv : argv.slice(0, end)
}
