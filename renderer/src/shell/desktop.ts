import type { DesktopBridge, MenuCommand, Opened } from './desktop-bridge.ts'

/** The desktop shell around this page; undefined in a browser. */
export const desktop = (globalThis as { kubarium?: DesktopBridge }).kubarium

/** Address that WebSocket paths of the lab server are appended to. */
export function socketBase(): string {
  return desktop?.socketBase || location.origin.replace(/^http/, 'ws')
}

/** Calls `listener` for every menu item that the page carries out. Gives the function that ends it. */
export function onMenu(listener: (command: MenuCommand) => void): () => void {
  return desktop?.onMenu(listener) ?? (() => {})
}

/** Calls `listener` with what is opened from outside: what waits already, and what comes. Gives the function that ends it. */
export function onOpened(listener: (opened: Opened) => void): () => void {
  if (!desktop) return () => {}
  const take = () => void desktop!.takeOpened().then(listener)
  take()
  return desktop.onOpened(take)
}
