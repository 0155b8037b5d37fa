/** How the panes of a tab share its room: one pane, or two halves beside or below each other, each of which may be halved again. */
export type Layout = string | Split

export interface Split {
  /** `row`: side by side; `column`: one below the other. */
  direction: 'row' | 'column'
  /** Share of the first, between 0 and 1. */
  ratio: number
  halves: readonly [Layout, Layout]
}

/** In per cent of the room. */
export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** The line between two halves, which can be moved. `path`: which half to go to, from the outermost split to this. */
export interface Divider {
  path: readonly (0 | 1)[]
  direction: Split['direction']
  ratio: number
  /** Of both halves together. */
  box: Box
}

export type Direction = 'left' | 'right' | 'up' | 'down'

const LEAST_SHARE = 0.1
const WHOLE: Box = { left: 0, top: 0, width: 100, height: 100 }

/** All panes, as one reads them. */
export function panesOf(layout: Layout): string[] {
  return typeof layout === 'string' ? [layout] : layout.halves.flatMap(panesOf)
}

/** Halves a pane; the new one is to the right of it or below it. */
export function splitPane(layout: Layout, pane: string, direction: Split['direction'], added: string): Layout {
  if (layout === pane) return { direction, ratio: 0.5, halves: [pane, added] }
  return typeof layout === 'string' ? layout : mapHalves(layout, half => splitPane(half, pane, direction, added))
}

/** Takes a pane away: its other half has all the room. Undefined if nothing is left. */
export function removePane(layout: Layout, pane: string): Layout | undefined {
  if (layout === pane) return undefined
  if (typeof layout === 'string') return layout
  const [first, second] = layout.halves.map(half => removePane(half, pane))
  if (first === undefined) return second
  if (second === undefined) return first
  return { ...layout, halves: [first, second] }
}

/** Gives the first half of a split another share. */
export function resizeSplit(layout: Layout, [half, ...rest]: readonly (0 | 1)[], ratio: number): Layout {
  if (typeof layout === 'string') return layout
  if (half === undefined) return { ...layout, ratio: Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, ratio)) }
  const [first, second] = layout.halves
  return half === 0
    ? { ...layout, halves: [resizeSplit(first, rest, ratio), second] }
    : { ...layout, halves: [first, resizeSplit(second, rest, ratio)] }
}

/** Where each pane is. */
export function boxesOf(layout: Layout, box: Box = WHOLE): Map<string, Box> {
  if (typeof layout === 'string') return new Map([[layout, box]])
  const [first, second] = halvesOf(layout, box)
  return new Map([...boxesOf(layout.halves[0], first), ...boxesOf(layout.halves[1], second)])
}

/** All lines between halves, the outermost first. */
export function dividersOf(layout: Layout, box: Box = WHOLE, path: readonly (0 | 1)[] = []): Divider[] {
  if (typeof layout === 'string') return []
  const [first, second] = halvesOf(layout, box)
  return [
    { path, direction: layout.direction, ratio: layout.ratio, box },
    ...dividersOf(layout.halves[0], first, [...path, 0]),
    ...dividersOf(layout.halves[1], second, [...path, 1]),
  ]
}

/** The pane next to another one in a direction: of several, the one with the longest border. */
export function neighbourOf(layout: Layout, pane: string, direction: Direction): string | undefined {
  const boxes = boxesOf(layout)
  const from = boxes.get(pane)
  if (!from) return undefined
  let best: { name: string; border: number } | undefined
  for (const [name, box] of boxes) {
    const border = touches(from, box, direction) ? borderOf(from, box, direction) : 0
    if (border > 0.01 && border > (best?.border ?? 0)) best = { name, border }
  }
  return best?.name
}

/** The innermost line beside a pane that a move in this direction moves. */
export function dividerOf(layout: Layout, pane: string, direction: Direction): Divider | undefined {
  const wanted = direction === 'left' || direction === 'right' ? 'row' : 'column'
  return dividersOf(layout).findLast(d => d.direction === wanted && panesOf(at(layout, d.path)).includes(pane))
}

/** Whether something that was kept is a layout of exactly these panes. */
export function isLayout(value: unknown): value is Layout {
  if (typeof value === 'string') return true
  if (typeof value !== 'object' || value === null) return false
  const { direction, ratio, halves } = value as Partial<Split>
  const isSplit = (direction === 'row' || direction === 'column') && typeof ratio === 'number' && ratio > 0 && ratio < 1
  return isSplit && Array.isArray(halves) && halves.length === 2 && halves.every(isLayout)
}

function at(layout: Layout, path: readonly (0 | 1)[]): Layout {
  return path.reduce((part: Layout, half) => (typeof part === 'string' ? part : part.halves[half]), layout)
}

function mapHalves(split: Split, change: (half: Layout) => Layout): Split {
  return { ...split, halves: [change(split.halves[0]), change(split.halves[1])] }
}

function halvesOf({ direction, ratio }: Split, box: Box): [Box, Box] {
  if (direction === 'row') {
    const width = box.width * ratio
    return [
      { ...box, width },
      { ...box, left: box.left + width, width: box.width - width },
    ]
  }
  const height = box.height * ratio
  return [
    { ...box, height },
    { ...box, top: box.top + height, height: box.height - height },
  ]
}

const isNear = (a: number, b: number) => Math.abs(a - b) < 0.01

function touches(from: Box, to: Box, direction: Direction): boolean {
  if (direction === 'left') return isNear(to.left + to.width, from.left)
  if (direction === 'right') return isNear(from.left + from.width, to.left)
  if (direction === 'up') return isNear(to.top + to.height, from.top)
  return isNear(from.top + from.height, to.top)
}

function borderOf(a: Box, b: Box, direction: Direction): number {
  return direction === 'left' || direction === 'right'
    ? Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
    : Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
}
