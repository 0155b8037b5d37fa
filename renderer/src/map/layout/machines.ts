import { Seats, type Layout, type LayoutNode, type Memory, type Place } from './slots.ts'

const GAP = 28
const TIER_GAP = 56
const MASTER = { w: 204, h: 84 }
const BALANCER = { w: 216, h: 52 }
const CARD = { w: 204, h: 72 }
const CELL = { w: 76, h: 68 }
const COLUMNS = 3
const MIN_ROWS = 2
const HEADER = 62
const PADDING = 12
const BOX_WIDTH = COLUMNS * CELL.w + 2 * PADDING
const POD = 36
/** The machines of a range that is opened stand in two rows. */
const RANGE_PER_ROW = 13
/** Boxes with more pods than this become wider. */
const NARROW = 27

/**
 * Tiers from top to bottom: masters, load balancer, workers with their pods in a grid, then workers that are closed. The same graph
 * always gives the same picture, and a pod keeps its slot as long as it lives: newcomers take the first free one.
 */
export function layoutMachines(nodes: readonly LayoutNode[], before: Memory): Layout {
  const places = new Map<string, Place>()
  const seats = new Seats(before)
  const of = (band: string) => nodes.filter(n => n.band === band && n.box === undefined)
  const inside = Map.groupBy(
    nodes.filter(n => n.box !== undefined),
    n => n.box!,
  )
  let y = tier(
    of('masters').map(n => n.id),
    MASTER,
    7,
    0,
    places,
  )
  y = tier(
    of('balancer').map(n => n.id),
    BALANCER,
    1,
    y + TIER_GAP,
    places,
  )
  y += TIER_GAP
  const cards = () => {
    const bands = nodes.filter(n => n.box === undefined && n.band.startsWith('cards')).map(n => n.band)
    for (const band of ['cards', ...new Set(bands.filter(b => b !== 'cards'))]) {
      const ids = of(band).map(n => n.id)
      const slots = seats.seat(band, ids)
      if (slots.length === 0) continue
      const perRow = band === 'cards' ? Math.max(4, keptPerRow(seats, band, slots.length)) : RANGE_PER_ROW
      y = tier(slots, CARD, perRow, y, places) + TIER_GAP
    }
  }
  // What is opened among many goes below them, so that they stay; what is closed among few as well.
  const cardsFirst = seats.once('cards first', () => (of('cards').length > of('workers').length ? 1 : 0)) === 1
  if (cardsFirst) cards()
  for (const band of ['workers', 'waiting']) {
    const ids = of(band).map(n => n.id)
    const slots = seats.seat(band, ids)
    if (slots.length) y = grid(slots, keptPerRow(seats, band, slots.length), y) + GAP
  }
  if (!cardsFirst) cards()
  return { places, memory: seats.memory() }

  function grid(boxes: readonly (string | undefined)[], perRow: number, top: number): number {
    let y = top
    let full = 0
    for (let start = 0; start < boxes.length; start += perRow) {
      const row = boxes.slice(start, start + perRow)
      const seated = row.map(id => (id === undefined ? [] : seatsOf(id)))
      const columns = seated.map(s => (s.length > NARROW ? Math.ceil(Math.sqrt(s.length * 1.4)) : COLUMNS))
      const widths = columns.map(c => Math.max(BOX_WIDTH, c * CELL.w + 2 * PADDING))
      const height = Math.max(...seated.map((s, i) => boxHeight(s.length, columns[i]!)))
      const across = widths.reduce((sum, w) => sum + w + GAP, -GAP)
      // A last row that is not full stays in line with those above it.
      let left = -Math.max(across, full) / 2
      full ||= across
      row.forEach((id, i) => {
        const w = widths[i]!
        if (id !== undefined) {
          places.set(id, { x: left + w / 2, y: y + height / 2, w, h: height })
          seatPods(seated[i]!, columns[i]!, left + PADDING, y + HEADER, places)
        }
        left += w + GAP
      })
      y += height + GAP
    }
    return y - GAP
  }

  function seatsOf(id: string): readonly (string | undefined)[] {
    const members = (inside.get(id) ?? []).map(n => n.id)
    return seats.seat(`in/${id}`, members)
  }
}

/** Workers stand side by side up to four, then in a block that is wider than high. */
export function perRowOf(count: number): number {
  return count <= 4 ? Math.max(1, count) : Math.ceil(Math.sqrt(count * 1.6))
}

/** A block keeps its width until it would look wrong: one machine more must not move all the others. */
function keptPerRow(seats: Seats, name: string, count: number): number {
  if (count <= 4) return perRowOf(count)
  const size = 2 ** Math.ceil(Math.log2(count))
  return seats.once(`perRow/${name}/${size}`, () => perRowOf(count))
}

/** Centred rows of equal nodes. Returns the lower edge. */
function tier(
  ids: readonly (string | undefined)[],
  size: { w: number; h: number },
  perRow: number,
  top: number,
  places: Map<string, Place>,
): number {
  for (let start = 0, y = top; start < ids.length; start += perRow, y += size.h + GAP) {
    const row = ids.slice(start, start + perRow)
    // A last row that is not full stays in line with those above it.
    const across = start === 0 ? row.length : perRow
    const left = -((across - 1) * (size.w + GAP)) / 2
    row.forEach((id, i) => id && places.set(id, { x: left + i * (size.w + GAP), y: y + size.h / 2, ...size }))
  }
  const rows = Math.ceil(ids.length / perRow)
  return top + (rows ? rows * (size.h + GAP) - GAP : 0)
}

function boxHeight(count: number, columns: number): number {
  return HEADER + Math.max(MIN_ROWS, Math.ceil(count / columns)) * CELL.h + PADDING / 2
}

function seatPods(
  ids: readonly (string | undefined)[],
  columns: number,
  left: number,
  top: number,
  places: Map<string, Place>,
): void {
  ids.forEach((id, i) => {
    if (id === undefined) return
    const [row, column] = [Math.floor(i / columns), i % columns]
    places.set(id, { x: left + (column + 0.5) * CELL.w, y: top + row * CELL.h + POD / 2 + 2, w: POD, h: POD })
  })
}
