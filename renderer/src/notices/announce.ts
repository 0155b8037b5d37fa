import { desktop } from '../shell/desktop.ts'
import type { Said } from '../text/define.ts'
import { Announcer } from './announcer.ts'
import type { Notice } from './notices.ts'
import { sayNotice } from './say-notice.ts'
import type { noticesTexts } from './text.ts'

const announcer = new Announcer()
const LONGEST = { title: 200, body: 1_000 }

/** Gives new notices to the system while nobody looks at the page; the shell shows them if the user wants that. */
export function announce(list: readonly Notice[], t: Said<typeof noticesTexts.en>): void {
  const news = announcer.news(list)
  if (!desktop || document.hasFocus()) return
  for (const notice of news) {
    const { title, text } = sayNotice(notice, t)
    desktop
      .notify({ title: title.slice(0, LONGEST.title), body: text.slice(0, LONGEST.body), address: notice.address })
      .catch((error: unknown) => console.warn('a notification was refused', error))
  }
}

/** Tells the dock or the taskbar how much has not been seen. */
export function showUnseen(count: number): void {
  void desktop?.setUnseen(Math.min(count, 999))
}
