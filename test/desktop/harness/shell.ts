import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type BrowserContext, type Page, type Route } from 'playwright-core'
import { rolldown } from 'rolldown'
import { bundleDesktop } from '../../../tools/desktop.ts'
import { inside, isInside } from './addresses.ts'
import {
  cancellable,
  FakeApp,
  FakeDesktop,
  FakeIpcMain,
  FakeMenu,
  FakeNotifications,
  FakePartition,
  FakeSession,
  FakeTray,
} from './electron.ts'
import { INVOKE_BINDING, preloadScript } from './preload.ts'
import { HarnessProxy, SYNC_PATH } from './proxy.ts'
import { FakeBrowserWindow, windowClass, type FakeWebContents, type Stage } from './windows.ts'
import { until } from '../../until.ts'

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
/** Why a test that needs a browser cannot run, or an empty string. */
export const whyNoBrowser = existsSync(CHROMIUM)
  ? ''
  : ` (skipped: there is no Chromium at ${CHROMIUM}; name one in CHROMIUM)`

export interface ShellOptions {
  dataDir: string
  argv?: string[]
  env?: Record<string, string | undefined>
  /** Set for a packaged app: its resources folder. */
  resources?: string
  lockGranted?: boolean
  /** The operating system that the shell believes to be on. */
  system?: NodeJS.Platform
  /** What the system speaks. */
  languages?: string[]
  /** The app's manifest. */
  manifest?: object
  /** Work areas of the screens. */
  displays?: { x: number; y: number; width: number; height: number }[]
  /** Answers dialogs, and holds what the operating system saw. */
  desktop?: FakeDesktop
}

/** The folder of a built desktop app, and the browser that its windows live in. One for all tests of a file. */
export class Studio {
  readonly dist: string
  readonly browser: Browser

  private constructor(dist: string, browser: Browser) {
    this.dist = dist
    this.browser = browser
  }

  /** With the shell as it is in the sources, and a page of a few lines as the interface. */
  static async open(): Promise<Studio> {
    // What a shell has started may end after its test; it would write what it compiled into a folder that is gone, and make that again.
    process.env.NODE_DISABLE_COMPILE_CACHE = '1'
    const dist = mkdtempSync(join(tmpdir(), 'kubarium-desktop-dist-'))
    await bundleDesktop(rolldown, dist)
    mkdirSync(join(dist, 'renderer'))
    writeFileSync(join(dist, 'renderer', 'index.html'), PAGE)
    writeFileSync(join(dist, 'renderer', 'page.js'), "document.getElementById('state').textContent = 'ran'\n")
    return Studio.over(dist)
  }

  /** With what has been built into a folder, which is removed at the end. */
  static async over(dist: string): Promise<Studio> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']
    return new Studio(dist, await chromium.launch({ executablePath: CHROMIUM, args }))
  }

  async close(): Promise<void> {
    await this.browser.close()
    rmSync(this.dist, { recursive: true, force: true })
  }

  run(options: ShellOptions): Promise<RunningShell> {
    return RunningShell.start(this.browser, join(this.dist, 'desktop'), options)
  }
}

/** One run of the real bundled main, on a fake Electron. */
export class RunningShell {
  readonly app = new FakeApp()
  readonly ipc = new FakeIpcMain()
  readonly session = new FakeSession()
  readonly menu = new FakeMenu()
  readonly nativeTheme = { themeSource: 'system', shouldUseDarkColors: false }
  readonly schemes: { scheme: string; privileges: object }[] = []
  readonly desktop: FakeDesktop
  readonly windows: FakeBrowserWindow[] = []
  readonly tray = new FakeTray()
  readonly notifications = new FakeNotifications()
  readonly updates = new FakePartition()
  readonly proxy = new HarnessProxy(this.session, this.ipc)
  #context: Promise<BrowserContext> | undefined

  private constructor(desktop: FakeDesktop) {
    this.desktop = desktop
  }

