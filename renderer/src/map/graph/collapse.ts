import { MACHINES_OF_RANGE } from './model.ts'

/** What the user opened and closed; all else is as the amount of things suggests. */
export interface Choices {
  readonly opened: ReadonlySet<string>
  readonly closed: ReadonlySet<string>
}

export const NO_CHOICES: Choices = { opened: new Set(), closed: new Set() }

export function isOpen({ opened, closed }: Choices, key: string, unasked: boolean): boolean {
  return unasked ? !closed.has(key) : opened.has(key)
}

/** The choices after one thing was opened or closed. */
export function toggled({ opened, closed }: Choices, { key, open }: { key: string; open: boolean }): Choices {
  const [from, to] = open ? [opened, closed] : [closed, opened]
  const [less, more] = [new Set(from), new Set(to)]
  less.delete(key)
  more.add(key)
  return open ? { opened: less, closed: more } : { opened: more, closed: less }
}

/** How many nodes may still be drawn. What is opened last goes without if nothing is left. */
export class Room {
  left: number
  /** True once something found no room. */
  full = false

  constructor(left: number) {
    this.left = left
  }

  /** Takes room for so many, or for none of them. */
  take(count: number): boolean {
    if (count > this.left) {
      this.full = true
      return false
    }
    this.left -= count
    return true
  }
}

/** A group of machines that stays the same group when others come and go. */
export interface Range<T> {
  key: string
  /** From the first to the last: worker-26 – 50. */
  title: string
  members: T[]
}

const numbers = new Intl.Collator('en', { numeric: true })

/** Machines by ranges of their numbers, in the order of people: worker-1 to worker-25, worker-26 to worker-50 … */
export function rangesOf<T extends { name: string }>(machines: readonly T[]): Range<T>[] {
  const groups = Map.groupBy(machines, ({ name }) => {
    const [, prefix, digits] = /^(.*?)(\d{1,9})$/.exec(name) ?? []
    return prefix === undefined ? '' : `${prefix}${Math.floor((Number(digits) - 1) / MACHINES_OF_RANGE)}`
  })
  return [...groups]
    .map(([key, members]) => {
      const sorted = members.toSorted((a, b) => numbers.compare(a.name, b.name))
      const [first, last] = [sorted[0]!.name, sorted.at(-1)!.name]
      const title = `${first} – ${key ? /\d+$/.exec(last)![0] : last}`
      return { key: `range/${key}`, title, members: sorted }
    })
    .sort((a, b) => numbers.compare(a.title, b.title))
}
