import { spawn } from 'node:child_process'
import type { Platform } from '../../engine/base/platform/platform.ts'

/** Opens an address in the user's browser, or says that the user has to. */
export function openBrowser(address: string, platform: Platform): void {
  const command = platform.browserCommand(address)
  if (!command) return console.log('Open the address above in a browser.')
  const browser = spawn(command.command, command.args, { detached: true, stdio: 'ignore' })
  browser.once('error', () => console.log('No browser could be opened; open the address above in one.'))
  browser.unref()
}
