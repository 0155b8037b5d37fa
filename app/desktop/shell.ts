import { spawn } from 'node:child_process'
import { app, BrowserWindow, ipcMain, Menu, nativeTheme, session } from 'electron'
import { systemClock } from '../../engine/base/clock.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { listLabs } from '../../engine/lab/client.ts'
import { labPaths } from '../../engine/lab/config.ts'
import { Archives } from './archives.ts'
import { menuActions, openExternal, report, setTheme, showLog } from './actions.ts'
import { Dock } from './dock.ts'
import { chooseFiles, saveFile } from './files.ts'
import { denyPermissions, guardApp, guardRequests } from './guard.ts'
import { watchHost } from './host-ended.ts'
import { serveContract, tell } from './ipc.ts'
import { LabLink } from './lab-link.ts'
import { menuTemplate } from './menu.ts'
import { Notifier } from './notifier.ts'
import { SCHEME } from './origins.ts'
import { isArchive, optionsOf, Outside } from './outside.ts'
import type { Places } from './places.ts'
import { shellPlatform, type ShellPlatform } from './platform.ts'
import type { PreferenceChange, Preferences, Release } from './preferences.ts'
import { serveScheme } from './protocol.ts'
import { guardQuit } from './quit.ts'
import { SettingsFile } from './settings.ts'
import { SMOKE_OPTION, SmokeTest } from './smoke.ts'
import { languageFor } from './texts/define.ts'
import { shellTexts, type ShellTexts } from './texts/shell.ts'
import { TrayIcon } from './tray.ts'
import { Updates } from './updates.ts'
import { Windows } from './windows.ts'

