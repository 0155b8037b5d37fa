/** The main of the desktop app. It shows a lab and starts and stops its process; all else is the lab's own. */

import { app, dialog, protocol } from 'electron'
import { messageOf, UserError } from '../../engine/base/errors.ts'
import { createLogger, lineSink } from '../../engine/base/log.ts'
import { currentPlatform } from '../../engine/base/platform/platform.ts'
import { join } from 'node:path'
import { findPlaces, type Places } from './places.ts'
import { PRIVILEGED } from './protocol.ts'
import { runShell } from './shell.ts'

const log = createLogger(lineSink(process.stderr), process.env.KUBARIUM_DEBUG ? 'debug' : 'info', 'desktop')
const platform = currentPlatform()
const places = findPlacesOrEnd()
if (places) {
  // One app for each lab of each data folder: the lock lies in this folder.
  app.setPath('userData', join(places.desktop, places.lab))
  if (app.requestSingleInstanceLock()) {
    app.enableSandbox()
    protocol.registerSchemesAsPrivileged([PRIVILEGED])
    runShell(places, platform, log)
  } else app.quit()
}

function findPlacesOrEnd(): Places | undefined {
  try {
    return findPlaces(app, platform, process.argv, process.env)
  } catch (error) {
    const advice = error instanceof UserError ? error.advice : ''
    dialog.showErrorBox('Kubarium cannot start', `${messageOf(error)}\n\n${advice}`)
    app.exit(1)
    return undefined
  }
}
