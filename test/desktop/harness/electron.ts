import { EventEmitter } from 'node:events'
import type Electron from 'electron'
import { inside } from './addresses.ts'

/**
 * The parts of Electron's main-process API that the shell uses, as the documentation describes them. Windows are real pages
 * of a Chromium (`windows.ts`); the operating system's side (dialogs, menu, clipboard, browser) is recorded for the test.
 */

type Handler = (request: Request) => Promise<Response> | Response
type Listener<D, A> = (details: D, answer: (response: A) => void) => void

type BeforeRequest = Listener<{ url: string; resourceType: string }, { cancel?: boolean }>
type BeforeSendHeaders = Listener<object, { cancel?: boolean; requestHeaders?: Record<string, string> }>

export class FakeApp extends EventEmitter {
  isPackaged = false
  quitted = false
  exitCode: number | undefined
  sandboxed = false
  lockGranted = true
  readonly paths = new Map<string, string>()
  readonly #ready = Promise.withResolvers<void>()
  #isReady = false

  isReady = () => this.#isReady
  whenReady = () => this.#ready.promise
  getVersion = () => '0.1.0'
  setPath = (name: string, path: string) => void this.paths.set(name, path)
  requestSingleInstanceLock = () => this.lockGranted
  enableSandbox = () => void (this.sandboxed = true)
  about: Electron.AboutPanelOptionsOptions = {}
  setAboutPanelOptions = (options: Electron.AboutPanelOptionsOptions) => void (this.about = options)
  languages = ['en-US']
  getPreferredSystemLanguages = () => this.languages
  /** Folder of the app's manifest. */
  appPath = '/nonexistent'
  getAppPath = () => this.appPath
  linkClient: { protocol: string; args: string[] } | undefined
  setAsDefaultProtocolClient = (protocol: string, _path: string, args: string[] = []) => {
    this.linkClient = { protocol, args }
    return true
  }
  badge = 0
  setBadgeCount = (count: number) => {
    this.badge = count
    return true
  }
  aboutShown = 0
  showAboutPanel = () => void this.aboutShown++

  /** Electron asks with `before-quit`, and goes on unless a listener objects. */
  quit = () => {
    const event = cancellable()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    this.quitted = true
    this.emit('quit')
  }

  exit = (code = 0) => {
    this.exitCode = code
    this.quitted = true
    this.emit('quit')
  }

  becomeReady(): void {
    this.#isReady = true
    this.#ready.resolve()
  }
}

export class FakeIpcMain extends EventEmitter {
  readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => unknown>()

  handle = (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.handlers.set(channel, handler)
  }

  /** A message as it arrives from the frame at `address`; values cross by structured clone. */
  async invoke(
    channel: string,
    args: unknown[],
    sender: unknown,
    address: string,
    isSubframe = false,
  ): Promise<unknown> {
    const handler = this.handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return structuredClone(await handler({ sender, senderFrame: frame(address, isSubframe) }, ...structuredClone(args)))
  }

  sync(channel: string, address: string, isSubframe = false): unknown {
    const event = { returnValue: undefined as unknown, senderFrame: frame(address, isSubframe) }
    this.emit(channel, event)
    return structuredClone(event.returnValue)
  }
}

