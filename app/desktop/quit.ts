import { app, BrowserWindow, dialog } from 'electron'
import type { LabLink } from './lab-link.ts'
import type { SettingsFile } from './settings.ts'
import type { ShellTexts } from './texts/shell.ts'
import { sayWhy } from './why.ts'

const KEEP = 0
const STOP = 1
const CANCEL = 2

/**
 * Before the app quits while the lab runs: leave it running in the background, or stop it, as the user says or once said.
 * The lab is a process of its own and is asked to stop, never ended by force.
 */
export function guardQuit(link: LabLink, settings: SettingsFile, texts: () => ShellTexts): void {
  let decided = false
  let deciding = false
  app.on('before-quit', event => {
    if (decided || !link.isRunning || settings.current.onQuit === 'keep') return
    event.preventDefault()
    if (deciding) return
    deciding = true
    decide(link, settings, texts())
      .then(quit => {
        decided = quit
        if (quit) app.quit()
      })
      .catch((error: unknown) => dialog.showErrorBox(texts().cannotStop, sayWhy(error, texts())))
      .finally(() => (deciding = false))
  })
}

/** False if the app is to stay. */
async function decide(link: LabLink, settings: SettingsFile, t: ShellTexts): Promise<boolean> {
  if (settings.current.onQuit === 'stop') {
    await link.stop()
    return true
  }
  const question = {
    type: 'question' as const,
    message: t.leaveRunning(link.state.lab),
    detail: t.leaveRunningText,
    buttons: [t.leaveIt, t.stopIt, t.cancel],
    defaultId: KEEP,
    cancelId: CANCEL,
    checkboxLabel: t.doNotAsk,
  }
  const window = BrowserWindow.getAllWindows()[0]
  const { response, checkboxChecked } = await (window
    ? dialog.showMessageBox(window, question)
    : dialog.showMessageBox(question))
  if (response === CANCEL) return false
  if (checkboxChecked) settings.change({ onQuit: response === STOP ? 'stop' : 'keep' })
  if (response === STOP) await link.stop()
  return true
}
