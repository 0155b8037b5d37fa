import { Seats, type Layout, type LayoutNode, type Memory, type Place } from './slots.ts'

const CARD = { w: 214, h: 64 }
const ROW = 84
const GAP = 56
const HEADER = 50
const PADDING = 18
const BOX_GAP = 30
const BALANCER = { w: 216, h: 52 }
/** More clients than this stand in several columns. */
const CLIENTS_PER_COLUMN = 12

/** From left to right: clients, the load balancer, and the masters, each with its candidates, its API server and its store member. */
export function layoutControl(nodes: readonly LayoutNode[], before: Memory): Layout {
  const seats = new Seats(before)
  const places = new Map<string, Place>()
  const ids = (of: (node: LayoutNode) => boolean) => nodes.filter(of).map(n => n.id)
  const clients = seats.seat(
    'clients',
    ids(n => n.band === 'clients'),
  )
  const masters = seats.seat(
    'masters',
    ids(n => n.band === 'masters'),
  )
  const boxHeight = HEADER + 2 * ROW + PADDING
  const boxWidth = 3 * CARD.w + 2 * GAP + 2 * PADDING
  const perColumn = seats.most('clients per column', Math.min(CLIENTS_PER_COLUMN, clients.length))
  const clientColumns = Math.max(1, Math.ceil(clients.length / Math.max(1, perColumn)))
  const height = masters.length * (boxHeight + BOX_GAP) - BOX_GAP
  const middle = height / 2

  const clientsTop = middle - (Math.min(perColumn, clients.length) * ROW) / 2
  clients.forEach((id, i) => {
    if (id === undefined) return
    const [column, row] = [Math.floor(i / perColumn), i % perColumn]
    const x = CARD.w / 2 + column * (CARD.w + PADDING)
    places.set(id, { x, y: clientsTop + (row + 0.5) * ROW, ...CARD })
  })
  const balancerLeft = clientColumns * (CARD.w + PADDING) + GAP
  for (const id of ids(n => n.band === 'balancer'))
    places.set(id, { x: balancerLeft + BALANCER.w / 2, y: middle, ...BALANCER })
  const left = balancerLeft + BALANCER.w + GAP + 20
  const inside = Map.groupBy(
    nodes.filter(n => n.box !== undefined),
    n => n.box!,
  )
  masters.forEach((id, i) => {
    if (id === undefined) return
    const top = i * (boxHeight + BOX_GAP)
    places.set(id, { x: left + boxWidth / 2, y: top + boxHeight / 2, w: boxWidth, h: boxHeight })
    for (const node of inside.get(id) ?? []) {
      const row = node.band === 'scheduler' ? 0 : node.band === 'manager' ? 1 : 0.5
      const x = left + PADDING + node.column * (CARD.w + GAP) + CARD.w / 2
      places.set(node.id, { x, y: top + HEADER + (row + 0.5) * ROW, ...CARD })
    }
  })
  return { places, memory: seats.memory() }
}
