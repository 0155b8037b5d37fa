import { join } from 'node:path'
import { app, BrowserWindow, nativeImage } from 'electron'
import type { LabState } from './lab-link.ts'
import type { ShellPlatform } from './platform.ts'

/** Above one, the bar shows that something goes on, without saying how far. */
const GOES_ON = 2
const NONE = -1

/** What the dock or the taskbar shows: that the lab starts or failed to, and how much has not been seen. */
export class Dock {
  readonly #platform: ShellPlatform
  readonly #images: string

  constructor(platform: ShellPlatform, images: string) {
    this.#platform = platform
    this.#images = images
  }

  showLab({ phase }: LabState): void {
    for (const window of BrowserWindow.getAllWindows())
      if (phase === 'starting' || phase === 'stopping') window.setProgressBar(GOES_ON, { mode: 'indeterminate' })
      else if (phase === 'failed' || phase === 'ended') window.setProgressBar(1, { mode: 'error' })
      else window.setProgressBar(NONE)
  }

  /** `description` says the same for who cannot see it. */
  showUnseen(count: number, description: string): void {
    if (this.#platform.unseenAs === 'count') return void app.setBadgeCount(count)
    const image = count > 0 ? nativeImage.createFromPath(join(this.#images, 'unseen.png')) : null
    for (const window of BrowserWindow.getAllWindows()) window.setOverlayIcon(image, count > 0 ? description : '')
  }
}
