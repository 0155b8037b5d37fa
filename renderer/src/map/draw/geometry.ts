export interface Point {
  x: number
  y: number
}

/** The part of the map that is on the screen, in its own measures. */
export interface View {
  x1: number
  y1: number
  x2: number
  y2: number
}
