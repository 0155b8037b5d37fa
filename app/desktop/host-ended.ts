import { dialog } from 'electron'
import type { LabLink } from './lab-link.ts'
import type { ShellTexts } from './texts/shell.ts'
import type { Windows } from './windows.ts'

export interface HostEndedOptions {
  link: LabLink
  windows: Windows
  texts(): ShellTexts
  showLog(): void
  /** Tells a user who looks elsewhere. */
  notify(title: string, body: string, clicked: () => void): void
}

/**
 * Says that the lab's process ended without being asked to, and starts it again if the user says so. Pages stay as they are, with
 * all that is typed in them: they find the lab again by themselves. The question goes when somebody else starts it.
 */
export function watchHost({ link, windows, texts, showLog, notify }: HostEndedOptions): void {
  let asking: AbortController | undefined
  link.onChange(({ phase, lab }) => {
    if (phase !== 'ended') return asking?.abort()
    if (asking) return
    const question = (asking = new AbortController())
    const t = texts()
    notify(t.hostEnded(lab), t.hostEndedText, () => windows.focus())
    void dialog
      .showMessageBox(windows.front(), {
        type: 'warning',
        message: t.hostEnded(lab),
        detail: t.hostEndedText,
        buttons: [t.startLab, t.showLog, t.later],
        defaultId: 0,
        cancelId: 2,
        signal: question.signal,
      })
      .then(({ response }) => {
        asking = undefined
        if (question.signal.aborted) return
        if (response === 0) void link.start()
        if (response === 1) showLog()
      })
  })
}
