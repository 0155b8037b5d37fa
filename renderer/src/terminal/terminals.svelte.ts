import type { ContainerTarget } from './connection.ts'
import { connection } from '../cluster/connection.svelte.ts'
import { requestJSON } from '../cluster/rest.ts'
import type { ShellChoice, TerminalInfo } from '../../../engine/lab/contract.ts'
import {
  dividerOf,
  isLayout,
  neighbourOf,
  panesOf,
  removePane,
  resizeSplit,
  splitPane,
  type Direction,
  type Layout,
} from './layout.ts'

/** What a pane runs. */
export type Program =
  /** A shell of this machine; `session` is how to come back to it. */
  | { kind: 'shell'; shell?: string; session?: string }
  | ({ kind: 'container' } & ContainerTarget)
  /** A shell in a pod on a node; `pod` once that is made. */
  | { kind: 'node'; node: string; pod?: string }

export interface Tab {
  id: string
  /** Given by the user; otherwise it is called by what runs in it. */
  name?: string
  layout: Layout
  /** The pane that has the keys. */
  active: string
}

interface Kept {
  tabs: Tab[]
  programs: Record<string, Program>
  current: string
  next: number
}

const KEPT = 'terminals'
const RESIZE_STEP = 0.05

/** The terminals of this page: tabs, the panes in them, and what these run. They stay with the page when it is loaded again. */
class Terminals {
  tabs: readonly Tab[] = $state.raw([])
  programs: Readonly<Record<string, Program>> = $state.raw({})
  current = $state('')
  /** Shells of this machine to choose from, once they have been asked for. */
  shells: readonly ShellChoice[] = $state.raw([])
  /** What each pane's program calls itself. */
  titles: Readonly<Record<string, string>> = $state.raw({})
  #next = 1
  readonly #open = new Set<string>()

  constructor() {
    const kept = readKept()
    if (!kept) return
    this.tabs = kept.tabs
    this.programs = kept.programs
    for (const pane of kept.tabs.flatMap(tab => panesOf(tab.layout))) this.#open.add(pane)
    this.current = kept.current
    this.#next = kept.next
  }

  readonly tab = $derived(this.tabs.find(tab => tab.id === this.current))

