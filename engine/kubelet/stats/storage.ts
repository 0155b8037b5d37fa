import { readlinkSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Pod } from '../../api/types.ts'
import type { Clock } from '../../base/clock.ts'
import { codeOf } from '../../base/errors.ts'
import { folderSize } from '../volumes/empty-dir.ts'

/** What a pod takes of its node's disk, in bytes. */
export interface PodStorage {
  /** When it was measured, by the wall clock. */
  atMs: number
  containers: Map<string, { rootfs: number; logs: number }>
  /** emptyDirs, those in memory too. */
  volumes: Map<string, number>
  /** All that is on disk. */
  total: number
}

/** A pod as far as its files go. */
export interface StoredPod {
  pod: Pod
  dir: string
  containers: { spec: { name?: string } }[]
}

/** Looking takes this part of the time at most, however many files there are. */
const MOST_SHARE = 0.02

/** Measures what pods have written. Looks at all files of all pods, so it is asked for only now and then. */
export class StorageMeter {
  readonly #clock: Clock
  readonly #pods: () => StoredPod[]
  #latest = new Map<string, PodStorage>()
  #notBefore = -Infinity
  #work: Promise<void> | undefined

  constructor(clock: Clock, pods: () => StoredPod[]) {
    this.#clock = clock
    this.#pods = pods
  }

  /** As of the last measurement. */
  of(uid: string): PodStorage | undefined {
    return this.#latest.get(uid)
  }

  /** Of all pods, on disk. */
  get total(): number {
    return [...this.#latest.values()].reduce((sum, pod) => sum + pod.total, 0)
  }

  /** Measures anew, unless that was done so recently that it would take too much of the time. */
  measure(options: { always?: boolean } = {}): Promise<void> {
    if (!options.always && this.#clock.monotonic() < this.#notBefore) return Promise.resolve()
    this.#work ??= this.#measure().finally(() => (this.#work = undefined))
    return this.#work
  }

  async #measure(): Promise<void> {
    const begun = this.#clock.monotonic()
    const measured = new Map<string, PodStorage>()
    for (const pod of this.#pods()) measured.set(pod.pod.metadata.uid!, await this.#measurePod(pod))
    this.#latest = measured
    const took = this.#clock.monotonic() - begun
    this.#notBefore = begun + took / MOST_SHARE
  }

  async #measurePod({ pod, dir, containers }: StoredPod): Promise<PodStorage> {
    const storage: PodStorage = { atMs: this.#clock.now(), containers: new Map(), volumes: new Map(), total: 0 }
    for (const { spec } of containers) {
      const folder = join(dir, 'containers', spec.name!)
      const rootfs = await folderSize(join(folder, 'root'))
      const logs = Math.max(0, (await folderSize(folder)) - rootfs)
      storage.containers.set(spec.name!, { rootfs, logs })
      storage.total += rootfs + logs
    }
    for (const { name, emptyDir } of pod.spec?.volumes ?? []) {
      if (!emptyDir) continue
      const used = await folderSize(target(join(dir, 'volumes', name!)))
      storage.volumes.set(name!, used)
      if (emptyDir.medium !== 'Memory') storage.total += used
    }
    return storage
  }
}

/** A volume in memory is a link to where that is. */
function target(folder: string): string {
  try {
    const to = readlinkSync(folder)
    return isAbsolute(to) ? to : folder
  } catch (error) {
    if (codeOf(error) === 'EINVAL' || codeOf(error) === 'ENOENT' || codeOf(error) === 'UNKNOWN') return folder
    throw error
  }
}
