import type { BaseWindow, MenuItemConstructorOptions } from 'electron'
import { mayStart, type LabState } from './lab-link.ts'
import { QUIT_CHOICES, THEMES, type QuitChoice, type Theme } from './preferences.ts'
import type { Settings } from './settings.ts'
import type { ShellTexts } from './texts/shell.ts'

/** What the menu's items do; the shell carries it out. */
export interface MenuActions {
  newWindow(): void
  openManifest(window: BaseWindow | undefined): void
  apply(window: BaseWindow | undefined): void
  saveLab(window: BaseWindow | undefined): void
  openArchive(window: BaseWindow | undefined): void
  reload(window: BaseWindow | undefined): void
  setTheme(theme: Theme): void
  showSettings(): void
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
  /** Electron's own labels of roles are English alone, so each item is given its words. */
  texts: ShellTexts
}

type Item = MenuItemConstructorOptions
const LINE: Item = { type: 'separator' }

/** The application menu for a state of things. Pure; ids are stable. */
export function menuTemplate(actions: MenuActions, state: MenuState): Item[] {
  const { isMac, texts } = state
  const about: Item = { id: 'about', label: texts.about, click: () => actions.about() }
  return [
    ...(isMac ? [appMenu(actions, state, about)] : []),
    { label: texts.file, submenu: fileMenu(actions, state) },
    { role: 'editMenu', label: texts.edit, submenu: editMenu(texts) },
    { label: texts.view, submenu: viewMenu(actions, state) },
    { label: texts.lab, submenu: labMenu(actions, state) },
    { role: 'windowMenu', label: texts.window, submenu: windowMenu(state) },
    // On macOS the system puts its search field into the help menu; About stands in the app's own.
    ...(isMac ? [] : [{ role: 'help', label: texts.help, submenu: [about] } satisfies Item]),
  ]
}

function appMenu(actions: MenuActions, { texts }: MenuState, about: Item): Item {
  return {
    label: 'Kubarium',
    submenu: [
      about,
      LINE,
      settingsItem(actions, texts),
      LINE,
      { role: 'services', label: texts.services },
      LINE,
      { role: 'hide', label: texts.hide },
      { role: 'hideOthers', label: texts.hideOthers },
      { role: 'unhide', label: texts.showAll },
      LINE,
      { role: 'quit', id: 'quit', label: texts.quit },
    ],
  }
}

function fileMenu(actions: MenuActions, { isMac, lab, texts }: MenuState): Item[] {
  const enabled = lab.phase === 'up'
  return [
    { id: 'new-window', label: texts.newWindow, accelerator: 'CmdOrCtrl+Shift+N', click: () => actions.newWindow() },
    {
      ...{ id: 'open-manifest', label: texts.openManifest, accelerator: 'CmdOrCtrl+O', enabled },
      click: (_, window) => actions.openManifest(window),
    },
    {
      ...{ id: 'apply', label: texts.applyManifest, accelerator: 'CmdOrCtrl+Shift+A', enabled },
      click: (_, window) => actions.apply(window),
    },
    LINE,
    ...(isMac ? [] : [settingsItem(actions, texts), LINE]),
    { role: 'close', label: texts.closeWindow },
    ...(isMac ? [] : [{ role: 'quit', id: 'quit', label: texts.quit } as const]),
  ]
}

function settingsItem(actions: MenuActions, texts: ShellTexts): Item {
  return { id: 'settings', label: texts.settings, accelerator: 'CmdOrCtrl+,', click: () => actions.showSettings() }
}

function editMenu(texts: ShellTexts): Item[] {
  return [
    { role: 'undo', label: texts.undo },
    { role: 'redo', label: texts.redo },
    LINE,
    { role: 'cut', label: texts.cut },
    { role: 'copy', label: texts.copy },
    { role: 'paste', label: texts.paste },
    { role: 'selectAll', label: texts.selectAll },
  ]
}

function viewMenu(actions: MenuActions, { isPackaged, settings, texts }: MenuState): Item[] {
  const themes: Record<Theme, string> = { system: texts.themeSystem, light: texts.themeLight, dark: texts.themeDark }
  return [
    {
      ...{ id: 'reload', label: texts.reload, accelerator: 'CmdOrCtrl+R' },
      click: (_, window) => actions.reload(window),
    },
    {
      label: texts.theme,
      submenu: THEMES.map(theme => ({
        id: `theme-${theme}`,
        label: themes[theme],
        type: 'radio',
        checked: settings.theme === theme,
        click: () => actions.setTheme(theme),
      })),
    },
    LINE,
    { role: 'resetZoom', label: texts.actualSize },
    { role: 'zoomIn', label: texts.zoomIn },
    { role: 'zoomOut', label: texts.zoomOut },
    LINE,
    { role: 'togglefullscreen', label: texts.fullScreen },
    ...(isPackaged ? [] : [{ role: 'toggleDevTools', label: texts.developerTools } as const]),
  ]
}

function labMenu(actions: MenuActions, { lab, settings, texts }: MenuState): Item[] {
  const choices: Record<QuitChoice, string> = { ask: texts.quitAsk, keep: texts.quitKeep, stop: texts.quitStop }
  return [
    {
      id: 'start-lab',
      label: texts.startLab,
      enabled: mayStart(lab),
      click: () => actions.startLab(),
    },
    { id: 'stop-lab', label: texts.stopLab, enabled: lab.phase === 'up', click: () => actions.stopLab() },
    LINE,
    {
      ...{ id: 'save-lab', label: texts.saveLab, accelerator: 'CmdOrCtrl+Shift+S' },
      enabled: lab.phase === 'up' || lab.phase === 'down',
      click: (_, window) => actions.saveLab(window),
    },
    {
      ...{ id: 'open-archive', label: texts.openArchive, accelerator: 'CmdOrCtrl+Shift+O' },
      click: (_, window) => actions.openArchive(window),
    },
    LINE,
    { id: 'copy-kubeconfig', label: texts.copyKubeconfig, click: () => actions.copyKubeconfigPath() },
    { id: 'open-data-folder', label: texts.openDataFolder, click: () => actions.openDataFolder() },
    { id: 'show-log', label: texts.showLog, click: () => actions.showLog() },
    LINE,
    {
      label: texts.whenQuitting,
      submenu: QUIT_CHOICES.map(choice => ({
        id: `on-quit-${choice}`,
        label: choices[choice],
        type: 'radio',
        checked: settings.onQuit === choice,
        click: () => actions.setOnQuit(choice),
      })),
    },
  ]
}

function windowMenu({ isMac, texts }: MenuState): Item[] {
  const minimize: Item = { role: 'minimize', label: texts.minimize }
  if (!isMac) return [minimize, { role: 'close', label: texts.closeWindow }]
  return [minimize, { role: 'zoom', label: texts.zoom }, LINE, { role: 'front', label: texts.front }]
}