export class FakeSession extends EventEmitter {
  readonly handlers = new Map<string, Handler>()
  readonly protocol = { handle: (scheme: string, handler: Handler) => void this.handlers.set(scheme, handler) }
  #beforeRequest: BeforeRequest | undefined
  #beforeSendHeaders: BeforeSendHeaders | undefined
  #request: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null
  #check: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null
  #device: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null

  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => void (this.#beforeRequest = listener),
    onBeforeSendHeaders: (listener: BeforeSendHeaders) => void (this.#beforeSendHeaders = listener),
  }

  setPermissionRequestHandler: Electron.Session['setPermissionRequestHandler'] = handler =>
    void (this.#request = handler)
  setPermissionCheckHandler: Electron.Session['setPermissionCheckHandler'] = handler => void (this.#check = handler)
  setDevicePermissionHandler: Electron.Session['setDevicePermissionHandler'] = handler => void (this.#device = handler)
  setDisplayMediaRequestHandler: Electron.Session['setDisplayMediaRequestHandler'] = () => {}

  /** The headers that a request goes out with, or undefined if the app cancels it. */
  async inspect(
    url: string,
    resourceType: string,
    headers: Record<string, string>,
  ): Promise<Record<string, string> | undefined> {
    const before = await ask(this.#beforeRequest, { url, resourceType })
    if (before?.cancel) return undefined
    const initiatorOrigin = inside(headers.Origin ?? '') || undefined
    const sent = await ask(this.#beforeSendHeaders, {
      url,
      resourceType,
      initiatorOrigin,
      requestHeaders: { ...headers },
    })
    return sent?.cancel ? undefined : (sent?.requestHeaders ?? headers)
  }

  /** What a page at `address` gets when it asks for a permission. Electron's own default grants all. */
  async permission(name: string, address: string): Promise<{ asked: boolean; checked: boolean; device: boolean }> {
    const contents = { getURL: () => address } as Electron.WebContents
    const asked = await new Promise<boolean>(answer =>
      this.#request
        ? this.#request(contents, name as never, answer, { requestingUrl: address } as never)
        : answer(true),
    )
    const checked = this.#check?.(
      contents,
      name as never,
      new URL(address).origin === 'null' ? address : new URL(address).origin,
      {} as never,
    )
    return { asked, checked: checked ?? true, device: this.#device?.({} as never) ?? true }
  }
}

/** A session of the main process's own: its requests pass its `webRequest` listeners as those of pages do. */
export class FakePartition extends FakeSession {
  readonly requests: string[] = []
  answer: () => Response = () => new Response('{}')

  fetch = async (url: string) => {
    if (!(await this.inspect(url, 'other', {}))) throw new Error('net::ERR_BLOCKED_BY_CLIENT')
    this.requests.push(url)
    return this.answer()
  }
}

/** What the operating system showed, and what its user answers. */
export class FakeDesktop {
  readonly boxes: Electron.MessageBoxOptions[] = []
  readonly errors: { title: string; content: string }[] = []
  readonly opened: string[] = []
  readonly revealed: string[] = []
  clipboardText = ''
  /** Answers in order; when none is left, boxes are answered with their `cancelId`. */
  answers: { response: number; checkboxChecked?: boolean }[] = []
  /** Boxes that can be taken back stay open until they are. */
  leavesOpen = false
  chosenFiles: string[] = []
  savePath: string | undefined
  readonly saveDialogs: Electron.SaveDialogOptions[] = []

  readonly dialog = {
    showMessageBox: async (...args: [unknown, Electron.MessageBoxOptions?]) => {
      const options = (args[1] ?? args[0]) as Electron.MessageBoxOptions
      this.boxes.push(options)
      const { signal, cancelId = 0 } = options
      if (this.leavesOpen && signal)
        return new Promise<{ response: number; checkboxChecked: boolean }>(resolve =>
          signal.addEventListener('abort', () => resolve({ response: cancelId, checkboxChecked: false })),
        )
      const { response, checkboxChecked = false } = this.answers.shift() ?? { response: options.cancelId ?? 0 }
      return { response, checkboxChecked }
    },
    showErrorBox: (title: string, content: string) => void this.errors.push({ title, content }),
    showOpenDialog: async () => ({ canceled: this.chosenFiles.length === 0, filePaths: this.chosenFiles }),
    showSaveDialog: async (...args: [unknown, Electron.SaveDialogOptions?]) => {
      this.saveDialogs.push((args[1] ?? args[0]) as Electron.SaveDialogOptions)
      return { canceled: !this.savePath, filePath: this.savePath ?? '' }
    },
  }
  readonly shell: Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder'> = {
    openExternal: async url => {
      this.opened.push(url)
    },
    openPath: async path => {
      this.revealed.push(path)
      return ''
    },
    showItemInFolder: path => {
      this.revealed.push(path)
    },
  }
  readonly clipboard: Pick<Electron.Clipboard, 'writeText'> = {
    writeText: async text => {
      this.clipboardText = text
    },
  }
}

type Item = Electron.MenuItemConstructorOptions & { submenu?: Item[] }

/** Items of a menu, and clicks on them. */
class FakeItems {
  items: Item[] = []

  item(id: string): Item {
    const found = flatten(this.items).find(item => item.id === id)
    if (!found) throw new Error(`the menu has no item ${id}`)
    return found
  }

  /** Does what a click does; one that is greyed out cannot be clicked. */
  click(id: string, window?: unknown): void {
    const item = this.item(id)
    if (item.enabled === false) throw new Error(`the item ${id} is disabled`)
    ;(item.click as (item: unknown, window: unknown, event: unknown) => void)(item, window, {})
  }
}

export class FakeMenu extends FakeItems {
  buildFromTemplate = (template: Item[]) => template
  setApplicationMenu = (template: Item[]) => void (this.items = template)
}

/** The tray of one app. `image` is undefined while there is none. */
export class FakeTray extends FakeItems {
  image: string | undefined
  tip = ''
  readonly clicked = new EventEmitter()

  /** The class that the app gets as `Tray`. */
  class() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const tray = this
    return class Tray {
      constructor(image: string) {
        tray.image = image
      }
      setImage = (image: string) => void (tray.image = image)
      setToolTip = (tip: string) => void (tray.tip = tip)
      setContextMenu = (items: Item[]) => void (tray.items = items)
      on = (event: string, listener: () => void) => void tray.clicked.on(event, listener)
      destroy = () => void (tray.image = undefined)
    }
  }
}

/** Notifications that were shown. */
export class FakeNotifications {
  readonly shown: { title: string; body: string; click(): void }[] = []

  /** The class that the app gets as `Notification`. */
  class() {
    const { shown } = this
    return class Notification extends EventEmitter {
      readonly options: { title: string; body: string }
      constructor(options: { title: string; body: string }) {
        super()
        this.options = options
      }
      static isSupported = () => true
      show = () => void shown.push({ ...this.options, click: () => void this.emit('click', {}) })
    }
  }
}

export interface Cancellable {
  defaultPrevented: boolean
  preventDefault(): void
}

export function cancellable<T extends object>(fields?: T): T & Cancellable {
  const event = {
    ...(fields as T),
    defaultPrevented: false,
    preventDefault: () => void (event.defaultPrevented = true),
  }
  return event
}

function frame(address: string, isSubframe: boolean) {
  return { url: address, origin: /^\w+:\/\/[^/]*/.exec(address)?.[0] ?? 'null', parent: isSubframe ? {} : null }
}

function flatten(items: Item[]): Item[] {
  return items.flatMap(item => [item, ...flatten(item.submenu ?? [])])
}

function ask<D, A>(listener: Listener<D, A> | undefined, details: D): Promise<A | undefined> {
  return new Promise(resolve => (listener ? listener(details, resolve) : resolve(undefined)))
}