  static async start(browser: Browser, folder: string, options: ShellOptions): Promise<RunningShell> {
    const shell = new RunningShell(options.desktop ?? new FakeDesktop())
    shell.app.isPackaged = options.resources !== undefined
    shell.app.lockGranted = options.lockGranted ?? true
    if (options.languages) shell.app.languages = options.languages
    if (options.manifest) {
      shell.app.appPath = options.dataDir
      writeFileSync(join(options.dataDir, 'package.json'), JSON.stringify(options.manifest))
    }
    const displays = options.displays ?? [{ x: 0, y: 0, width: 1920, height: 1080 }]
    const stage: Stage = {
      context: (shell.#context = shell.#openContext(browser, join(folder, 'preload.cjs'))),
      windows: shell.windows,
      created: contents => void shell.app.emit('web-contents-created', {}, contents),
      allClosed: () => void shell.app.emit('window-all-closed'),
    }
    await shell.#context
    const electron = {
      app: shell.app,
      ipcMain: shell.ipc,
      session: { defaultSession: shell.session, fromPartition: () => shell.updates },
      protocol: { registerSchemesAsPrivileged: (schemes: typeof shell.schemes) => void shell.schemes.push(...schemes) },
      Menu: shell.menu,
      nativeTheme: shell.nativeTheme,
      screen: { getAllDisplays: () => displays.map(workArea => ({ workArea })) },
      Tray: shell.tray.class(),
      Notification: shell.notifications.class(),
      nativeImage: { createFromPath: (path: string) => path },
      BrowserWindow: windowClass(stage),
      ...{ dialog: shell.desktop.dialog, shell: shell.desktop.shell, clipboard: shell.desktop.clipboard },
    }
    await importMain(join(folder, 'main.mjs'), electron, options)
    shell.app.becomeReady()
    return shell
  }

  /** The page of a window, once it shows `address` or one below it. */
  async page(address: string, index = 0): Promise<Page> {
    const page = await until(async () => {
      const candidate = await this.windows[index]?.webContents.page
      return candidate && inside(candidate.url()).startsWith(address) && candidate
    })
    await page.waitForLoadState('load')
    return page
  }

  async close(): Promise<void> {
    // With their context, not one by one: a page that is just being loaded may never answer that it is closed.
    await (await this.#context)?.close()
    await this.proxy.close()
  }

  async #openContext(browser: Browser, preload: string): Promise<BrowserContext> {
    const context = await browser.newContext({ proxy: { server: await this.proxy.listen(), bypass: '<-loopback>' } })
    await context.exposeBinding(INVOKE_BINDING, async ({ page, frame }, channel: string, args: unknown[]) => {
      const contents = await this.#contentsOf(page)
      return this.ipc.invoke(channel, args, contents, inside(frame.url()), frame.parentFrame() !== null)
    })
    await context.addInitScript({ content: preloadScript(readFileSync(preload, 'utf8')) })
    await context.route('**/*', route => this.#route(route))
    context.on('page', async page => {
      if (await page.opener()) await page.close() // what the handler said has been done already
    })
    return context
  }

  async #route(route: Route): Promise<void> {
    const request = route.request()
    const isNavigation = request.isNavigationRequest()
    const page = isNavigation ? pageOf(route) : undefined
    const contents = page && (await this.#contentsOf(page))
    if (isNavigation && !contents) {
      // A window that a page opened: Electron asks before there is one.
      this.windows[0]?.webContents.openHandler?.({ url: inside(request.url()) } as never)
      return route.abort()
    }
    // Without content a page stays, as it does in Electron; an abort would show an error in its place.
    if (contents && request.frame() === page!.mainFrame() && !contents.mayNavigate(request.url()))
      return route.fulfill({ status: 204 })
    const allowed = await this.session.inspect(inside(request.url()), request.resourceType(), request.headers())
    if (!allowed) return route.abort('blockedbyclient')
    const url = new URL(request.url())
    if (!isInside(url.hostname) || url.pathname.startsWith(SYNC_PATH) || /\bwatch\b/.test(url.href))
      return route.continue()
    // Not through a connection: a browser has six for each host, which watches may take; a custom protocol has no such limit.
    const answer = await this.proxy.respond(request.url(), {
      method: request.method(),
      headers: Object.entries(await request.allHeaders()).filter(([name]) => !name.startsWith(':')),
      body: (request.postDataBuffer() as Uint8Array<ArrayBuffer> | null) ?? undefined,
    })
    const { status } = answer
    await route.fulfill({
      status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    })
  }

  async #contentsOf(page: Page): Promise<FakeWebContents | undefined> {
    for (const { webContents } of this.windows) if ((await webContents.page) === page) return webContents
    return undefined
  }

  /** What happens when a page embeds a foreign page as a `<webview>`. */
  attachWebview(): boolean {
    const event = cancellable()
    this.windows[0]!.webContents.emit('will-attach-webview', event, {}, {})
    return !event.defaultPrevented
  }
}

function pageOf(route: Route): Page | undefined {
  try {
    return route.request().frame().page()
  } catch {
    return undefined // the first request of a new window comes before its page
  }
}

const nativeImport = createRequire(import.meta.url)('./native-import.cjs') as (url: string) => Promise<unknown>
const fakes = new Map<string, object>()
Object.defineProperty(globalThis, Symbol.for('harness.fakes'), { value: fakes, configurable: true })
registerHooks({
  resolve(specifier, context, next) {
    const id = /\?shell=(\d+)$/.exec(context.parentURL ?? '')?.[1]
    return specifier === 'electron' && id
      ? { url: `harness:${id}`, format: 'module', shortCircuit: true }
      : next(specifier, context)
  },
  load(url, context, next) {
    if (!url.startsWith('harness:')) return next(url, context)
    const id = url.slice('harness:'.length)
    const names = Object.keys(fakes.get(id)!)
    const source = `const electron = globalThis[Symbol.for('harness.fakes')].get('${id}')\nexport const { ${names.join(', ')} } = electron\n`
    return { format: 'module', source, shortCircuit: true }
  },
})

/** Runs the bundle anew, with its own Electron, arguments and environment, which it reads while it starts. */
async function importMain(
  file: string,
  electron: object,
  { dataDir, argv = [], env = {}, resources, system }: ShellOptions,
): Promise<void> {
  const id = String(fakes.size + 1)
  fakes.set(id, electron)
  const before = {
    argv: process.argv,
    env: process.env,
    resources: Object.getOwnPropertyDescriptor(process, 'resourcesPath'),
    system: Object.getOwnPropertyDescriptor(process, 'platform')!,
  }
  process.argv = ['electron', dirname(file), ...argv]
  process.env = { ...before.env, KUBARIUM_LAB: '', KUBARIUM_DATA_DIR: dataDir, KUBARIUM_NODE: process.execPath, ...env }
  if (resources) Object.defineProperty(process, 'resourcesPath', { value: resources, configurable: true })
  if (system) Object.defineProperty(process, 'platform', { ...before.system, value: system })
  try {
    await nativeImport(`${pathToFileURL(file).href}?shell=${id}`)
  } finally {
    process.argv = before.argv
    process.env = before.env
    if (resources) Reflect.deleteProperty(process, 'resourcesPath')
    Object.defineProperty(process, 'platform', before.system)
  }
}

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8" /><title>Kubarium</title></head>
<body><p id="state">did not run</p><a id="out" href="https://example.com/docs">out</a><script type="module" src="/page.js"></script></body></html>
`
