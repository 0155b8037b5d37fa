import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Clock } from '../../engine/base/clock.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Events } from './contract.ts'
import { tell } from './ipc.ts'
import type { LabLink } from './lab-link.ts'
import { LAB_ORIGIN, START_ORIGIN } from './origins.ts'
import type { Bounds, SettingsFile } from './settings.ts'
import { survive } from './survive.ts'
import type { ShellTexts } from './texts/shell.ts'
import { cascade, placeOn } from './window-place.ts'

const SIZE = { width: 1280, height: 820 }
const SMALLEST = { minWidth: 760, minHeight: 480 }
/** The interface's own background, so that a window is not white before its page is there. */
const BACKGROUND = { light: '#f3f6f8', dark: '#0a1015' }

export interface WindowsOptions {
  preload: string
  icon: string | undefined
  link: LabLink
  settings: SettingsFile
  clock: Clock
  log: Logger
  texts(): ShellTexts
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
    const { preload, icon, settings, link, clock, log, texts } = this.#options
    const bounds = place(settings.current.window)
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
    if (bounds?.fullScreen) window.setFullScreen(true)
    this.#remember(window)
    survive(window, { clock, log, texts, reload: gone => this.reload(gone) })
    this.#load(window, link.state.phase === 'up' ? address : `${START_ORIGIN}/`)
    return window
  }

  /** Brings the app to the front, with a window if it has none. Gives the window. */
  focus(): BrowserWindow {
    const window = this.front()
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
    return window
  }

  /** The window that the user looks at, or else one, or else a new one. */
  front(): BrowserWindow {
    return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0] ?? this.open()
  }

  /** Leads the window in front, or a new one, to a view. Without a lab there is none: it is shown when the lab is up. */
  go(address: string): void {
    const isUp = this.#options.link.state.phase === 'up'
    if (isUp && BrowserWindow.getAllWindows().length === 0) return void this.open(LAB_ORIGIN + address)
    const window = this.focus()
    if (isWaiting(window)) this.#wanted.set(window, LAB_ORIGIN + address)
    else tell(window.webContents, 'menu', { command: 'go', address })
  }

  /** Whether the user is looking at one. */
  get isFocused(): boolean {
    return BrowserWindow.getAllWindows().some(window => window.isFocused())
  }

  readonly #wanted = new WeakMap<BrowserWindow, string>()

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
      if (isWaiting(window)) {
        this.#load(window, this.#wanted.get(window) ?? `${LAB_ORIGIN}/`)
        this.#wanted.delete(window)
      } else if (this.#lastSocketBase && this.#lastSocketBase !== socketBase) window.webContents.reload()
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
      const state = { maximized: window.isMaximized(), fullScreen: window.isFullScreen() }
      this.#options.settings.change({ window: { x, y, width, height, ...state } })
    }
    window.on('close', save)
  }
}

/** Where the last window was, as far as the screens of today show it, and beside those that are open. */
function place(bounds: Bounds | undefined): Bounds | undefined {
  if (!bounds) return undefined
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea)
  const open = BrowserWindow.getAllWindows().map(window => window.getNormalBounds())
  return placeOn(cascade(bounds, open), areas)
}

function isWaiting(window: BrowserWindow): boolean {
  const address = window.webContents.getURL()
  return address === '' || address.startsWith(START_ORIGIN)
}
