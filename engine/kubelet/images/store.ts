import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.ts'
import { ImageError, MANIFEST_FILE, readImage, type Image } from './image.ts'
import type { PlatformName } from './manifest.ts'
import { nearNames } from './near.ts'
import { parseReference, referenceProblem } from './reference.ts'

export interface ImageStoreOptions {
  /** Folder of the images that come with the program. */
  builtIn: string
  /** Folder of the images that were added to this lab, and of its settings. */
  added?: string
  /** The operating system here; absent: images are not refused for theirs. */
  platform?: PlatformName
  /** PATH, and on Windows PATHEXT, by which `host/<program>` is found. */
  env?: Record<string, string | undefined>
}

/** An image, or why there is none. */
export type Resolution = { image: Image } | { problem: string; invalid?: boolean }

/** A folder that should be an image and is not. */
export interface DamagedImage {
  dir: string
  problem: string
}

/** Settings of a lab's images. */
export interface ImageSettings {
  /** Whether `host/<program>` runs programs of the user's machine. */
  hostPrograms: boolean
}

export const SETTINGS_FILE = 'settings.json'
/** Scripts that the built-in images share, and those commands of it that every container has. */
const SHARED = 'container'
const SHARED_COMMANDS = ['tar', 'test']
const PROGRAM = /^host\/([a-z0-9._+-]+)$/i

/** The images that this lab's machines can run: those that come with it, and those that were added. */
export class ImageStore {
  readonly #options: ImageStoreOptions
  readonly #builtIn: Image[]
  #added: Image[] = []
  #damaged: DamagedImage[] = []
  #seen = ''

  constructor(options: string | ImageStoreOptions) {
    this.#options = typeof options === 'string' ? { builtIn: options } : options
    const { builtIn } = this.#options
    this.#builtIn = foldersIn(builtIn).map(dir => this.#withShared(readImage(dir, { trusted: true })))
  }

  /** All images, those that were added first: they stand before built-in ones of the same name. */
  get images(): readonly Image[] {
    this.#refresh()
    return [...this.#added, ...this.#builtIn]
  }

  /** Folders among those of added images that hold none. */
  get damaged(): readonly DamagedImage[] {
    this.#refresh()
    return this.#damaged
  }

  get settings(): ImageSettings {
    return readImageSettings(this.#options.added)
  }

  isBuiltIn(image: Image): boolean {
    return this.#builtIn.some(i => i.dir === image.dir)
  }

  /** The image of a reference such as "nginx:1.25", "docker.io/library/nginx" or "nginx@sha256:…". */
  find(reference: string): Image | undefined {
    const found = this.resolve(reference)
    return 'image' in found ? found.image : undefined
  }

  /** As `find`, with the reason if there is none, in a sentence that names the way out. */
  resolve(reference: string): Resolution {
    const invalid = referenceProblem(reference)
    if (invalid) return { problem: `couldn't parse image name "${reference}": ${invalid}`, invalid: true }
    const { name, tag, digest } = parseReference(reference)
    const program = PROGRAM.exec(name)?.[1]
    if (program) return this.#hostProgram(program)
    const named = this.images.filter(i => i.names.some(n => parseReference(n).name === name))
    if (!named.length) return { problem: `not found: this lab is offline; ${this.#whatThereIs(reference)}` }
    if (digest) {
      const pinned = named.find(i => i.digest === digest)
      if (!pinned)
        return { problem: `not found: here ${name} has the digest ${named.map(i => i.digest).join(' or ')}, no other` }
      return this.#onPlatform(pinned, tag)
    }
    const image = named.find(i => servesTag(i, tag))
    if (!image) return { problem: `not found: ${name} has no tag "${tag}" here; ${named.map(tagsOf).join('; ')}` }
    return this.#onPlatform(image, tag)
  }

  /** Names that look like the one asked for; all, if none does. */
  similar(reference: string): string[] {
    const all = this.images.flatMap(image => image.names)
    const near = nearNames(parseReference(reference).name, all)
    return near.length ? near : all
  }

  #whatThereIs(reference: string): string {
    const near = nearNames(
      parseReference(reference).name,
      this.images.flatMap(i => i.names),
    )
    if (near.length) return `near names: ${near.join(', ')}`
    return `there is: ${this.images.map(i => i.names[0]).join(', ')}`
  }

  #onPlatform(image: Image, tag: string): Resolution {
    const { platform } = this.#options
    if (platform && image.platforms && !image.platforms.includes(platform))
      return {
        problem: `no match for platform in manifest: ${image.names[0]} runs on ${image.platforms.join(' and ')}, this machine is ${platform}`,
      }
    return { image: image.tagEnv ? { ...image, env: { ...image.env, [image.tagEnv]: tag } } : image }
  }

