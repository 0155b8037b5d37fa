import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** `image.json` in an image's folder. */
interface ImageManifest {
  /** Repository names without tags; "*" as a tag stands for all. */
  names: string[]
  /** Tags that are served; absent: any. */
  tags?: string[]
  /**
   * "node": `entry` is a script in the folder; "host": programs of this machine, found on its PATH, run in it. An empty
   * `entry` leaves the choice of the program to the arguments.
   */
  runs: 'node' | 'host'
  entry: string[]
  /** Default arguments. */
  cmd?: string[]
  env?: Record<string, string>
  workingDir?: string
  ports?: number[]
  user?: number
  stopSignal?: NodeJS.Signals
  /** Commands that a container of this image has beside its entry, by name: scripts in the folder. */
  commands?: Record<string, string>
}

export interface Image extends ImageManifest {
  /** Folder with the program. */
  dir: string
  /** sha256 over the folder's files. */
  digest: string
  sizeBytes: number
}

/** The images that this node can run. */
export class ImageStore {
  readonly images: readonly Image[]

  constructor(dir: string) {
    this.images = existsSync(dir)
      ? readdirSync(dir, { withFileTypes: true })
          .filter(entry => entry.isDirectory() && existsSync(join(dir, entry.name, 'image.json')))
          .map(entry => readImage(join(dir, entry.name)))
      : []
  }

  /** The image of a reference such as "nginx:1.25", "docker.io/library/nginx" or "nginx@sha256:…". */
  find(reference: string): Image | undefined {
    const { name, tag } = parseReference(reference)
    return this.images.find(image => image.names.includes(name) && (!image.tags || image.tags.includes(tag)))
  }

  /** Names that look like the one asked for, for the message of a failed pull. */
  similar(reference: string): string[] {
    const { name } = parseReference(reference)
    const short = name.split('/').at(-1)!
    const all = this.images.flatMap(image => image.names)
    const near = all.filter(n => n.includes(short) || short.includes(n.split('/').at(-1)!))
    return near.length ? near : all
  }
}

/** Splits a reference; the defaults of Docker Hub are left out, so that all spellings of a name agree. */
export function parseReference(reference: string): { name: string; tag: string } {
  const [withoutDigest] = reference.split('@')
  const colon = withoutDigest.lastIndexOf(':')
  const hasTag = colon > withoutDigest.lastIndexOf('/')
  const full = hasTag ? withoutDigest.slice(0, colon) : withoutDigest
  const name = full.replace(/^(index\.)?docker\.io\//, '').replace(/^library\//, '')
  return { name, tag: hasTag ? withoutDigest.slice(colon + 1) : 'latest' }
}

function readImage(dir: string): Image {
  const manifest = JSON.parse(readFileSync(join(dir, 'image.json'), 'utf8')) as ImageManifest
  const hash = createHash('sha256')
  let sizeBytes = 0
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(e => e.isFile())
    .map(e => join(e.parentPath, e.name))
    .sort()
  for (const file of files) {
    const content = readFileSync(file)
    hash.update(file.slice(dir.length)).update(content)
    sizeBytes += content.length
  }
  return { ...manifest, dir, digest: `sha256:${hash.digest('hex')}`, sizeBytes }
}
