/** Centre and size of a node, in pixels at zoom 1. */
export interface Place {
  x: number
  y: number
  w: number
  h: number
}

/** What a layout needs to know of a node. */
export interface LayoutNode {
  id: string
  shape: 'card' | 'pill' | 'box' | 'pod' | 'group'
  box?: string
  band: string
  column: number
}

/** Who sits where, kept from one layout to the next so that nothing that stays moves. */
export interface Memory {
  slots: ReadonlyMap<string, readonly (string | undefined)[]>
  /** Sizes that were given once and are kept. */
  figures: ReadonlyMap<string, number>
}

export const NO_MEMORY: Memory = { slots: new Map(), figures: new Map() }

export interface Layout {
  places: ReadonlyMap<string, Place>
  memory: Memory
}

/** The memory of a layout while it is made: what was, and what will be. */
export class Seats {
  readonly slots = new Map<string, readonly (string | undefined)[]>()
  readonly figures = new Map<string, number>()
  readonly #before: Memory

  constructor(before: Memory) {
    this.#before = before
  }

  seat(name: string, ids: readonly string[]): readonly (string | undefined)[] {
    const seats = assignSlots(this.#before.slots.get(name), ids)
    this.slots.set(name, seats)
    return seats
  }

  /** A figure that never becomes smaller: room that was needed once stays, so that what is below stays as well. */
  most(name: string, figure: number): number {
    const most = Math.max(figure, this.#before.figures.get(name) ?? 0)
    this.figures.set(name, most)
    return most
  }

  /** A figure that is chosen once. */
  once(name: string, choose: () => number): number {
    const figure = this.#before.figures.get(name) ?? choose()
    this.figures.set(name, figure)
    return figure
  }

  memory(): Memory {
    return { slots: this.slots, figures: this.figures }
  }
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
