import type { EdgeType, Lens } from '../graph/model.ts'
import type { Place } from '../layout/slots.ts'

/** The way of an edge: straight, down and across from tier to tier, or across from column to column. */
export type Path = 'straight' | 'down' | 'across'

export function pathOf(lens: Lens, type: EdgeType, from: Place, to: Place): Path {
  if (type === 'replicates') return 'straight'
  if (lens === 'machines') return 'down'
  return to.x - to.w / 2 > from.x + from.w / 2 ? 'across' : 'straight'
}

/** How far an edge bends aside: neighbours are joined by a straight line, those further away by an arc past the ones between. */
export function bendOf(from: Place, to: Place): number {
  const upright = Math.abs(from.x - to.x) < 1
  const [a, b] = upright ? [from.y, to.y] : [from.x, to.x]
  const distance = Math.abs(a - b)
  if (distance < (upright ? 400 : 260)) return 0
  // A curve goes half as far aside as its control point: past the card between, into the gap at its left.
  if (upright) return (a < b ? 1 : -1) * (to.w + 54)
  return (a < b ? -1 : 1) * Math.min(120, 36 + distance / 8)
}

/** How far from its source an edge turns; from its target, if less than nothing. */
export function turnOf(path: Path, type: EdgeType): number {
  if (path === 'down') return type === 'calls' ? -28 : 28
  return type === 'selects' ? 34 : 24
}

/** The same way as an SVG path, for pictures that are saved. */
export function svgPath(path: Path, from: Place, to: Place, bend: number, turn: number): string {
  if (path === 'across') {
    const [x1, x2] = [from.x + from.w / 2, to.x - to.w / 2]
    const x = Math.min(x1 + turn, x2 - 4)
    return `M${x1} ${from.y}H${x}V${to.y}H${x2}`
  }
  if (path === 'down') {
    const down = from.y < to.y
    const y1 = from.y + (down ? from.h / 2 : -from.h / 2)
    const y2 = to.y + (down ? -to.h / 2 : to.h / 2)
    // The turn is near the one of the two that has many others.
    const y = turn < 0 ? y2 + (down ? turn : -turn) : y1 + (down ? turn : -turn)
    return `M${from.x} ${y1}V${y}H${to.x}V${y2}`
  }
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const [mx, my] = [(from.x + to.x) / 2 + (dy / length) * -bend, (from.y + to.y) / 2 + (dx / length) * bend]
  return bend ? `M${from.x} ${from.y}Q${mx} ${my} ${to.x} ${to.y}` : `M${from.x} ${from.y}L${to.x} ${to.y}`
}
