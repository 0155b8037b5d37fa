/** Browsers lay out no element that is much higher. */
export const MOST_HEIGHT = 12_000_000

/**
 * A sheet of any height behind a scroll bar of a height that browsers can do: beyond that, a pixel of the bar stands for more than one
 * of the sheet. All in pixels.
 */
export interface Scroll {
  /** Of all rows. */
  total: number
  /** Of what is laid out. */
  sheet: number
  /** How far the sheet moves for each pixel of the bar. */
  factor: number
}

export function scrollOf(rows: number, rowHeight: number, height: number): Scroll {
  const total = rows * rowHeight
  const sheet = Math.min(total, MOST_HEIGHT)
  return { total, sheet, factor: total > sheet ? (total - height) / (sheet - height) : 1 }
}

/** The nearest place that there is. */
export function clampTop(top: number, { total }: Scroll, height: number): number {
  return Math.max(0, Math.min(top, total - height))
}
