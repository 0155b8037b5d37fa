import { watched } from '../cluster/watched.svelte.ts'
import { connection } from '../cluster/connection.svelte.ts'
import type { KubeObject } from '../../../engine/api/object.ts'
import type { Event } from '../../../engine/api/types.ts'
import type { LabStatus } from '../../../engine/lab/contract.ts'
import { lab } from '../lab/status.svelte.ts'
import { mergeNotices, noticesOfEvents, noticesOfStatus, type Notice } from './notices.ts'

/** What has happened since the page was opened. Read by the bell, which is always there. */
class Notices {
  #ofLab: readonly Notice[] = $state.raw([])
  #seenAt = $state(Date.now())
  readonly #since = Date.now()
  readonly #warnings = watched<Event & KubeObject>('/api/v1/events?fieldSelector=type%3DWarning')

  /** Follows the lab. Gives the function that ends it. */
  follow(): () => void {
    let before: LabStatus | undefined
    return $effect.root(() => {
      $effect(() => {
        const now = connection.isLab ? lab.status : undefined
        if (!now) return
        const found = noticesOfStatus(before, now, Date.now())
        before = now
        if (found.length) this.#ofLab = mergeNotices(found, this.#ofLab)
      })
    })
  }

  get list(): readonly Notice[] {
    return mergeNotices(this.#ofLab, noticesOfEvents(this.#warnings.items.values(), this.#since))
  }

  get unseen(): number {
    return this.list.filter(notice => notice.at > this.#seenAt).length
  }

  seen(): void {
    this.#seenAt = Date.now()
  }
}

export const notices = new Notices()
