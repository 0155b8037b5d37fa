import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import type { BrowserContext, Page } from 'playwright-core'
import { inside, outside } from './addresses.ts'
import { cancellable } from './electron.ts'

type OpenHandler = Parameters<Electron.WebContents['setWindowOpenHandler']>[0]
type Bounds = { x: number; y: number; width: number; height: number }

/** What the fake windows of one app share. */
export interface Stage {
  context: Promise<BrowserContext>
  windows: FakeBrowserWindow[]
  created(contents: FakeWebContents): void
  allClosed(): void
}

/** `webContents` over a real page. */
export class FakeWebContents extends EventEmitter {
  #page: Promise<Page>
  #address = ''
  readonly #stage: Stage
  #destroyed = false
  /** The load that the app itself began: it is not asked about. */
  #loading: string | undefined
  openHandler: OpenHandler | undefined
  readonly sent: { channel: string; args: unknown[] }[] = []
  reloads = 0

  constructor(stage: Stage) {
    super()
    this.#stage = stage
    this.#page = this.#newPage()
  }

  get page(): Promise<Page> {
    return this.#page
  }

  getURL = () => this.#address
  isDestroyed = () => this.#destroyed
  setWindowOpenHandler = (handler: OpenHandler) => void (this.openHandler = handler)

  send = (channel: string, ...args: unknown[]) => {
    this.sent.push({ channel, args })
    void this.#page.then(page => page.evaluate(deliver, { channel, args: structuredClone(args) })).catch(ignoreClosed)
  }

  reload = () => {
    this.reloads++
    void this.load(this.#address).catch(ignoreClosed)
  }

  async load(address: string): Promise<void> {
    this.#address = address
    const page = await this.#page
    this.#loading = outside(address)
    await page.goto(outside(address), { waitUntil: 'load', timeout: 0 }).catch((error: Error) => {
      throw Object.assign(error, {
        code: /ERR_ABORTED|interrupted|closed|crashed/.test(error.message) ? 'ERR_ABORTED' : 'ERR_FAILED',
      })
    })
    this.emit('did-finish-load')
  }

  /** Whether a navigation of the main frame may go on. */
  mayNavigate(url: string): boolean {
    if (url === this.#loading) {
      this.#loading = undefined
      return true
    }
    const event = cancellable({ url: inside(url), isMainFrame: true })
    this.emit('will-frame-navigate', event)
    if (!event.defaultPrevented) this.emit('will-navigate', event)
    return !event.defaultPrevented
  }

  forcefullyCrashRenderer = () => void this.crash()

  /** Kills the page's process, as a crash does. */
  async crash(): Promise<void> {
    const page = await this.#page
    const crashed = page.waitForEvent('crash')
    const devtools = await page.context().newCDPSession(page)
    devtools.send('Page.crash').catch(ignoreClosed)
    await crashed
    await page.close()
    this.#page = this.#newPage()
    await this.#page
    this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
  }

  async destroy(): Promise<void> {
    this.#destroyed = true
    await (await this.#page).close().catch(ignoreClosed)
  }

  async #newPage(): Promise<Page> {
    const page = await (await this.#stage.context).newPage()
    page.on('framenavigated', navigated => {
      if (navigated === page.mainFrame() && navigated.url() !== 'about:blank') this.#address = inside(navigated.url())
    })
    return page
  }
}

/** `BrowserWindow`, made for one stage by `windowClass`. */
export class FakeBrowserWindow extends EventEmitter {
  readonly webContents: FakeWebContents
  readonly options: Electron.BrowserWindowConstructorOptions
  focusCount = 0
  #bounds: Bounds
  #maximized = false
  #minimized = false
  #destroyed = false
  readonly #stage: Stage

  constructor(stage: Stage, options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.#stage = stage
    this.options = options
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    this.webContents = new FakeWebContents(stage)
    stage.windows.push(this)
    stage.created(this.webContents)
  }

  loadURL = (address: string) => this.webContents.load(address)
  isDestroyed = () => this.#destroyed
  isMaximized = () => this.#maximized
  maximize = () => void (this.#maximized = true)
  isMinimized = () => this.#minimized
  minimize = () => void (this.#minimized = true)
  restore = () => void (this.#minimized = false)
  show = () => {}
  focused = true
  isFocused = () => this.focused && !this.#minimized
  focus = () => void this.focusCount++
  fullScreen = false
  isFullScreen = () => this.fullScreen
  setFullScreen = (on: boolean) => void (this.fullScreen = on)
  progress: { value: number; mode?: string } = { value: -1 }
  setProgressBar = (value: number, options?: { mode: string }) => void (this.progress = { value, mode: options?.mode })
  overlay: { image: string | null; description: string } = { image: null, description: '' }
  setOverlayIcon = (image: string | null, description: string) => void (this.overlay = { image, description })
  setBounds = (bounds: Bounds) => void (this.#bounds = bounds)
  getNormalBounds = () => this.#bounds

  close = () => {
    const event = cancellable()
    this.emit('close', event)
    if (event.defaultPrevented) return
    this.#destroyed = true
    this.#stage.windows.splice(this.#stage.windows.indexOf(this), 1)
    void this.webContents.destroy()
    this.emit('closed')
    if (this.#stage.windows.length === 0) this.#stage.allClosed()
  }
}

/** The class that the app gets as `BrowserWindow`. */
export function windowClass(stage: Stage) {
  return class BrowserWindow extends FakeBrowserWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
      super(stage, options)
    }
    static getAllWindows = () => [...stage.windows]
    static getFocusedWindow = () => stage.windows[0] ?? null
    static fromWebContents = (contents: unknown) =>
      stage.windows.find(window => window.webContents === contents) ?? null
  }
}

/** Runs in the page: hands a message to the preload's listeners. */
function deliver({ channel, args }: { channel: string; args: unknown[] }): void {
  const receive = (globalThis as unknown as Record<symbol, (channel: string, args: unknown[]) => void>)[
    Symbol.for('harness.deliver')
  ]
  receive?.(channel, args)
}

/** A page may be closed, or replaced, while something is on its way to it. */
function ignoreClosed(error: Error): void {
  if (!/closed|crashed|destroyed|ERR_ABORTED|interrupted|navigation/i.test(error.message)) throw error
}
