import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FOLDER_DRIVER } from '../../api/storage/volumes.ts'
import type { PersistentVolume } from '../../api/types.ts'
import type { Logger } from '../../base/log.ts'
import type { Informer } from '../../client/cache/informer.ts'

/** Beside the folders: what was last known of each volume's reclaim policy, by handle. */
const POLICIES = 'policies.json'

/**
 * Removes the folders of volumes that are gone, if their reclaim policy was Delete. Those of others stay, as a disk would:
 * what was last seen of a volume counts, also if it went while the node was down.
 */
export class FolderVolumes {
  readonly #dir: string
  readonly #log: Logger
  readonly #volumes: Informer<PersistentVolume>
  #policies: Record<string, string>

  constructor(dir: string, volumes: Informer<PersistentVolume>, log: Logger) {
    this.#dir = dir
    this.#log = log
    this.#volumes = volumes
    this.#policies = read(join(dir, POLICIES))
    volumes.addHandler({
      onAdd: volume => this.#note(volume),
      onUpdate: (_, volume) => this.#note(volume),
      onDelete: volume => this.#gone(volume),
    })
  }

  /** Clears away what went while the node was down. All volumes must be known. */
  sweep(): void {
    const known = new Set(this.#volumes.lister.list().map(handleOf))
    for (const handle of this.#folders())
      if (!known.has(handle) && this.#policies[handle] === 'Delete') this.#remove(handle)
    this.#keep(Object.fromEntries(Object.entries(this.#policies).filter(([handle]) => known.has(handle))))
  }

  #note(volume: PersistentVolume): void {
    const handle = handleOf(volume)
    const policy = volume.spec?.persistentVolumeReclaimPolicy ?? 'Retain'
    if (handle && this.#policies[handle] !== policy) this.#keep({ ...this.#policies, [handle]: policy })
  }

  #gone(volume: PersistentVolume): void {
    const handle = handleOf(volume)
    if (!handle) return
    if (volume.spec?.persistentVolumeReclaimPolicy === 'Delete') this.#remove(handle)
    const { [handle]: _, ...left } = this.#policies
    this.#keep(left)
  }

  #remove(handle: string): void {
    if (!this.#folders().includes(handle)) return
    rmSync(join(this.#dir, handle), { recursive: true, force: true })
    this.#log.info('removed the folder of a volume that is gone', { volume: handle })
  }

  #folders(): string[] {
    if (!existsSync(this.#dir)) return []
    return readdirSync(this.#dir, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
  }

  #keep(policies: Record<string, string>): void {
    this.#policies = policies
    mkdirSync(this.#dir, { recursive: true })
    const file = join(this.#dir, POLICIES)
    writeFileSync(`${file}.new`, JSON.stringify(policies), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
}

function read(file: string): Record<string, string> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
}

function handleOf({ spec }: PersistentVolume): string | undefined {
  return spec?.csi?.driver === FOLDER_DRIVER ? spec.csi.volumeHandle : undefined
}
