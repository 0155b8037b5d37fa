import uPlot from 'uplot'
import { strokeOf, type ChartSpec, type Line } from './lines.ts'
import type { Window } from './series.ts'
import { formatFigure, scaleOf, stepsOf, topOf, type Unit } from './units.ts'

const HEIGHT = 168
const AXIS_WIDTH = 62
const MINUTE = 60_000
const TIME_STEPS = [MINUTE / 4, MINUTE / 2, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE]
const LINE_WIDTH = 1.75

/** A chart on a canvas. What it shows is handed in; it remembers nothing else. */
export class Plot {
  readonly #plot: uPlot
  readonly #unit: Unit
  #level: number | undefined
  #most = 0
  #range: [number, number] = [0, 1]
  #quiet = false

  /** `oncursor` hears the moment that is pointed at, in milliseconds since the epoch. */
  constructor(
    container: HTMLElement,
    spec: Pick<ChartSpec, 'unit' | 'lines' | 'stepped' | 'level'>,
    clock: (time: number, seconds: boolean) => string,
    oncursor: (time: number | undefined) => void,
  ) {
    this.#unit = spec.unit
    this.#level = spec.level?.value
    const style = getComputedStyle(container)
    const colour = (name: string) => resolve(container, name)
    const axis = { stroke: colour('--text-3'), font: `11px ${style.fontFamily}`, ticks: { show: false } }
    const grid = { stroke: colour('--line'), width: 1 }
    this.#plot = new uPlot(
      {
        ...{ width: Math.max(120, container.clientWidth), height: HEIGHT, ms: 1, padding: [8, 20, 0, 0] },
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { x: { time: true, range: () => this.#range }, y: { range: () => [0, this.#top()] } },
        axes: [
          {
            ...axis,
            grid,
            incrs: TIME_STEPS,
            space: 70,
            size: 26,
            values: (_, splits) => splits.map(time => clock(time, isWithinMinutes(splits))),
          },
          {
            ...{ ...axis, grid, size: AXIS_WIDTH, space: 34 },
            incrs: () => stepsOf(this.#unit, this.#top()),
            values: (_, splits) => splits.map(v => formatFigure(this.#unit, v, scaleOf(this.#unit, this.#top()))),
          },
        ],
        series: [{}, ...spec.lines.map((line, i) => seriesOf(line, i, colour, spec.stepped === true))],
        hooks: {
          setCursor: [plot => this.#point(plot, oncursor)],
          draw: [plot => this.#mark(plot, spec.lines, colour)],
        },
      },
      [[], ...spec.lines.map(() => [])],
      container,
    )
  }

  /** Shows figures, on an axis of time from one moment to another. */
  show(window: Window, from: number, to: number): void {
    this.#range = [from, to]
    this.#most = Math.max(0, ...window.values.flat().map(value => value ?? 0))
    this.#plot.setData([window.times, ...window.values], false)
    this.#plot.batch(() => {
      this.#plot.setScale('x', { min: from, max: to })
      this.#plot.setScale('y', { min: 0, max: this.#top() })
    })
  }

  /** Points at a moment that was chosen elsewhere. */
  pointAt(time: number | undefined): void {
    const left = time === undefined ? -10 : Math.round(this.#plot.valToPos(time, 'x'))
    if (this.#plot.cursor.left === left) return
    this.#quiet = true
    this.#plot.setCursor({ left, top: time === undefined ? -10 : 1 })
    this.#quiet = false
  }

  resize(width: number): void {
    if (width > 0 && Math.abs(width - this.#plot.width) >= 1) this.#plot.setSize({ width, height: HEIGHT })
  }

  dispose(): void {
    this.#plot.destroy()
  }

  #top(): number {
    return topOf(this.#unit, Math.max(this.#most, this.#level ?? 0))
  }

  #point(plot: uPlot, oncursor: (time: number | undefined) => void): void {
    if (this.#quiet) return
    const { left } = plot.cursor
    oncursor(left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x'))
  }

  /** The shape of each line at its end, and the level that it is compared with. */
  #mark(plot: uPlot, lines: readonly Line[], colour: (name: string) => string): void {
    const { ctx } = plot
    ctx.save()
    ctx.font = `${11 * devicePixelRatio}px sans-serif`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    for (const [i, line] of lines.entries()) {
      const values = plot.data[i + 1]!
      let last = values.length - 1
      while (last >= 0 && values[last] == null) last--
      if (last < 0) continue
      const stroke = strokeOf(line.number ?? i)
      ctx.fillStyle = colour(stroke.colour)
      ctx.fillText(stroke.shape, plot.valToPos(plot.data[0][last]!, 'x', true), plot.valToPos(values[last]!, 'y', true))
    }
    if (this.#level !== undefined) {
      const y = plot.valToPos(this.#level, 'y', true)
      ctx.strokeStyle = colour('--text-2')
      ctx.lineWidth = devicePixelRatio
      ctx.setLineDash([6 * devicePixelRatio, 6 * devicePixelRatio])
      ctx.beginPath()
      ctx.moveTo(plot.bbox.left, y)
      ctx.lineTo(plot.bbox.left + plot.bbox.width, y)
      ctx.stroke()
    }
    ctx.restore()
  }
}

function seriesOf(line: Line, i: number, colour: (name: string) => string, stepped: boolean): uPlot.Series {
  const stroke = strokeOf(line.number ?? i)
  return {
    ...{ label: line.label, stroke: colour(stroke.colour), width: LINE_WIDTH, points: { show: false } },
    dash: [...stroke.dash],
    ...(stepped && { paths: uPlot.paths.stepped!({ align: 1 }) }),
  }
}

/** A colour of the design as a canvas takes it: as it is in the theme on the screen. */
function resolve(near: HTMLElement, name: string): string {
  const probe = document.createElement('span')
  probe.style.color = `var(${name})`
  near.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Whether marks of time are closer than a minute, so that the minute alone would stand there twice. */
function isWithinMinutes([first = 0, second = Infinity]: number[]): boolean {
  return second - first < MINUTE
}
