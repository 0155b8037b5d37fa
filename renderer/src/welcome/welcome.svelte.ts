import type { KubeObject } from '../../../engine/api/object.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { requestJSON } from '../cluster/rest.ts'
import { isOfUser, LOOKED_AT } from './first-start.ts'

const KEPT = 'welcome'
/** What the cluster makes for itself is less; of a large cluster no more is needed. */
const FIRST = 100

/** Whether the welcome is shown: by itself at the first start of a lab in which nobody has made anything, else when asked for. */
class Welcome {
  open = $state(false)
  #looking = false

  show(): void {
    this.open = true
  }

  /** Answered or skipped: it does not come by itself again. */
  close(): void {
    this.open = false
    this.answered()
  }

  answered(): void {
    localStorage.setItem(KEPT, 'answered')
  }

  /** Shows itself if this is a first start. To be called when the lab runs. */
  async look(): Promise<void> {
    if (this.#looking || !connection.isLab || localStorage.getItem(KEPT) !== null) return
    this.#looking = true
    try {
      const lists = await Promise.all(
        LOOKED_AT.map(path => requestJSON<{ items: KubeObject[] }>(`${connection.cluster}${path}?limit=${FIRST}`)),
      )
      if (lists.every(({ items }) => !items.some(isOfUser)) && localStorage.getItem(KEPT) === null) this.show()
    } catch {
      this.#looking = false // a lab that cannot say yet is asked again when its status next changes
    }
  }
}

export const welcome = new Welcome()
