import { Notification } from 'electron'
import type { Clock } from '../../engine/base/clock.ts'

/** More at once would be noise: the rest is in the list of the interface. */
const MOST = 5
const WITHIN_MS = 30_000

export interface NotifierOptions {
  clock: Clock
  /** Whether the user wants them, and is not looking at a window. */
  wanted(): boolean
}

/** Notifications of the system. */
export class Notifier {
  readonly #options: NotifierOptions
  /** Those on the screen; one that nobody holds is collected and then hears no click. */
  readonly #shown = new Set<Notification>()
  #recent: { what: string; at: number }[] = []

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  /** Shows one if the user wants it. The same twice, as of two windows, is shown once. */
  show(title: string, body: string, clicked: () => void): void {
    if (!this.#options.wanted() || !Notification.isSupported()) return
    const now = this.#options.clock.monotonic()
    const what = `${title}\n${body}`
    this.#recent = this.#recent.filter(({ at }) => now - at < WITHIN_MS)
    if (this.#recent.length >= MOST || this.#recent.some(each => each.what === what)) return
    this.#recent.push({ what, at: now })
    const notification = new Notification({ title, body })
    this.#shown.add(notification)
    const done = () => this.#shown.delete(notification)
    notification.on('click', () => {
      done()
      clicked()
    })
    notification.on('close', done)
    notification.on('failed', done)
    notification.show()
  }
}
