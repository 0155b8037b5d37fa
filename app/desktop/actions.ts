import { join } from 'node:path'
import { app, BrowserWindow, clipboard, dialog, nativeTheme, shell, type BaseWindow } from 'electron'
import type { LabPaths } from '../../engine/lab/config.ts'
import { choosePaths } from './files.ts'
import { tell } from './ipc.ts'
import type { LabLink } from './lab-link.ts'
import type { MenuActions } from './menu.ts'
import { openableAddress } from './origins.ts'
import type { Outside } from './outside.ts'
import type { Theme } from './preferences.ts'
import type { SettingsFile } from './settings.ts'
import type { ShellTexts } from './texts/shell.ts'
import { sayWhy } from './why.ts'
import type { Windows } from './windows.ts'

export interface Parts {
  windows: Windows
  link: LabLink
  settings: SettingsFile
  outside: Outside
  saveLab(window: BrowserWindow | undefined): Promise<unknown>
  chooseArchive(window: BrowserWindow | undefined): Promise<unknown>
  paths: LabPaths
  dataDir: string
  texts(): ShellTexts
  /** The settings have changed: menus and all that shows them follow. */
  changed(): void
}

/** What the menu's items do. */
export function menuActions(parts: Parts): MenuActions {
  const { windows, link, settings, outside, saveLab, chooseArchive, paths, dataDir, texts, changed } = parts
  return {
    newWindow: () => void windows.open(),
    openManifest: window =>
      toPage(window, page => void choosePaths(page, texts()).then(chosen => outside.openFiles(chosen))),
    apply: window => toPage(window, page => tell(page.webContents, 'menu', { command: 'apply' })),
    saveLab: window => void saveLab(pageOf(window)),
    openArchive: window => void chooseArchive(pageOf(window)),
    reload: window => toPage(window, page => windows.reload(page)),
    setTheme: theme => {
      setTheme(theme, settings, windows)
      changed()
    },
    showSettings: () => windows.go('/settings'),
    startLab: () => void link.start(),
    stopLab: () => void link.stop().catch(report(texts, t => t.cannotStop)),
    copyKubeconfigPath: () => void clipboard.writeText(paths.kubeconfig).catch(report(texts, t => t.cannotCopy)),
    openDataFolder: () =>
      void shell.openPath(dataDir).then(error => error && report(texts, t => t.cannotOpenFolder)(error)),
    showLog: () => showLog(paths),
    setOnQuit: onQuit => {
      settings.change({ onQuit })
      changed()
    },
    about: () => app.showAboutPanel(),
  }
}

export function setTheme(theme: Theme, settings: SettingsFile, windows: Windows): void {
  if (theme === settings.current.theme) return
  settings.change({ theme })
  nativeTheme.themeSource = theme
  windows.broadcast('menu', { command: 'theme', theme })
}

export function showLog(paths: LabPaths): void {
  shell.showItemInFolder(join(paths.logs, 'host.log'))
}

/** @throws Error for an address that may not be opened. */
export async function openExternal(address: string): Promise<void> {
  const openable = openableAddress(address)
  if (!openable) throw new Error('Only https addresses, and http addresses of this machine, are opened.')
  await shell.openExternal(openable)
}

export function report(texts: () => ShellTexts, what: (t: ShellTexts) => string): (error: unknown) => void {
  return error => dialog.showErrorBox(what(texts()), sayWhy(error, texts()))
}

/** Menu items act on the window that has the focus, if one has. */
function toPage(window: BaseWindow | undefined, act: (page: BrowserWindow) => void): void {
  const page = pageOf(window)
  if (page) act(page)
}

function pageOf(window: BaseWindow | undefined): BrowserWindow | undefined {
  return window instanceof BrowserWindow ? window : (BrowserWindow.getFocusedWindow() ?? undefined)
}
