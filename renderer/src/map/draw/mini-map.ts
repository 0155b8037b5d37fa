import type { Place } from '../layout/slots.ts'
import type { Point, View } from './geometry.ts'

const MARGIN = 6

/** A map of the map, and the way between the two. */
export interface Mini {
  /** What all places together take. */
  bounds: View
  toMini(point: Point): Point
  fromMini(point: Point): Point
  rectOf(place: Place): { x: number; y: number; w: number; h: number }
}

/** All places within a small picture, in proportion and in its middle. */
export function miniMap(places: readonly Place[], width: number, height: number): Mini {
  const bounds = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity }
  for (const { x, y, w, h } of places) {
    bounds.x1 = Math.min(bounds.x1, x - w / 2)
    bounds.y1 = Math.min(bounds.y1, y - h / 2)
    bounds.x2 = Math.max(bounds.x2, x + w / 2)
    bounds.y2 = Math.max(bounds.y2, y + h / 2)
  }
  const [w, h] = [Math.max(1, bounds.x2 - bounds.x1), Math.max(1, bounds.y2 - bounds.y1)]
  const scale = Math.min((width - 2 * MARGIN) / w, (height - 2 * MARGIN) / h)
  const left = (width - w * scale) / 2 - bounds.x1 * scale
  const top = (height - h * scale) / 2 - bounds.y1 * scale
  const toMini = ({ x, y }: Point) => ({ x: left + x * scale, y: top + y * scale })
  return {
    bounds,
    toMini,
    fromMini: ({ x, y }) => ({ x: (x - left) / scale, y: (y - top) / scale }),
    rectOf: ({ x, y, w, h }) => ({ ...toMini({ x: x - w / 2, y: y - h / 2 }), w: w * scale, h: h * scale }),
  }
}
