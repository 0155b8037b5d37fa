import type { Timer } from '../../../engine/base/clock.ts'

/** Of one world; a sound one has some ten thousand. */
const MAX_EVENTS = 500_000

interface Event {
  time: number
  order: number
  run: (() => void) | undefined
}

/**
 * True time of a simulated world, and what happens in it.
 *
 * Invariants: (1) events run in order of their time, ties in order of creation; (2) promises that an event settled are
 * run before the next event; (3) nothing outside decides anything, so the same calls lead to the same history.
 */
export class Scheduler {
  /** Milliseconds since the world began. */
  now = 0
  /** Called with what an event throws. */
  onError: (error: unknown) => void = error => {
    throw error
  }
  #heap: Event[] = []
  #order = 0
  events = 0

  at(time: number, run: () => void): Timer {
    const event: Event = { time: Math.max(time, this.now), order: this.#order++, run }
    this.#push(event)
    return { cancel: () => void (event.run = undefined) }
  }

  /** Runs everything up to `until`, or until `stop` says so after an event. */
  async run(until: number, stop: () => boolean = () => false): Promise<void> {
    while (this.#heap.length > 0 && this.#heap[0]!.time <= until) {
      const event = this.#pop()
      if (!event.run) continue
      this.now = event.time
      if (++this.events > MAX_EVENTS) throw new Error(`the world does not come to rest: ${MAX_EVENTS} events`)
      try {
        event.run()
      } catch (error) {
        this.onError(error)
      }
      // As deep as an answer goes through async functions on its way to whoever asked.
      for (let i = 0; i < 6; i++) await null
      if (stop()) return
    }
    this.now = Math.max(this.now, until)
  }

  #push(event: Event): void {
    const heap = this.#heap
    let i = heap.length
    heap.push(event)
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!before(event, heap[parent]!)) break
      heap[i] = heap[parent]!
      i = parent
    }
    heap[i] = event
  }

  #pop(): Event {
    const heap = this.#heap
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++
      if (!before(heap[child]!, last)) break
      heap[i] = heap[child]!
      i = child
    }
    heap[i] = last
    return first
  }
}

function before(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order)
}
