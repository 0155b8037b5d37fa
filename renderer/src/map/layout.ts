import type { GraphNode } from './model.ts'

/** Centre and size of a node, in pixels at zoom 1. */
export interface Place {
  x: number
  y: number
  w: number
  h: number
}

/** Who sits where in each box; kept from one layout to the next so that nothing that stays moves. */
export type Slots = ReadonlyMap<string, readonly (string | undefined)[]>

export interface Layout {
  places: ReadonlyMap<string, Place>
  slots: Slots
}

const GAP = 28
const TIER_GAP = 56
const MASTER = { w: 204, h: 72 }
const BALANCER = { w: 216, h: 52 }
const SERVICE = { w: 196, h: 52 }
const CELL = { w: 76, h: 64 }
const COLUMNS = 3
const MIN_ROWS = 2
const HEADER = 46
const PADDING = 12
const BOX_WIDTH = COLUMNS * CELL.w + 2 * PADDING
const POD = 36
const MORE = { w: 180, h: 56 }

/**
 * Tiers from top to bottom: masters, load balancer, workers with their pods in a grid, services. The same graph always
 * gives the same picture, and a pod keeps its slot as long as it lives: newcomers take the first free one.
 */
export function layout(nodes: readonly GraphNode[], previous: Slots = new Map()): Layout {
  const places = new Map<string, Place>()
  const of = (...types: GraphNode['type'][]) => nodes.filter(n => types.includes(n.type))
  const slots = new Map<string, readonly (string | undefined)[]>()
  for (const box of of('worker', 'waiting'))
    slots.set(
      box.id,
      assignSlots(
        previous.get(box.id),
        nodes.filter(n => n.box === box.id).map(n => n.id),
      ),
    )

  let y = tier(of('master'), MASTER, 7, 0, places)
  y = tier(of('balancer'), BALANCER, 1, y + TIER_GAP, places)
  y = boxes(of('worker', 'more'), slots, y + TIER_GAP, places)
  if (of('waiting').length) y = boxes(of('waiting'), slots, y + GAP, places)
  const services = assignSlots(
    previous.get('services'),
    of('service').map(n => n.id),
  )
  slots.set('services', services)
  const perRow = Math.max(4, boxesPerRow(of('worker').length))
  tier(
    services.map(id => (id ? { id } : undefined)),
    SERVICE,
    perRow,
    y + TIER_GAP,
    places,
  )
  return { places, slots }
}

/** Keeps everyone who is still there in their slot; newcomers fill holes from the front, then the end. */
export function assignSlots(
  previous: readonly (string | undefined)[] = [],
  ids: readonly string[],
): (string | undefined)[] {
  const wanted = new Set(ids)
  const slots = previous.map(id => (id !== undefined && wanted.has(id) ? id : undefined))
  const seated = new Set(slots)
  let hole = 0
  for (const id of ids) {
    if (seated.has(id)) continue
    while (hole < slots.length && slots[hole] !== undefined) hole++
    slots[hole] = id
  }
  while (slots.length && slots.at(-1) === undefined) slots.pop()
  return slots
}

/** Workers stand side by side up to four, then in a block that is wider than high. */
export function boxesPerRow(count: number): number {
  return count <= 4 ? Math.max(1, count) : Math.ceil(Math.sqrt(count * 1.6))
}

/** Centred rows of equal nodes. Returns the lower edge. */
function tier(
  nodes: readonly ({ id: string } | undefined)[],
  size: { w: number; h: number },
  perRow: number,
  top: number,
  places: Map<string, Place>,
): number {
  for (let start = 0, y = top; start < nodes.length; start += perRow, y += size.h + GAP) {
    const row = nodes.slice(start, start + perRow)
    const left = -((row.length - 1) * (size.w + GAP)) / 2
    row.forEach((node, i) => node && places.set(node.id, { x: left + i * (size.w + GAP), y: y + size.h / 2, ...size }))
  }
  const rows = Math.ceil(nodes.length / perRow)
  return top + (rows ? rows * (size.h + GAP) - GAP : 0)
}

function boxes(nodes: readonly GraphNode[], slots: Slots, top: number, places: Map<string, Place>): number {
  const perRow = boxesPerRow(nodes.length)
  let y = top
  for (let start = 0; start < nodes.length; start += perRow) {
    const row = nodes.slice(start, start + perRow)
    const heights = row.map(node => (node.type === 'more' ? MORE.h : boxHeight(slots.get(node.id)?.length ?? 0)))
    const height = Math.max(...heights)
    const left = -((row.length - 1) * (BOX_WIDTH + GAP)) / 2
    row.forEach((node, i) => {
      const x = left + i * (BOX_WIDTH + GAP)
      const size = node.type === 'more' ? MORE : { w: BOX_WIDTH, h: height }
      places.set(node.id, { x, y: y + size.h / 2, ...size })
      seat(slots.get(node.id) ?? [], x - BOX_WIDTH / 2 + PADDING, y + HEADER, places)
    })
    y += height + GAP
  }
  return nodes.length ? y - GAP : top
}

function boxHeight(count: number): number {
  return HEADER + Math.max(MIN_ROWS, Math.ceil(count / COLUMNS)) * CELL.h + PADDING / 2
}

function seat(ids: readonly (string | undefined)[], left: number, top: number, places: Map<string, Place>): void {
  ids.forEach((id, i) => {
    if (id === undefined) return
    const column = i % COLUMNS
    const row = Math.floor(i / COLUMNS)
    places.set(id, { x: left + (column + 0.5) * CELL.w, y: top + row * CELL.h + POD / 2 + 2, w: POD, h: POD })
  })
}
