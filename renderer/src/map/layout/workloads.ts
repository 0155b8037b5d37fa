import { Seats, type Layout, type LayoutNode, type Memory, type Place } from './slots.ts'

const CARD = { w: 168, h: 42 }
const COLUMN_GAP = 42
/** Owners and services have two lines; of pods and what they use there are many, in one line each. */
const ROW = 50
const LINE = { w: 176, h: 28 }
const LINE_ROW = 38
const FIRST_LINE_COLUMN = 3
const HEADER = 50
const PADDING = 18
const BAND_GAP = 16
const CLOSED = { w: 214, h: 56 }
const CLOSED_GAP = 14
const SPACE_GAP = 36
const MOST_COLUMNS = 5
const MOST_SPACE_COLUMNS = 12
/** Width to height of what is left of a window for the map. */
const SCREEN_ASPECT = 1.5

/**
 * A box for each namespace. In it each app is a band of its own, from left to right: what sends or decides, what owns, what runs, what
 * is used; apps that are closed stand in a grid below. A band keeps the rows that it once needed, so that a rollout moves nothing.
 */
export function layoutWorkloads(nodes: readonly LayoutNode[], before: Memory): Layout {
  const seats = new Seats(before)
  const places = new Map<string, Place>()
  const inside = Map.groupBy(
    nodes.filter(n => n.box !== undefined),
    n => n.box!,
  )
  const spaces = nodes.filter(n => n.box === undefined)
  const shapes = new Map(
    spaces.map(n => [n.id, n.shape === 'box' ? spaceOf(n.id, inside.get(n.id) ?? [], seats) : undefined]),
  )
  const sizes = new Map([...shapes].map(([id, space]) => [id, space ?? { w: CLOSED.w, h: CLOSED.h }]))
  for (const { id, x, y } of stack(sizes, seats)) {
    const { w, h } = sizes.get(id)!
    places.set(id, { x: x + w / 2, y: y + h / 2, w, h })
    for (const [member, place] of shapes.get(id)?.members ?? [])
      places.set(member, { ...place, x: place.x + x, y: place.y + y })
  }
  return { places, memory: seats.memory() }
}

interface Space {
  w: number
  h: number
  /** Places from the upper left corner of the box. */
  members: Map<string, Place>
}

function spaceOf(id: string, nodes: readonly LayoutNode[], seats: Seats): Space {
  const members = new Map<string, Place>()
  const bands = Map.groupBy(nodes, n => n.band)
  const closed = bands.get('closed') ?? []
  bands.delete('closed')
  const used = usedColumns(id, [...bands.values()].flat(), seats)
  const xOf = new Map(used.map((column, i) => [column, PADDING + i * (CARD.w + COLUMN_GAP)]))
  let y = HEADER
  for (const band of seats.seat(`bands/${id}`, [...bands.keys()])) {
    if (band === undefined) continue
    const key = `${id}/${band}`
    let height = 0
    for (const [column, list] of Map.groupBy(bands.get(band)!, n => n.column)) {
      const [size, pitch] = column < FIRST_LINE_COLUMN ? [CARD, ROW] : [LINE, LINE_ROW]
      const ids = list.map(n => n.id)
      const rows = seats.seat(`${key}/${column}`, ids)
      rows.forEach((member, row) => {
        if (member === undefined) return
        // The first of all columns are on one line.
        const middle = y + CARD.h / 2 + row * pitch
        members.set(member, { x: xOf.get(column)! + size.w / 2, y: middle, ...size })
      })
      height = Math.max(height, CARD.h + (rows.length - 1) * pitch)
    }
    y += seats.most(`height/${key}`, height) + BAND_GAP
  }
  const width = Math.max(0, used.length * (CARD.w + COLUMN_GAP) - COLUMN_GAP + LINE.w - CARD.w)
  const perRow = seats.once(`closed/${id}`, () => closedPerRow(closed.length, width))
  const cards = seats.seat(
    `closed/${id}`,
    closed.map(n => n.id),
  )
  cards.forEach((card, i) => {
    if (card === undefined) return
    const [row, column] = [Math.floor(i / perRow), i % perRow]
    const x = PADDING + column * (CLOSED.w + CLOSED_GAP) + CLOSED.w / 2
    members.set(card, { x, y: y + row * (CLOSED.h + CLOSED_GAP) + CLOSED.h / 2, ...CLOSED })
  })
  const across = Math.min(perRow, cards.length)
  const w = Math.max(width, across * (CLOSED.w + CLOSED_GAP) - CLOSED_GAP, CLOSED.w) + 2 * PADDING
  const h = y + Math.ceil(cards.length / perRow) * (CLOSED.h + CLOSED_GAP) + PADDING - BAND_GAP
  return { w, h: Math.max(h, HEADER + ROW), members }
}

