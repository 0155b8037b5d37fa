import type { Point } from './geometry.ts'

/** Dots at the same time; more would tell nothing that these do not. */
const MOST_DOTS = 60
const MS = 650

/** Dots over the map that run once along an edge for each message that was sent. */
export class PulseLayer {
  readonly #layer = document.createElement('div')
  readonly #still = matchMedia('(prefers-reduced-motion: reduce)')
  #colour = ''

  constructor(container: HTMLElement) {
    Object.assign(this.#layer.style, { position: 'absolute', inset: '0', overflow: 'hidden', pointerEvents: 'none' })
    this.#layer.setAttribute('aria-hidden', 'true')
    this.#layer.dataset.pulses = ''
    container.append(this.#layer)
  }

  paint(colour: string): void {
    this.#colour = colour
  }

  /** Along points on the screen. Who wants no motion sees a ring at the end that goes away. */
  show(path: readonly Point[]): void {
    if (this.#layer.childElementCount >= MOST_DOTS || path.length < 2) return
    const still = this.#still.matches
    const dot = document.createElement('span')
    const size = still ? 14 : 9
    Object.assign(dot.style, {
      ...{
        position: 'absolute',
        left: `${-size / 2}px`,
        top: `${-size / 2}px`,
        width: `${size}px`,
        height: `${size}px`,
      },
      ...{ borderRadius: '50%', background: still ? 'none' : this.#colour, border: `2px solid ${this.#colour}` },
    })
    this.#layer.append(dot)
    const at = ({ x, y }: Point) => `translate(${x}px, ${y}px)`
    const frames = still
      ? [{ transform: at(path.at(-1)!) }, { transform: at(path.at(-1)!) }]
      : path.map(point => ({ transform: at(point) }))
    dot.animate(frames, { duration: MS, easing: 'ease-in-out' }).onfinish = () => dot.remove()
  }

  /** The map moved under the dots. */
  clear(): void {
    this.#layer.replaceChildren()
  }

  dispose(): void {
    this.#layer.remove()
  }
}
