import { join } from 'node:path'
import {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  session,
  shell,
  type BaseWindow,
} from 'electron'
import { systemClock } from '../../engine/base/clock.ts'
import { messageOf } from '../../engine/base/errors.ts'
import type { Logger } from '../../engine/base/log.ts'
import type { Platform } from '../../engine/base/platform/platform.ts'
import { labPaths } from '../../engine/lab/config.ts'
import { chooseFiles, saveFile } from './files.ts'
import { denyPermissions, guardApp, guardRequests } from './guard.ts'
import { serveContract, tell } from './ipc.ts'
import { LabLink } from './lab-link.ts'
import { menuTemplate, type MenuActions } from './menu.ts'
import { openableAddress, SCHEME } from './origins.ts'
import type { Places } from './places.ts'
import { serveScheme } from './protocol.ts'
import { guardQuit } from './quit.ts'
import { SettingsFile } from './settings.ts'
import { Windows } from './windows.ts'

/** Puts the parts of the shell together, and runs them once Electron is ready. */
export function runShell(places: Places, platform: Platform, log: Logger): void {
  const { lab: name, dataDir, node, bundles, preload, icon } = places
  const settings = new SettingsFile(places.desktop, log)
  const link = new LabLink({ name, dataDir, node, bundles, platform, clock: systemClock, log: log.child('lab') })
  const windows = new Windows({ preload, icon, link, settings, clock: systemClock, log })
  const paths = labPaths(dataDir, name)
  const isMac = platform.name === 'darwin'

  const openExternal = async (address: string) => {
    const openable = openableAddress(address)
    if (!openable) throw new Error('Only https addresses, and http addresses of this machine, are opened.')
    await shell.openExternal(openable)
  }
  const report = (what: string) => (error: unknown) => dialog.showErrorBox(what, messageOf(error))
  const showLog = () => shell.showItemInFolder(join(paths.logs, 'host.log'))

  const actions: MenuActions = {
    newWindow: () => void windows.open(),
    apply: window => toPage(window, page => tell(page.webContents, 'menu', { command: 'apply' })),
    reload: window => toPage(window, page => windows.reload(page)),
    setTheme(theme) {
      settings.change({ theme })
      nativeTheme.themeSource = theme
      windows.broadcast('menu', { command: 'theme', theme })
      buildMenu()
    },
    startLab: () => void link.start(),
    stopLab: () => void link.stop().catch(report('The lab could not be stopped')),
    copyKubeconfigPath: () => void clipboard.writeText(paths.kubeconfig).catch(report('The path could not be copied')),
    openDataFolder: () =>
      void shell.openPath(dataDir).then(error => error && report('The folder could not be opened')(error)),
    showLog,
    setOnQuit(onQuit) {
      settings.change({ onQuit })
      buildMenu()
    },
    about: () => app.showAboutPanel(),
  }
  const buildMenu = () => {
    const state = { isMac, isPackaged: app.isPackaged, lab: link.state, settings: settings.current }
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, state)))
  }

  guardApp(app, {
    log,
    openExternal: address => void openExternal(address).catch(report('The address could not be opened')),
    openWindow: address => void windows.open(address),
  })
  guardQuit(link, settings)
  app.on('second-instance', () => windows.focus())
  app.on('activate', () => windows.focus())
  app.on('browser-window-focus', () => link.refresh())
  app.on('window-all-closed', () => {
    if (!isMac) app.quit()
  })
  let phase = ''
  link.onChange(state => {
    if (state.phase !== phase && app.isReady()) buildMenu()
    phase = state.phase
  })

  serveContract(
    ipcMain,
    {
      openExternal,
      chooseFiles: (_, page) => chooseFiles(page),
      saveFile: (file, page) => saveFile(page, file),
      labState: () => link.state,
      startLab: () => void link.start(),
      showLog,
    },
    () => ({ platform: platform.name, version: app.getVersion(), socketBase: link.socketBase }),
    log.child('ipc'),
  )

  void app.whenReady().then(() => {
    denyPermissions(session.defaultSession, log)
    guardRequests(session.defaultSession, link, log)
    session.defaultSession.protocol.handle(SCHEME, serveScheme(places, link))
    nativeTheme.themeSource = settings.current.theme
    app.setAboutPanelOptions({
      applicationName: 'Kubarium',
      applicationVersion: app.getVersion(),
      copyright: 'Apache-2.0',
    })
    buildMenu()
    windows.open()
    return link.start()
  })
}

/** Menu items act on the window that has the focus, if one has. */
function toPage(window: BaseWindow | undefined, act: (page: BrowserWindow) => void): void {
  const page = window instanceof BrowserWindow ? window : BrowserWindow.getFocusedWindow()
  if (page) act(page)
}
