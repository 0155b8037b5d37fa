import { join } from 'node:path'
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions } from 'electron'
import { mayStart, type LabState } from './lab-link.ts'
import { trayImage, type ShellPlatform } from './platform.ts'
import type { ShellTexts } from './texts/shell.ts'

export interface TrayActions {
  open(): void
  startLab(): void
  stopLab(): void
  quit(): void
}

/** A lab of the data folder beside the one that is shown. */
export interface OtherLab {
  name: string
  isUp: boolean
}

export interface TrayOptions {
  platform: ShellPlatform
  /** Folder of the tray's images. */
  images: string
  actions: TrayActions
  texts(): ShellTexts
  lab(): LabState
  otherLabs(): OtherLab[]
}

/** The icon of the tray, where there is one, and its menu: how the lab is, by shape, word and tip. */
export class TrayIcon {
  readonly #options: TrayOptions
  #tray: Tray | undefined

  constructor(options: TrayOptions) {
    this.#options = options
  }

  /** Shows it as things are now, or takes it away. */
  update(wanted: boolean): void {
    if (!wanted) {
      this.#tray?.destroy()
      this.#tray = undefined
      return
    }
    const { platform, images, actions, texts, lab, otherLabs } = this.#options
    const image = nativeImage.createFromPath(join(images, platform.trayFile(trayImage(lab()))))
    if (!this.#tray) {
      this.#tray = new Tray(image)
      if (platform.trayClickOpens) this.#tray.on('click', () => actions.open())
    } else this.#tray.setImage(image)
    this.#tray.setToolTip(`Kubarium · ${sayState(lab(), texts())}`)
    this.#tray.setContextMenu(Menu.buildFromTemplate(trayTemplate(actions, lab(), otherLabs(), texts())))
  }
}

/** The tray's menu for a state of things. Pure; ids are stable. */
export function trayTemplate(
  actions: TrayActions,
  lab: LabState,
  otherLabs: readonly OtherLab[],
  t: ShellTexts,
): MenuItemConstructorOptions[] {
  return [
    { id: 'tray-lab', label: sayState(lab, t), enabled: false },
    { id: 'tray-start', label: t.startLab, enabled: mayStart(lab), click: () => actions.startLab() },
    { id: 'tray-stop', label: t.stopLab, enabled: lab.phase === 'up', click: () => actions.stopLab() },
    ...(otherLabs.length === 0
      ? []
      : [
          {
            id: 'tray-others',
            label: t.otherLabs,
            submenu: otherLabs.map(({ name, isUp }) => ({
              label: isUp ? t.labUp(name) : t.labDown(name),
              enabled: false,
            })),
          },
        ]),
    { type: 'separator' },
    { id: 'tray-open', label: t.open, click: () => actions.open() },
    { id: 'tray-quit', label: t.quit, click: () => actions.quit() },
  ]
}

/** How the lab is, in words. */
export function sayState({ phase, lab }: LabState, t: ShellTexts): string {
  switch (phase) {
    case 'down':
      return t.labDown(lab)
    case 'ended':
      return t.labEnded(lab)
    case 'starting':
      return t.labStarting(lab)
    case 'up':
      return t.labUp(lab)
    case 'stopping':
      return t.labStopping(lab)
    case 'failed':
      return t.labFailed(lab)
  }
}
