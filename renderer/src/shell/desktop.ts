/** The desktop shell around this page, where there is one. In a browser everything here does nothing. */

export type MenuCommand =
  { command: 'theme'; theme: 'system' | 'light' | 'dark' } | { command: 'go'; view: string } | { command: 'apply' }

interface Desktop {
  /** Where the lab server's sockets are; empty before the lab is up. */
  socketBase: string
  onMenu(listener: (command: MenuCommand) => void): () => void
}

const desktop = (globalThis as { kubarium?: Desktop }).kubarium

/** Address that WebSocket paths of the lab server are appended to. */
export function socketBase(): string {
  return desktop?.socketBase || location.origin.replace(/^http/, 'ws')
}

/** Calls `listener` for every menu item that the page carries out. Gives the function that ends it. */
export function onMenu(listener: (command: MenuCommand) => void): () => void {
  return desktop?.onMenu(listener) ?? (() => {})
}