  /** Opt-in: a manifest from anywhere must not start programs of the user's that no image stands for. */
  #hostProgram(program: string): Resolution {
    if (!this.settings.hostPrograms)
      return {
        problem: `this lab does not run programs of this machine; allow it with "kubarium lab image host allow", or make the lab with --allow-host-programs`,
      }
    const file = findProgram(program, this.#options.env ?? process.env)
    if (!file) return { problem: `not found: this machine has no program "${program}" on its PATH` }
    const { size, mtimeMs } = statSync(file)
    const digest = `sha256:${createHash('sha256').update(`${file}\0${size}\0${mtimeMs}`).digest('hex')}`
    return {
      image: this.#withShared({
        names: [`host/${program}`],
        runs: 'host',
        entry: [program],
        dir: this.#options.builtIn,
        digest,
        sizeBytes: size,
      }),
    }
  }

  #withShared(image: Image): Image {
    const shared = SHARED_COMMANDS.map(name => [name, join(this.#options.builtIn, SHARED, name, 'main.mjs')] as const)
      .filter(([, script]) => existsSync(script))
      .map(([name, script]) => [name, relative(image.dir, script)] as const)
    return shared.length ? { ...image, commands: { ...Object.fromEntries(shared), ...image.commands } } : image
  }

  /** Reads what was added, if it has changed since the last look: images come and go while machines run. */
  #refresh(): void {
    const { added } = this.#options
    if (!added) return
    const folders = foldersIn(added)
    const seen = JSON.stringify(folders.map(dir => [dir, statSync(join(dir, MANIFEST_FILE)).mtimeMs]))
    if (seen === this.#seen) return
    this.#seen = seen
    this.#added = []
    this.#damaged = []
    for (const dir of folders)
      try {
        this.#added.push(this.#withShared(readImage(dir)))
      } catch (error) {
        if (!(error instanceof ImageError)) throw error
        this.#damaged.push({ dir, problem: error.message })
      }
  }
}

/** Whether an image is to be had with a tag. */
export function servesTag({ tags, tagPattern }: Image, tag: string): boolean {
  if (!tags && tagPattern === undefined) return true
  return !!tags?.includes(tag) || (tagPattern !== undefined && new RegExp(`^(?:${tagPattern})$`).test(tag))
}

/** What was said about programs of the machine; "ask" until somebody has said something. */
export type HostVerdict = 'ask' | 'allow' | 'deny'

/** @throws Error if the file is damaged */
export function hostVerdict(added: string): HostVerdict {
  if (!existsSync(join(added, SETTINGS_FILE))) return 'ask'
  return readImageSettings(added).hostPrograms ? 'allow' : 'deny'
}

/** Settings of a lab's images; what they are until somebody changes them. @throws Error if the file is damaged */
export function readImageSettings(added: string | undefined): ImageSettings {
  const none = { hostPrograms: false }
  if (!added) return none
  const file = join(added, SETTINGS_FILE)
  try {
    const { hostPrograms } = JSON.parse(readFileSync(file, 'utf8')) as Partial<ImageSettings>
    return { hostPrograms: hostPrograms === true }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return none
    throw new Error(`${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

function tagsOf({ tags, tagPattern }: Image): string {
  const those = [...(tags ?? []), ...(tagPattern === undefined ? [] : [`those that fit ${tagPattern}`])]
  return `there is: ${those.join(', ')}`
}

function foldersIn(dir: string): string[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(dir, entry.name, MANIFEST_FILE)))
    .map(entry => join(dir, entry.name))
    .sort()
}

/** Where a program is, by the PATH. Windows adds endings to names, and says which in PATHEXT. */
function findProgram(program: string, env: Record<string, string | undefined>): string | undefined {
  const endings = ['', ...(env.PATHEXT?.split(';') ?? [])]
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(Boolean)
  return folders.flatMap(dir => endings.map(ending => join(dir, program + ending))).find(isProgram)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false // not being there, or not for us, is the answer
  }
}
