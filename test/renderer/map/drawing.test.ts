import { describe, expect, it } from 'vitest'
import { fitted } from '../../../renderer/src/map/draw/card.ts'
import { bendOf, pathOf, svgPath } from '../../../renderer/src/map/draw/edges.ts'
import type { Palette } from '../../../renderer/src/map/draw/palette.ts'
import { toSvg } from '../../../renderer/src/map/draw/svg.ts'
import { NO_CHOICES } from '../../../renderer/src/map/graph/collapse.ts'
import { NO_FILTER } from '../../../renderer/src/map/graph/filter.ts'
import { indexWorkloads } from '../../../renderer/src/map/graph/workload-index.ts'
import { workloadsGraph } from '../../../renderer/src/map/graph/workloads.ts'
import { layout } from '../../../renderer/src/map/layout/layout.ts'
import { NO_MEMORY } from '../../../renderer/src/map/layout/slots.ts'
import { manyApps, words } from './samples.ts'

const anyColour = new Proxy({} as Palette['colour'], { get: () => '#123' })
const anyTone = new Proxy({} as Palette['tone'], { get: () => ({ ink: '#123', soft: '#456' }) })
const palette: Palette = {
  colour: anyColour,
  tone: anyTone,
  font: 'x',
  widthOf: (text, size) => text.length * size * 0.5,
}
const place = (x: number, y: number) => ({ x, y, w: 100, h: 40 })

describe('drawing', () => {
  it('saves the whole map: every node by its name, every edge, each within the picture', () => {
    const index = indexWorkloads(manyApps(2, 3, 1), words)
    const graph = workloadsGraph({ index, usage: new Map(), choices: NO_CHOICES, filter: NO_FILTER, words })
    const made = layout('workloads', graph.nodes, NO_MEMORY)
    const { svg, w, h } = toSvg('workloads', graph, made, palette)
    for (const { title } of graph.nodes) expect(svg).toContain(`>${title}<`)
    expect(svg.match(/opacity="0\.8"/g)).toHaveLength(graph.edges.length)
    const box = made.places.get('namespace/team-0')!
    expect([w, h]).toEqual([box.w + 48, box.h + 48])
  })

  it('clips a text to a width, and no text that fits', () => {
    expect(fitted('abcdefghij', 50, 10, palette)).toBe('abcdefghij')
    expect(fitted('abcdefghijk', 50, 10, palette)).toBe('abcdefghi…')
  })

  it('leads edges across only to what lies at the right, and past what lies between', () => {
    expect(pathOf('workloads', 'owns', place(0, 0), place(300, 90))).toBe('across')
    expect(pathOf('workloads', 'uses', place(0, 0), place(0, 90))).toBe('straight')
    expect(svgPath('across', place(0, 0), place(300, 90), 0, 24)).toBe('M50 0H74V90H250')
    expect(bendOf(place(0, 0), place(0, 200))).toBe(0)
    expect(Math.abs(bendOf(place(0, 0), place(0, 600))) / 2).toBeGreaterThan(50)
  })
})
