import type { BaseWindow, MenuItemConstructorOptions } from 'electron'
import type { LabState } from './lab-link.ts'
import { THEMES, type QuitChoice, type Settings, type Theme } from './settings.ts'

/** What the menu's items do; the shell carries it out. */
export interface MenuActions {
  newWindow(): void
  apply(window: BaseWindow | undefined): void
  reload(window: BaseWindow | undefined): void
  setTheme(theme: Theme): void
  startLab(): void
  stopLab(): void
  copyKubeconfigPath(): void
  openDataFolder(): void
  showLog(): void
  setOnQuit(choice: QuitChoice): void
  about(): void
}

export interface MenuState {
  isMac: boolean
  isPackaged: boolean
  lab: LabState
  settings: Readonly<Settings>
}

const THEME_LABELS: Record<Theme, string> = { system: 'Like the System', light: 'Light', dark: 'Dark' }
const QUIT_LABELS: Record<QuitChoice, string> = { ask: 'Ask', keep: 'Leave the Lab Running', stop: 'Stop the Lab' }

/** The application menu for a state of things. Pure; ids are stable. */
export function menuTemplate(
  actions: MenuActions,
  { isMac, isPackaged, lab, settings }: MenuState,
): MenuItemConstructorOptions[] {
  const file: MenuItemConstructorOptions[] = [
    { id: 'new-window', label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
    {
      id: 'apply',
      label: 'Apply Manifest…',
      accelerator: 'CmdOrCtrl+Shift+A',
      enabled: lab.phase === 'up',
      click: (_, window) => actions.apply(window),
    },
    { type: 'separator' },
    { role: 'close' },
    ...(isMac ? [] : [{ role: 'quit', id: 'quit' } as const]),
  ]
  const view: MenuItemConstructorOptions[] = [
    { id: 'reload', label: 'Reload', accelerator: 'CmdOrCtrl+R', click: (_, window) => actions.reload(window) },
    {
      label: 'Theme',
      submenu: THEMES.map(theme => ({
        id: `theme-${theme}`,
        label: THEME_LABELS[theme],
        type: 'radio',
        checked: settings.theme === theme,
        click: () => actions.setTheme(theme),
      })),
    },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
  ]
  const labMenu: MenuItemConstructorOptions[] = [
    {
      id: 'start-lab',
      label: 'Start Lab',
      enabled: lab.phase === 'down' || lab.phase === 'failed',
      click: () => actions.startLab(),
    },
    { id: 'stop-lab', label: 'Stop Lab', enabled: lab.phase === 'up', click: () => actions.stopLab() },
    { type: 'separator' },
    { id: 'copy-kubeconfig', label: 'Copy Path of Kubeconfig', click: () => actions.copyKubeconfigPath() },
    { id: 'open-data-folder', label: 'Open Data Folder', click: () => actions.openDataFolder() },
    { id: 'show-log', label: 'Show Log', click: () => actions.showLog() },
    { type: 'separator' },
    {
      label: 'When Quitting',
      submenu: (Object.keys(QUIT_LABELS) as QuitChoice[]).map(choice => ({
        id: `on-quit-${choice}`,
        label: QUIT_LABELS[choice],
        type: 'radio',
        checked: settings.onQuit === choice,
        click: () => actions.setOnQuit(choice),
      })),
    },
  ]
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { label: 'Lab', submenu: labMenu },
    { role: 'windowMenu' },
    { role: 'help', submenu: [{ id: 'about', label: 'About Kubarium', click: () => actions.about() }] },
  ]
}
