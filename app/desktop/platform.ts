/** What differs between operating systems in the shell, decided in one place. Pure, so that each side is tested everywhere. */

import type { Platform } from '../../engine/base/platform/platform.ts'
import type { LabState } from './lab-link.ts'

export type SystemName = Platform['name']
/** The images of the tray: the state by shape, since macOS draws them in one colour. */
export type TrayImage = 'up' | 'busy' | 'down' | 'failed'

export interface ShellPlatform {
  isMac: boolean
  /** Whether links and files come as arguments of a start. macOS sends events. */
  opensByArguments: boolean
  quitsWithLastWindow: boolean
  /** How the dock or the taskbar shows what has not been seen: as a figure, or as an image over the icon. */
  unseenAs: 'count' | 'overlay'
  /** Whether a click on the tray opens the window; on macOS it opens the menu. */
  trayClickOpens: boolean
  /** File of the tray's image. */
  trayFile(image: TrayImage): string
  /** Whether the program tells the system that it opens links; else its installer did, or it has no lasting place. */
  registersLinks(isPackaged: boolean, env: Readonly<Record<string, string | undefined>>): boolean
  /** The program that starts this app once more: its own may lie where it is gone when this run ends. */
  ownProgram(program: string, env: Readonly<Record<string, string | undefined>>): string
  /** Stand before a link on the command line, so that nothing in one is ever read as an option. */
  linkArguments: string[]
}

export function shellPlatform(name: SystemName): ShellPlatform {
  const isMac = name === 'darwin'
  const isWindows = name === 'windows'
  return {
    isMac,
    opensByArguments: !isMac,
    quitsWithLastWindow: !isMac,
    unseenAs: isWindows ? 'overlay' : 'count',
    trayClickOpens: !isMac,
    // The ending tells macOS that it is a mask.
    trayFile: image => (isMac ? `${image}Template.png` : `${image}.png`),
    registersLinks: (isPackaged, env) => isPackaged && !env.APPIMAGE && !env.PORTABLE_EXECUTABLE_DIR,
    ownProgram: (program, env) => env.APPIMAGE || env.PORTABLE_EXECUTABLE_FILE || program,
    linkArguments: isWindows ? ['--'] : [],
  }
}

/** Which image shows a state of the lab. */
export function trayImage({ phase }: LabState): TrayImage {
  if (phase === 'up' || phase === 'down' || phase === 'failed') return phase
  return phase === 'ended' ? 'failed' : 'busy'
}
