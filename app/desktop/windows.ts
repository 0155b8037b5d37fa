import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { Clock } from '../../engine/base/clock.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Events } from './contract.ts'
import { tell } from './ipc.ts'
import type { LabLink } from './lab-link.ts'
import { LAB_ORIGIN, START_ORIGIN } from './origins.ts'
import type { Bounds, SettingsFile } from './settings.ts'

const SIZE = { width: 1280, height: 820 }
const SMALLEST = { minWidth: 760, minHeight: 480 }
/** The interface's own background, so that a window is not white before its page is there. */
const BACKGROUND = { light: '#f3f6f8', dark: '#0a1015' }
/** A page that ends more often than this within the time is not loaded again. */
const CRASH_LIMIT = 3
const CRASH_WINDOW_MS = 60_000

export interface WindowsOptions {
  preload: string
  icon: string | undefined
  link: LabLink
  settings: SettingsFile
  clock: Clock
  log: Logger
}

/** The app's windows: all alike, each a view of the one lab. */
export class Windows {
  readonly #options: WindowsOptions

  constructor(options: WindowsOptions) {
    this.#options = options
    options.link.onChange(state => {
      this.broadcast('lab', state)
      if (state.phase === 'up') this.#enterLab()
      // A stop that was asked for here: the page shows it, and lets go of the server, which waits for its connections.
      if (state.phase === 'stopping')
        for (const window of BrowserWindow.getAllWindows()) this.#load(window, `${START_ORIGIN}/`)
    })
  }

  /** Opens a window: with the lab if it is up, else with the page that waits for it. */
  open(address: string = `${LAB_ORIGIN}/`): BrowserWindow {
    const { preload, icon, settings, link } = this.#options
    const bounds = this.#place(settings.current.window)
    const window = new BrowserWindow({
      ...SIZE,
      ...SMALLEST,
      ...(bounds && { x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height }),
      title: 'Kubarium',
      icon,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
      },
    })
    if (bounds?.maximized) window.maximize()
    this.#remember(window)
    this.#survive(window)
    this.#load(window, link.state.phase === 'up' ? address : `${START_ORIGIN}/`)
    return window
  }

  /** Brings the app to the front, with a window if it has none. */
  focus(): void {
    const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0] ?? this.open()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  broadcast<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const window of BrowserWindow.getAllWindows()) tell(window.webContents, event, payload)
  }

  /** Loads the page of a window anew: the one that belongs to the lab's state, as its sockets are known when it loads. */
  reload(window: BrowserWindow): void {
    const isUp = this.#options.link.state.phase === 'up'
    if (isUp !== isWaiting(window)) window.webContents.reload()
    else this.#load(window, isUp ? `${LAB_ORIGIN}/` : `${START_ORIGIN}/`)
  }

  /** The lab is up: windows that waited go in. Those that show it already find it again by themselves, unless it moved. */
  #enterLab(): void {
    const { socketBase } = this.#options.link
    for (const window of BrowserWindow.getAllWindows()) {
      if (isWaiting(window)) this.#load(window, `${LAB_ORIGIN}/`)
      else if (this.#lastSocketBase && this.#lastSocketBase !== socketBase) window.webContents.reload()
    }
    this.#lastSocketBase = socketBase
  }

  #lastSocketBase = ''

  #load(window: BrowserWindow, address: string): void {
    window.loadURL(address).catch((error: Error & { code?: string }) => {
      // Another load of this window came first, or the window is gone: neither is a failure.
      if (error.code === 'ERR_ABORTED' || window.isDestroyed()) return
      this.#options.log.error('a page could not be loaded', { address, error })
    })
  }

  #remember(window: BrowserWindow): void {
    const save = () => {
      if (window.isDestroyed() || window.isMinimized()) return
      const { x, y, width, height } = window.getNormalBounds()
      this.#options.settings.change({ window: { x, y, width, height, maximized: window.isMaximized() } })
    }
    window.on('close', save)
  }

  /** Where the window was, if a screen still shows that place. */
  #place(bounds: Bounds | undefined): Bounds | undefined {
    if (!bounds) return undefined
    const { workArea } = screen.getDisplayMatching(bounds)
    const overlaps =
      bounds.x < workArea.x + workArea.width &&
      bounds.x + bounds.width > workArea.x &&
      bounds.y >= workArea.y - 1 &&
      bounds.y < workArea.y + workArea.height
    return overlaps ? bounds : undefined
  }

  /** A page whose process ended is loaded again, and the user is told; not endlessly. */
  #survive(window: BrowserWindow): void {
    const { clock, log } = this.#options
    let crashes: number[] = []
    window.webContents.on('render-process-gone', (_, { reason, exitCode }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return
      log.error('the process of a page ended', { reason, exitCode })
      const now = clock.monotonic()
      crashes = [...crashes.filter(at => now - at < CRASH_WINDOW_MS), now]
      const again = crashes.length < CRASH_LIMIT
      if (again) this.reload(window)
      void dialog
        .showMessageBox(window, {
          type: 'warning',
          message: again ? 'The page ended and was loaded again.' : 'The page keeps ending.',
          detail: `Reason: ${reason} (${exitCode}). The lab is not affected: it runs in processes of its own.`,
          buttons: again ? ['OK'] : ['Load It Again', 'Close Window'],
          cancelId: again ? 0 : 1,
        })
        .then(({ response }) => {
          if (again || window.isDestroyed()) return
          if (response === 0) this.reload(window)
          else window.close()
        })
    })
  }
}

function isWaiting(window: BrowserWindow): boolean {
  const address = window.webContents.getURL()
  return address === '' || address.startsWith(START_ORIGIN)
}
