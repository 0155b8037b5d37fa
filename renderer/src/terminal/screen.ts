import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { nextFrame } from '../cluster/frames.ts'
import { Feed } from './feed.ts'
import { addLinks } from './links.ts'
import { findAll, type Found } from './screen-lines.ts'
import { terminalTheme } from './theme.ts'

/** Lines above the screen that are kept. */
const SCROLLBACK = 10_000

const encoder = new TextEncoder()

/** A terminal's screen in the page: as large as its element, with links and search. */
export class Screen {
  readonly xterm: Terminal
  readonly #fit = new FitAddon()
  readonly #observer: ResizeObserver
  readonly #feed: Feed

  constructor(parent: HTMLElement, dark: boolean, openLink: (address: string) => void) {
    this.xterm = new Terminal({
      fontFamily: getComputedStyle(parent).getPropertyValue('--mono'),
      fontSize: 13,
      lineHeight: 1.2,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      scrollback: SCROLLBACK,
      theme: terminalTheme(dark),
    })
    this.xterm.loadAddon(this.#fit)
    this.xterm.open(parent)
    this.#feed = new Feed((bytes, done) => this.xterm.write(bytes, done), {
      now: () => performance.now(),
      nextFrame,
    })
    addLinks(this.xterm, openLink)
    this.#fit.fit()
    this.#observer = new ResizeObserver(() => parent.clientWidth && this.#fit.fit())
    this.#observer.observe(parent)
  }

  /** Resolves once it is shown: some at each frame, so that the page goes on listening. */
  show(bytes: Uint8Array): Promise<void> {
    return this.#feed.show(bytes)
  }

  /** Says something that no program has said. */
  remark(...lines: string[]): void {
    void this.show(encoder.encode(`\r\n\x1b[2m${lines.join(' ')}\x1b[0m\r\n`))
  }

  setTheme(dark: boolean): void {
    this.xterm.options.theme = terminalTheme(dark)
  }

  find(text: string): Found[] {
    if (!text) return []
    const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return findAll(this.xterm.buffer.active, new RegExp(escaped, /[A-Z]/.test(text) ? 'g' : 'gi'))
  }

  /** Selects a match and brings it into view; nothing takes the selection away. */
  reveal(found: Found | undefined): void {
    if (!found) return this.xterm.clearSelection()
    const { start, end } = found
    this.xterm.select(start.x, start.y, (end.y - start.y) * this.xterm.cols + end.x - start.x + 1)
    const { viewportY } = this.xterm.buffer.active
    if (start.y < viewportY || start.y >= viewportY + this.xterm.rows)
      this.xterm.scrollToLine(Math.max(0, start.y - Math.floor(this.xterm.rows / 3)))
  }

  dispose(): void {
    this.#feed.dispose()
    this.#observer.disconnect()
    this.xterm.dispose()
  }
}
