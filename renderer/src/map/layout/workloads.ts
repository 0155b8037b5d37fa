import { Seats, type Layout, type LayoutNode, type Memory, type Place } from './slots.ts'

const CARD = { w: 176, h: 42 }
const COLUMN_GAP = 52
const ROW = 54
const HEADER = 50
const PADDING = 18
const BAND_GAP = 12
const CLOSED = { w: 214, h: 56 }
const CLOSED_GAP = 14
const SPACE_GAP = 36
const MOST_COLUMNS = 5

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
    let rows = 0
    for (const [column, list] of Map.groupBy(bands.get(band)!, n => n.column)) {
      const column_ = seats.seat(
        `${key}/${column}`,
        list.map(n => n.id),
      )
      column_.forEach((member, row) => {
        if (member === undefined) return
        members.set(member, { x: xOf.get(column)! + CARD.w / 2, y: y + row * ROW + CARD.h / 2, ...CARD })
      })
      rows = Math.max(rows, column_.length)
    }
    y += seats.most(`rows/${key}`, rows) * ROW + BAND_GAP
  }
  const width = Math.max(0, used.length * (CARD.w + COLUMN_GAP) - COLUMN_GAP)
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

/** Boxes below each other in columns about as high as all of them are wide; each stays in the column that it was given. */
function stack(
  sizes: ReadonlyMap<string, { w: number; h: number }>,
  seats: Seats,
): { id: string; x: number; y: number }[] {
  const order = seats.seat('spaces', [...sizes.keys()]).filter(id => id !== undefined)
  const count = seats.once('columns', () => columnsFor([...sizes.values()]))
  const heights = Array.from({ length: count }, () => 0)
  const widths = Array.from({ length: count }, () => 0)
  const columnOf = new Map<string, number>()
  for (const id of order) {
    const { w, h } = sizes.get(id)!
    const column = Math.min(
      count - 1,
      seats.once(`column of ${id}`, () => heights.indexOf(Math.min(...heights))),
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

function columnsFor(sizes: readonly { w: number; h: number }[]): number {
  const area = sizes.reduce((sum, s) => sum + (s.w + SPACE_GAP) * (s.h + SPACE_GAP), 0)
  const widest = Math.max(1, ...sizes.map(s => s.w)) + SPACE_GAP
  const tallest = Math.max(1, ...sizes.map(s => s.h))
  // As wide as 16 to 10, yet never so narrow that one column is higher than the tallest box needs.
  const wide = Math.sqrt(Math.max(area, tallest * widest) * 1.6)
  return Math.max(1, Math.min(sizes.length, Math.round(wide / widest)))
}
