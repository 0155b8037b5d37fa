import { dialog, type BrowserWindow } from 'electron'
import type { Clock } from '../../engine/base/clock.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { ShellTexts } from './texts/shell.ts'

/** A page that ends more often than this within the time is not loaded again. */
const CRASH_LIMIT = 3
const CRASH_WINDOW_MS = 60_000

export interface SurviveOptions {
  clock: Clock
  log: Logger
  texts(): ShellTexts
  /** Loads the page again, at the address that it shows. */
  reload(window: BrowserWindow): void
}

/** A page whose process ended is loaded again, and the user is told; not endlessly. One that hangs is, if the user says so. */
export function survive(window: BrowserWindow, options: SurviveOptions): void {
  surviveCrash(window, options)
  surviveHang(window, options)
}

function surviveCrash(window: BrowserWindow, { clock, log, texts, reload }: SurviveOptions): void {
  let crashes: number[] = []
  window.webContents.on('render-process-gone', (_, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    log.error('the process of a page ended', { reason, exitCode })
    const now = clock.monotonic()
    crashes = [...crashes.filter(at => now - at < CRASH_WINDOW_MS), now]
    const again = crashes.length < CRASH_LIMIT
    if (again) reload(window)
    const t = texts()
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: again ? t.pageEnded : t.pageKeepsEnding,
        detail: t.pageEndedText(reason, exitCode),
        buttons: again ? [t.ok] : [t.loadAgain, t.close],
        cancelId: again ? 0 : 1,
      })
      .then(({ response }) => {
        if (again || window.isDestroyed()) return
        if (response === 0) reload(window)
        else window.close()
      })
  })
}

/** Asks once for each hang, and takes the question back when the page answers again. */
function surviveHang(window: BrowserWindow, { log, texts }: SurviveOptions): void {
  let asking: AbortController | undefined
  window.on('responsive', () => asking?.abort())
  window.on('unresponsive', () => {
    if (asking || window.isDestroyed()) return
    log.warn('a page does not answer')
    const question = (asking = new AbortController())
    const t = texts()
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: t.pageHangs,
        detail: t.pageHangsText,
        buttons: [t.wait, t.loadAgain],
        cancelId: 0,
        signal: question.signal,
      })
      .then(({ response }) => {
        asking = undefined
        // Ended by force, since a busy page would never get to a request to load again; what follows is as after a crash.
        if (response === 1 && !question.signal.aborted && !window.isDestroyed())
          window.webContents.forcefullyCrashRenderer()
      })
  })
}
