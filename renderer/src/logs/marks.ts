/** So many sources have a colour and a shape of their own; the next begin anew. */
const COLOURS = 8
/** Shapes that are told apart without colour. Eight colours and seven shapes make fifty-six pairs before one comes again. */
const SHAPES = ['●', '■', '▲', '◆', '▼', '✚', '★']

/** What tells a source at a glance. */
export interface Mark {
  /** A colour of the design, as CSS. */
  colour: string
  shape: string
}

export function markOf(number: number): Mark {
  return { colour: `var(--source-${(number % COLOURS) + 1})`, shape: SHAPES[number % SHAPES.length]! }
}