  /** Writes down what is open, so that it is found again. */
  keep(): void {
    const kept: Kept = { tabs: [...this.tabs], programs: this.programs, current: this.current, next: this.#next }
    sessionStorage.setItem(KEPT, JSON.stringify(kept))
  }

  async loadShells(): Promise<void> {
    if (this.shells.length === 0) this.shells = await requestJSON<ShellChoice[]>('/lab/v1/shells')
  }

  /** Opens a tab. What is not a shell is opened once: a second time leads to it. */
  open(program: Program = { kind: 'shell' }): void {
    const known = this.tabs.find(tab => panesOf(tab.layout).some(pane => isSame(this.programs[pane], program)))
    if (known && program.kind !== 'shell') {
      this.current = known.id
      return
    }
    const pane = this.#add(program)
    const id = `tab-${this.#next++}`
    this.tabs = [...this.tabs, { id, layout: pane, active: pane }]
    this.current = id
  }

  /** Halves the pane that has the keys. The new one runs the same kind of thing. */
  split(direction: 'row' | 'column'): void {
    const { tab } = this
    if (!tab) return this.open()
    const program = this.programs[tab.active]
    const again: Program =
      program?.kind === 'shell' ? { kind: 'shell', shell: program.shell } : (program ?? { kind: 'shell' })
    const pane = this.#add(again)
    this.#change({ ...tab, layout: splitPane(tab.layout, tab.active, direction, pane), active: pane })
  }

  /** Takes a pane away, and its tab with the last one. */
  close(pane: string): void {
    const tab = this.tabs.find(t => panesOf(t.layout).includes(pane))
    if (!tab) return
    this.#open.delete(pane)
    const { [pane]: _, ...programs } = this.programs
    this.programs = programs
    const layout = removePane(tab.layout, pane)
    if (layout !== undefined)
      return this.#change({ ...tab, layout, active: tab.active === pane ? panesOf(layout)[0]! : tab.active })
    const index = this.tabs.indexOf(tab)
    this.tabs = this.tabs.filter(t => t !== tab)
    if (this.current === tab.id) this.current = this.tabs[Math.min(index, this.tabs.length - 1)]?.id ?? ''
  }

  step(by: 1 | -1): void {
    const index = this.tabs.findIndex(tab => tab.id === this.current)
    this.current = this.tabs[(index + by + this.tabs.length) % this.tabs.length]?.id ?? ''
  }

  rename(id: string, name: string): void {
    const tab = this.tabs.find(t => t.id === id)
    if (tab) this.#change({ ...tab, name: name.trim() || undefined })
  }

  focus(pane: string): void {
    const tab = this.tabs.find(t => panesOf(t.layout).includes(pane))
    if (tab && tab.active !== pane) this.#change({ ...tab, active: pane })
  }

  focusNext(direction: Direction): void {
    const pane = this.tab && neighbourOf(this.tab.layout, this.tab.active, direction)
    if (pane) this.focus(pane)
  }

  /** Moves the line beside the pane that has the keys. */
  push(direction: Direction): void {
    const divider = this.tab && dividerOf(this.tab.layout, this.tab.active, direction)
    if (!divider) return
    const step = direction === 'left' || direction === 'up' ? -RESIZE_STEP : RESIZE_STEP
    this.resize(divider.path, divider.ratio + step)
  }

  resize(path: readonly (0 | 1)[], ratio: number): void {
    const { tab } = this
    if (tab) this.#change({ ...tab, layout: resizeSplit(tab.layout, path, ratio) })
  }

  /** Whether a pane is open, also for who is about to be destroyed: it still sees the state as it was before. */
  isOpen(pane: string): boolean {
    return this.#open.has(pane)
  }

  /** Remembers how to come back to what a pane runs. */
  learn(pane: string, program: Program): void {
    if (this.programs[pane]) this.programs = { ...this.programs, [pane]: program }
  }

  entitle(pane: string, title: string): void {
    this.titles = { ...this.titles, [pane]: title }
  }

  /** What runs in the foreground of shells of this machine that are to be closed. @throws ApiError */
  async running(panes: readonly string[]): Promise<string[]> {
    const sessions = panes.flatMap(pane => {
      const program = this.programs[pane]
      return program?.kind === 'shell' && program.session ? [program.session] : []
    })
    if (sessions.length === 0) return []
    const all = await requestJSON<TerminalInfo[]>('/lab/v1/terminals')
    return all.flatMap(({ id, program }) => (program !== undefined && sessions.includes(id) ? [program] : []))
  }

  #add(program: Program): string {
    const pane = `pane-${this.#next++}`
    this.programs = { ...this.programs, [pane]: program }
    this.#open.add(pane)
    return pane
  }

  #change(tab: Tab): void {
    this.tabs = this.tabs.map(t => (t.id === tab.id ? tab : t))
  }
}

function isSame(a: Program | undefined, b: Program): boolean {
  if (a?.kind === 'node' && b.kind === 'node') return a.node === b.node
  if (a?.kind !== 'container' || b.kind !== 'container') return false
  return a.namespace === b.namespace && a.pod === b.pod && a.container === b.container && a.how === b.how
}

/** What this page had open. Panes without a program, and tabs without panes, are of no use. */
function readKept(): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Kept | null
    if (!kept || !Array.isArray(kept.tabs) || !Number.isInteger(kept.next)) return undefined
    const tabs = kept.tabs.filter(
      tab => isLayout(tab.layout) && panesOf(tab.layout).every(pane => kept.programs[pane] !== undefined),
    )
    return tabs.length ? { ...kept, tabs } : undefined
  } catch {
    return undefined // not of our writing
  }
}

/** What the address asks to be opened: `?exec=NAMESPACE/POD/CONTAINER`, `?attach=…&streams=stdin,tty` or `?node=NAME`. */
export function programOf(query: URLSearchParams): Program | undefined {
  const node = query.get('node')
  if (node) return { kind: 'node', node }
  for (const how of ['exec', 'attach'] as const) {
    const [namespace, pod, container = ''] = query.get(how)?.split('/') ?? []
    if (!namespace || !pod) continue
    const target = { kind: 'container', how, namespace, pod, container } as const
    if (how === 'exec') return target
    const streams = query.get('streams')?.split(',') ?? []
    return { ...target, streams: { stdin: streams.includes('stdin'), tty: streams.includes('tty') } }
  }
  return undefined
}

/** Where shells of this machine are: with the lab. A cluster elsewhere has containers and nodes alone. */
export function hasShells(): boolean {
  return connection.isLab
}

export const terminals = new Terminals()
