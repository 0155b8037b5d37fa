/** Where a window goes. Pure. */

import type { Bounds } from './settings.ts'

export interface Area {
  x: number
  y: number
  width: number
  height: number
}

/** So much of the window's upper edge must be on a screen that it can be seized there. */
const SEIZABLE = { width: 120, height: 32 }

/**
 * Bounds that can be reached: as they were if a screen shows enough of the window's upper edge, else moved and shrunk onto the
 * screen that it was nearest to. Undefined if there is no screen to go by.
 */
export function placeOn(bounds: Bounds, workAreas: readonly Area[]): Bounds | undefined {
  if (workAreas.length === 0) return undefined
  if (workAreas.some(area => canBeSeized(bounds, area))) return bounds
  const area = workAreas.reduce((a, b) => (distance(bounds, b) < distance(bounds, a) ? b : a))
  const width = Math.min(bounds.width, area.width)
  const height = Math.min(bounds.height, area.height)
  return {
    ...bounds,
    width,
    height,
    x: clamp(bounds.x, area.x, area.x + area.width - width),
    y: clamp(bounds.y, area.y, area.y + area.height - height),
  }
}

/** The next window of several is not exactly over the last. */
export function cascade(bounds: Bounds, others: readonly Area[], step = 28): Bounds {
  let placed = bounds
  while (others.some(({ x, y }) => x === placed.x && y === placed.y))
    placed = { ...placed, x: placed.x + step, y: placed.y + step }
  return placed
}

function canBeSeized({ x, y, width }: Area, area: Area): boolean {
  const seen = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
  return seen >= Math.min(SEIZABLE.width, width) && y >= area.y - 1 && y <= area.y + area.height - SEIZABLE.height
}

function distance(a: Area, b: Area): number {
  return Math.hypot(a.x + a.width / 2 - (b.x + b.width / 2), a.y + a.height / 2 - (b.y + b.height / 2))
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