/** Puts the parts of the shell together, and runs them once Electron is ready. */
export function runShell(places: Places, system: Platform, log: Logger): void {
  const { lab: name, dataDir, node, bundles, preload, icon } = places
  const clock = systemClock
  const platform = shellPlatform(system.name)
  const settings = new SettingsFile(places.desktop, log)
  const language = () => languageFor(settings.current.language, app.getPreferredSystemLanguages())
  const texts = () => shellTexts[language()]
  const link = new LabLink({ name, dataDir, node, bundles, platform: system, clock, log: log.child('lab') })
  const windows = new Windows({ preload, icon, link, settings, clock, log, texts })
  const paths = labPaths(dataDir, name)
  const dock = new Dock(platform, places.images)
  const notifier = new Notifier({ clock, wanted: () => settings.current.notifications && !windows.isFocused })
  let release: Release | undefined
  let isShown = false

  const archives = new Archives({
    ...{ lab: name, dataDir, node, bundles, language, texts },
    openLab: other => startAnother(other, platform),
  })
  /** Saved labs that were opened before the app was there. */
  let early: string[] | undefined = []
  const cannotOpen = (error: unknown) => {
    report(texts, t => t.cannotOpenLab)(error)
    return false
  }
  const openArchive = (path: string, window?: BrowserWindow) => archives.open(path, window).catch(cannotOpen)
  const chooseArchive = (window?: BrowserWindow) =>
    archives
      .choose(window)
      .catch(cannotOpen)
      .then(() => undefined)
  const saveLab = (window?: BrowserWindow) =>
    archives.save(window).catch((error: unknown) => {
      report(texts, t => t.cannotSaveLab)(error)
      return false
    })
  const outside = new Outside({
    log: log.child('outside'),
    texts,
    async archives(paths) {
      if (early) early.push(...paths)
      else for (const path of paths) await openArchive(path, windows.focus())
    },
    arrived: () => {
      if (isShown) tell(windows.focus().webContents, 'opened', null)
    },
    failed: report(texts, t => t.cannotOpenFile),
  })
  const updates = new Updates({
    ...{ address: places.releases, version: app.getVersion(), settings, clock, log: log.child('updates') },
    found(newer) {
      release = newer
      windows.broadcast('preferences', preferences())
      const t = texts()
      notifier.show(t.newVersion(newer.version), t.newVersionText, () => openLink(newer.address))
    },
  })
  const preferences = (): Preferences => {
    const { onQuit, tray, notifications, updates } = settings.current
    return { onQuit, tray, notifications, updates, canUpdate: places.releases !== undefined, release }
  }
  const openLink = (address: string) => void openExternal(address).catch(report(texts, t => t.cannotOpenAddress))
  const actions = menuActions({
    ...{ windows, link, settings, outside, saveLab, chooseArchive, paths, dataDir, texts },
    changed: () => changed(),
  })
  const tray = new TrayIcon({
    ...{ platform, images: places.images, texts, lab: () => link.state },
    actions: {
      open: () => void windows.focus(),
      startLab: actions.startLab,
      stopLab: actions.stopLab,
      quit: () => app.quit(),
    },
    otherLabs: () =>
      listLabs(dataDir, system)
        .filter(lab => lab.name !== name)
        .map(lab => ({ name: lab.name, isUp: lab.host !== undefined })),
  })
  const showState = () => {
    const isPackaged = app.isPackaged
    const state = { isMac: platform.isMac, isPackaged, lab: link.state, settings: settings.current, texts: texts() }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, state)))
    tray.update(settings.current.tray)
  }
  const changed = () => {
    showState()
    showAbout(texts(), icon)
    updates.follow()
    windows.broadcast('preferences', preferences())
  }
  const changePreferences = ({ theme, ...others }: PreferenceChange) => {
    if (theme) setTheme(theme, settings, windows)
    settings.change(others)
    changed()
  }

  guardApp(app, { log, openExternal: openLink, openWindow: address => void windows.open(address) })
  guardQuit(link, settings, texts)
  const smoke = optionsOf(process.argv).includes(SMOKE_OPTION)
    ? new SmokeTest({ link, clock, exit: code => app.exit(code), say: line => console.log(line) })
    : undefined
  if (platform.opensByArguments) {
    void outside.openArguments(process.argv.slice(1), process.cwd())
    app.on('second-instance', (_, argv, folder) => {
      windows.focus()
      void outside.openArguments(argv.slice(1), folder)
    })
  } else {
    app.on('open-url', (event, address) => {
      event.preventDefault()
      outside.openLink(address)
    })
    app.on('open-file', (event, path) => {
      event.preventDefault()
      void outside.openFiles([path])
    })
    app.on('second-instance', () => void windows.focus())
  }
  if (platform.registersLinks(app.isPackaged, process.env))
    app.setAsDefaultProtocolClient(SCHEME, process.execPath, platform.linkArguments)
  app.on('activate', () => void windows.focus())
  app.on('browser-window-focus', () => link.refresh())
  app.on('window-all-closed', () => {
    if (platform.quitsWithLastWindow) app.quit()
  })
  let phase = ''
  link.onChange(state => {
    if (app.isReady()) dock.showLab(state)
    if (state.phase !== phase && app.isReady()) showState()
    phase = state.phase
  })
  watchHost({
    ...{ link, windows, texts, showLog: () => showLog(paths) },
    notify: (title, body, clicked) => notifier.show(title, body, clicked),
  })

  serveContract(
    ipcMain,
    {
      openExternal,
      chooseFiles: (_, page) => chooseFiles(page, texts()),
      saveFile: (file, page) => saveFile(page, file),
      saveLab: (_, page) => saveLab(BrowserWindow.fromWebContents(page) ?? undefined),
      chooseArchive: (_, page) => chooseArchive(BrowserWindow.fromWebContents(page) ?? undefined),
      openDropped: async (path, page) => {
        if (isArchive(path)) await openArchive(path, BrowserWindow.fromWebContents(page) ?? undefined)
      },
      labState: () => link.state,
      startLab: () => void link.start(),
      showLog: () => showLog(paths),
      preferences,
      changePreferences,
      takeOpened() {
        smoke?.pageSpoke()
        return outside.take()
      },
      notify: ({ title, body, address }) => notifier.show(title, body, () => windows.go(address)),
      setUnseen: count => dock.showUnseen(count, texts().unseen(count)),
    },
    () => ({ platform: system.name, version: app.getVersion(), language: language(), socketBase: link.socketBase }),
    log.child('ipc'),
  )

  void app.whenReady().then(async () => {
    denyPermissions(session.defaultSession, log)
    guardRequests(session.defaultSession, link, log)
    session.defaultSession.protocol.handle(SCHEME, serveScheme(places, link))
    nativeTheme.themeSource = settings.current.theme
    const opened = early ?? []
    early = undefined
    // The saved lab is what the user wants to see: this one is not brought up for it.
    const isMeant = opened.length === 0 || link.isRunning
    let isElsewhere = false
    if (!isMeant) for (const path of opened) isElsewhere = (await openArchive(path)) || isElsewhere
    if (isElsewhere) return app.quit()
    changed()
    const window = windows.open()
    isShown = true
    if (isMeant) for (const path of opened) void openArchive(path, window)
    return link.start()
  })
}

/** The app for another lab, in a process of its own. */
function startAnother(lab: string, platform: ShellPlatform): Promise<void> {
  const program = platform.ownProgram(process.execPath, process.env)
  const child = spawn(program, [...(app.isPackaged ? [] : [app.getAppPath()]), `--lab=${lab}`], {
    ...{ detached: true, stdio: 'ignore' as const },
  })
  child.unref()
  return new Promise((done, failed) => {
    child.once('error', failed)
    child.once('spawn', done)
  })
}

function showAbout(t: ShellTexts, iconPath: string | undefined): void {
  const { electron, chrome, node } = process.versions
  app.setAboutPanelOptions({
    applicationName: 'Kubarium',
    applicationVersion: app.getVersion(),
    version: `Electron ${electron}, Chromium ${chrome}, Node ${node}`,
    credits: t.aboutText,
    copyright: t.licence,
    iconPath,
  })
}
