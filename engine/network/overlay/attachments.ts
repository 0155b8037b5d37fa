import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/log.ts'
import type { Protocol } from './port-registry.ts'

/** What the programs of a pod were told once, and hold to as long as they run. */
export interface Attachment {
  token: string
  reserved: { protocol: Protocol; port: number; realPort: number }[]
  /** The pod has a network namespace. */
  namespaced?: boolean
}

/**
 * The pods' attachments in a file of this user's alone: programs that go on while their machine's process is started
 * again find the network as they left it.
 */
export class Attachments {
  readonly #file: string
  readonly #log: Logger
  readonly #byPod: Map<string, Attachment>

  constructor(file: string, log: Logger) {
    this.#file = file
    this.#log = log
    this.#byPod = new Map(Object.entries(read(file, log)))
  }

  of(uid: string): Attachment | undefined {
    return this.#byPod.get(uid)
  }

  set(uid: string, attachment: Attachment): void {
    this.#byPod.set(uid, attachment)
    this.#save()
  }

  delete(uid: string): void {
    if (this.#byPod.delete(uid)) this.#save()
  }

  #save(): void {
    const next = `${this.#file}.next`
    try {
      mkdirSync(dirname(this.#file), { recursive: true })
      writeFileSync(next, JSON.stringify(Object.fromEntries(this.#byPod)), { mode: 0o600 })
      renameSync(next, this.#file)
    } catch (error) {
      // Pods work without the file; only those that outlive this process would be without a network.
      this.#log.warn('the attachments of the pods were not saved', { file: this.#file, error: messageOf(error) })
    }
  }
}

function read(file: string, log: Logger): Record<string, Attachment> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Attachment>
  } catch (error) {
    if (codeOf(error) !== 'ENOENT')
      log.warn('the saved attachments cannot be read; pods get new ones', { file, error: messageOf(error) })
    return {}
  }
}
