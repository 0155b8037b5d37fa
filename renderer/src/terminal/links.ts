import type { ILink, Terminal } from '@xterm/xterm'
import { findInLine, logicalLine } from './screen-lines.ts'

/** Addresses as people print them: a full stop or bracket behind one is not part of it. */
export const ADDRESS = /https?:\/\/[^\s"'<>`{}|\\^]*[^\s"'<>`{}|\\^.,;:!?()[\]]/g

/** Whether an address leads to this machine. */
export function isOfThisMachine(address: string): boolean {
  const { hostname } = new URL(address)
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    /^127(\.\d+){3}$/.test(hostname) ||
    hostname === '[::1]'
  )
}

/** Whether a text is an address that may be opened at all. */
export function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** Makes the addresses on a terminal's screen links. */
export function addLinks(terminal: Terminal, open: (address: string) => void): void {
  const activate = (_: MouseEvent, text: string) => {
    if (isAddress(text)) open(text)
  }
  // Those that a program names by an escape sequence, which may say one thing and lead to another.
  terminal.options.linkHandler = { activate }
  terminal.registerLinkProvider({
    provideLinks(y, give) {
      const buffer = terminal.buffer.active
      const line = logicalLine(buffer, y - 1)
      const addresses = [...line.text.matchAll(ADDRESS)].map(match => match[0])
      const links = findInLine(buffer, line, ADDRESS).map(({ start, end }, i): ILink => ({
        range: { start: { x: start.x + 1, y: start.y + 1 }, end: { x: end.x + 1, y: end.y + 1 } },
        text: addresses[i]!,
        activate,
      }))
      give(links.length ? links : undefined)
    },
  })
}