/** The columns in which the namespace has or had something: others would be gaps. */
function usedColumns(id: string, nodes: readonly LayoutNode[], seats: Seats): number[] {
  const now = new Set(nodes.map(n => n.column))
  const columns = Array.from({ length: MOST_COLUMNS }, (_, i) => i)
  return columns.filter(column => seats.most(`column/${id}/${column}`, now.has(column) ? 1 : 0) > 0)
}

function closedPerRow(count: number, width: number): number {
  const inWidth = Math.floor((width + CLOSED_GAP) / (CLOSED.w + CLOSED_GAP))
  return Math.max(2, inWidth, Math.ceil(Math.sqrt(count * 0.5)))
}

/** Boxes below each other in columns; each stays in the column that it was given. */
function stack(sizes: ReadonlyMap<string, Size>, seats: Seats): { id: string; x: number; y: number }[] {
  const order = seats.seat('spaces', [...sizes.keys()]).filter(id => id !== undefined)
  const count = seats.once('columns', () => bestColumns([...sizes.values()]))
  const heights = Array.from({ length: count }, () => 0)
  const widths = Array.from({ length: count }, () => 0)
  const columnOf = new Map<string, number>()
  // The high ones first, so that the low ones even out what is left.
  for (const id of order.toSorted((a, b) => sizes.get(b)!.h - sizes.get(a)!.h)) {
    const { w, h } = sizes.get(id)!
    const column = Math.min(
      count - 1,
      seats.once(`column of ${id}`, () => lowest(heights)),
    )
    columnOf.set(id, column)
    heights[column]! += h + SPACE_GAP
    widths[column] = Math.max(widths[column]!, w)
  }
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, w) => sum + w + SPACE_GAP, 0))
  const tops = heights.map(() => 0)
  return order.map(id => {
    const column = columnOf.get(id)!
    const y = tops[column]!
    tops[column] = y + sizes.get(id)!.h + SPACE_GAP
    return { id, x: lefts[column]!, y }
  })
}

interface Size {
  w: number
  h: number
}

function lowest(heights: readonly number[]): number {
  return heights.indexOf(Math.min(...heights))
}

/** The number of columns with which all boxes are seen largest on a screen that is wider than high. */
function bestColumns(sizes: readonly Size[]): number {
  const sorted = sizes.toSorted((a, b) => b.h - a.h)
  let best = { count: 1, scale: 0 }
  for (let count = 1; count <= Math.min(sizes.length, MOST_SPACE_COLUMNS); count++) {
    const heights = Array.from({ length: count }, () => 0)
    const widths = Array.from({ length: count }, () => 0)
    for (const { w, h } of sorted) {
      const column = lowest(heights)
      heights[column]! += h + SPACE_GAP
      widths[column] = Math.max(widths[column]!, w)
    }
    const width = widths.reduce((sum, w) => sum + w + SPACE_GAP, 0)
    const scale = Math.min(SCREEN_ASPECT / width, 1 / Math.max(...heights))
    if (scale > best.scale) best = { count, scale }
  }
  return best.count
}
