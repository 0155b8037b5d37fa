import type { Graph, Lens } from '../graph/model.ts'
import type { Layout } from '../layout/slots.ts'
import { cardBody, DETAIL_HEIGHT, detailPlace, escapeXml, fitted } from './card.ts'
import { bendOf, pathOf, svgPath, turnOf } from './edges.ts'
import type { Palette } from './palette.ts'

const MARGIN = 24

/** The whole map as an SVG document: what is drawn, wherever the screen is. */
export function toSvg(
  lens: Lens,
  graph: Graph,
  layout: Layout,
  palette: Palette,
): { svg: string; w: number; h: number } {
  const placed = graph.nodes.flatMap(node => {
    const place = layout.places.get(node.id)
    return place ? [{ node, place }] : []
  })
  const x1 = Math.min(...placed.map(({ place }) => place.x - place.w / 2)) - MARGIN
  const y1 = Math.min(...placed.map(({ place }) => place.y - place.h / 2)) - MARGIN
  const w = Math.max(...placed.map(({ place }) => place.x + place.w / 2)) + MARGIN - x1
  const h = Math.max(...placed.map(({ place }) => place.y + place.h / 2)) + MARGIN - y1
  const drawNode = ({ node, place }: (typeof placed)[number]) => {
    const [left, top] = [place.x - place.w / 2, place.y - place.h / 2]
    const label = labelOf(node, place, palette)
    return `<g transform="translate(${left} ${top})">${cardBody(node, place, palette)}${label}</g>`
  }
  const edges = graph.edges.map(({ source, target, type, live }) => {
    const [from, to] = [layout.places.get(source), layout.places.get(target)]
    if (!from || !to) return ''
    const colour = {
      ...{ replicates: palette.colour.accent, scales: palette.colour.accent, selects: palette.tone.info.ink },
      ...{ owns: palette.colour['line-strong'], uses: palette.colour['text-3'] },
      ...{ balances: palette.colour['line-strong'], calls: palette.colour['line-strong'] },
    }[type]
    const bend = type === 'replicates' ? bendOf(from, to) : 0
    const dashes = !live ? '4 4' : type === 'uses' ? '2 3' : type === 'scales' ? '6 3' : ''
    const path = pathOf(lens, type, from, to)
    const d = svgPath(path, from, to, bend, turnOf(path, type))
    return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="1.4" stroke-dasharray="${dashes}" opacity="${live ? 0.8 : 0.45}"/>`
  })
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="${x1} ${y1} ${w} ${h}" font-family="${escapeXml(palette.font)}">`,
    `<rect x="${x1}" y="${y1}" width="${w}" height="${h}" fill="${palette.colour.bg}"/>`,
    ...placed.filter(({ node }) => node.shape === 'box').map(drawNode),
    ...edges,
    ...placed.filter(({ node }) => node.shape !== 'box').map(drawNode),
    '</svg>',
  ].join('')
  return { svg, w, h }
}

function labelOf(
  node: Graph['nodes'][number],
  place: { w: number; h: number; x: number; y: number },
  p: Palette,
): string {
  const colour = p.colour['text-2']
  if (node.shape === 'pod' || node.shape === 'group')
    return `<text x="${place.w / 2}" y="${place.h + 13}" text-anchor="middle" font-size="10" fill="${colour}">${escapeXml(fitted(node.title, 72, 10, p))}</text>`
  if (!node.detail || (node.shape === 'card' && place.h < DETAIL_HEIGHT)) return ''
  const { x, y } = detailPlace(node, place)
  return `<text x="${x}" y="${y + 4}" font-size="10.5" fill="${colour}">${escapeXml(node.detail)}</text>`
}
