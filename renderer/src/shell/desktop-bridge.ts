/** What the page uses of the desktop shell's contract. A test holds that the contract gives it. */

export type MenuCommand =
  { command: 'theme'; theme: 'system' | 'light' | 'dark' } | { command: 'go'; address: string } | { command: 'apply' }

/** What the shell keeps for the user. */
export interface Preferences {
  onQuit: 'ask' | 'keep' | 'stop'
  tray: boolean
  notifications: boolean
  updates: boolean
  /** Whether this build knows where its releases are. */
  canUpdate: boolean
  /** A newer version that was found. */
  release?: { version: string; address: string }
}

export type PreferenceChange = Partial<Pick<Preferences, 'onQuit' | 'tray' | 'notifications' | 'updates'>> & {
  theme?: 'system' | 'light' | 'dark'
  language?: 'en' | 'ko'
}

/** A view to show, and manifests to read. */
export interface Opened {
  address?: string
  files: readonly { name: string; text: string }[]
}

export interface DesktopBridge {
  /** Where the lab server's sockets are; empty before the lab is up. */
  socketBase: string
  onMenu(listener: (command: MenuCommand) => void): () => void
  onPreferences(listener: (preferences: Preferences) => void): () => void
  onOpened(listener: () => void): () => void
  openExternal(address: string): Promise<void>
  preferences(): Promise<Preferences>
  changePreferences(change: PreferenceChange): Promise<void>
  takeOpened(): Promise<Opened>
  /** Lets the user save the lab as a file. */
  saveLab(): Promise<boolean>
  /** Lets the user choose a saved lab, and makes a lab of it. */
  chooseArchive(): Promise<void>
  /** The same for a file that was dropped here. */
  openDropped(file: File): Promise<void>
  notify(notification: { title: string; body: string; address: string }): Promise<void>
  setUnseen(count: number): Promise<void>
}
