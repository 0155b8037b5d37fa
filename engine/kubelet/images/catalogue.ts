import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Image } from './image.ts'
import { fullName, parseReference } from './reference.ts'

/** What a node remembers of an image that it has pulled. */
export interface PulledImage {
  digest: string
  /** Repositories and tags under which it was asked for, in full. */
  references: string[]
  sizeBytes: number
  /** Milliseconds since 1970. */
  pulledAtMs: number
  lastUsedAtMs: number
}

/** A Node lists no more images than this, the largest first (nodeStatusMaxImages). */
const MOST_IN_STATUS = 50

/**
 * Which images a node has, as seen through the API: those of the lab lie on the user's disk once, for all its machines;
 * to pull one is to note that this node has it.
 */
export class ImageCatalogue {
  readonly #file: string | undefined
  readonly #pulled = new Map<string, PulledImage>()

  /** @param file where the notes are kept over restarts; absent: nowhere */
  constructor(file: string | undefined, log?: Pick<Logger, 'warn'>) {
    this.#file = file
    for (const image of readNotes(file, log)) this.#pulled.set(image.digest, image)
  }

  get images(): readonly PulledImage[] {
    return [...this.#pulled.values()]
  }

  knows(digest: string): boolean {
    return this.#pulled.has(digest)
  }

  /** Whether the node has this image under this name. */
  has(image: Image, reference: string): boolean {
    const noted = this.#pulled.get(image.digest)
    return !!noted && (pinned(reference) || noted.references.includes(inFull(reference)))
  }

  /** Notes that the node has pulled an image. */
  add(image: Image, reference: string, nowMs: number): void {
    const before = this.#pulled.get(image.digest)
    const full = inFull(reference)
    const moved = [...this.#pulled.values()].filter(i => i.digest !== image.digest && i.references.includes(full))
    // A tag names one image: what had it before is there without it, until it is collected.
    for (const other of moved)
      this.#pulled.set(other.digest, { ...other, references: other.references.filter(r => r !== full) })
    this.#pulled.set(image.digest, {
      digest: image.digest,
      references: [...new Set([...(before?.references ?? []), full])],
      sizeBytes: image.sizeBytes,
      pulledAtMs: before?.pulledAtMs ?? nowMs,
      lastUsedAtMs: nowMs,
    })
    this.#write()
  }

  /** Notes that these are in use at this moment; kept in memory until the next change. */
  touch(digests: Iterable<string>, nowMs: number): void {
    for (const digest of digests) {
      const image = this.#pulled.get(digest)
      if (image) image.lastUsedAtMs = nowMs
    }
  }

  remove(digest: string): void {
    if (this.#pulled.delete(digest)) this.#write()
  }

  get sizeBytes(): number {
    return this.images.reduce((sum, i) => sum + i.sizeBytes, 0)
  }

  /** As in `status.images` of a Node: digests before tags, the largest first. */
  status(): { names: string[]; sizeBytes: number }[] {
    return this.images
      .map(({ references, digest, sizeBytes }) => {
        const repositories = [...new Set(references.map(r => fullName(parseReference(r).name)))]
        return { names: [...repositories.map(name => `${name}@${digest}`), ...references], sizeBytes }
      })
      .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.names[0] < b.names[0] ? -1 : 1))
      .slice(0, MOST_IN_STATUS)
  }

  #write(): void {
    if (!this.#file) return
    mkdirSync(dirname(this.#file), { recursive: true })
    const temporary = `${this.#file}.new`
    writeFileSync(temporary, JSON.stringify(this.images), { mode: 0o600 })
    renameSync(temporary, this.#file)
  }
}

/** A reference in full: "docker.io/library/nginx:latest". */
function inFull(reference: string): string {
  const { name, tag } = parseReference(reference)
  return `${fullName(name)}:${tag}`
}

function pinned(reference: string): boolean {
  return reference.includes('@')
}

/** Notes that are lost or damaged cost a pull, which costs nothing here. */
function readNotes(file: string | undefined, log?: Pick<Logger, 'warn'>): PulledImage[] {
  if (!file) return []
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PulledImage[]
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') log?.warn('the list of pulled images is damaged and begun anew', { file })
    return []
  }
}
