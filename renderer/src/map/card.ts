import { ICONS, type IconName } from '../ui/icons.ts'
import { TONE_ICON, type Tone } from '../ui/tone.ts'
import type { GraphNode } from './model.ts'
import type { Place } from './layout.ts'
import type { Palette } from './palette.ts'

/** The picture of a node as a data URI. It depends on nothing that changes often, since canvases keep every picture. */
export function cardImage(node: GraphNode, { w, h }: Place, palette: Palette): string {
  const body = CARDS[node.type](node, w, h, palette)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${escape(palette.font)}">${body}</svg>`
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
}

type Card = (node: GraphNode, w: number, h: number, palette: Palette) => string

const HEXAGON = 'M18 1.8 32.2 9.9v16.2L18 34.2 3.8 26.1V9.9z'

const CARDS: Record<GraphNode['type'], Card> = {
  master: (node, w, h, p) => {
    const { ink } = p.tone[node.tone]
    const stroke = node.leader ? p.colour.accent : p.colour['line-strong']
    return (
      frame(w, h, p.colour.surface, stroke, node.leader ? 2 : 1, node.tone === 'ok' ? '' : '5 4') +
      disc(26, h / 2, 16, node.leader ? p.colour['accent-soft'] : p.colour['surface-3']) +
      icon(node.leader ? 'crown' : 'machines', 26, h / 2, 17, node.leader ? p.colour.accent : p.colour['text-2']) +
      text(52, h / 2 - 6, node.title, 13.5, p.colour.text, 600, 16) +
      text(
        52,
        h / 2 + 13,
        node.subtitle,
        11.5,
        node.leader ? p.colour.accent : p.colour['text-2'],
        node.leader ? 600 : 400,
        24,
      ) +
      state(w - 18, 18, node.tone, p, ink)
    )
  },
  balancer: (node, w, h, p) =>
    frame(w, h, p.colour.surface, p.colour['line-strong'], 1, node.tone === 'ok' ? '' : '5 4', h / 2) +
    icon('balancer', 30, h / 2, 18, p.colour.accent) +
    text(52, h / 2 - 4, node.title, 12.5, p.colour.text, 600, 20) +
    text(52, h / 2 + 12, node.subtitle, 11, p.colour['text-2'], 400, 22) +
    state(w - 26, h / 2, node.tone, p),
  worker: (node, w, h, p) => box(node, w, h, p, 'machines'),
  waiting: (node, w, h, p) => box(node, w, h, p, 'clock', '5 4'),
  more: (node, w, h, p) =>
    frame(w, h, p.colour['surface-2'], p.colour['line-strong'], 1, '5 4') +
    text(16, h / 2 - 3, node.title, 12.5, p.colour.text, 600, 22) +
    text(16, h / 2 + 13, node.subtitle, 11, p.colour['text-2'], 400, 24),
  pod: (node, _w, _h, p) => {
    const { ink, soft } = p.tone[node.tone]
    const dashes = node.subtitle === 'Terminating' ? ' stroke-dasharray="4 3"' : ''
    return (
      `<path d="${HEXAGON}" fill="${soft}" stroke="${ink}" stroke-width="1.6" stroke-linejoin="round"${dashes}/>` +
      icon(TONE_ICON[node.tone], 18, 18, 15, ink, 2.4)
    )
  },
  group: (node, _w, _h, p) => {
    const { ink, soft } = p.tone[node.tone]
    const size = (node.count ?? 0) > 999 ? 9.5 : 12
    return (
      `<path d="${HEXAGON}" transform="translate(2.4 -1) scale(.94)" fill="${p.colour.surface}" stroke="${ink}" stroke-width="1.3" opacity=".55"/>` +
      `<path d="${HEXAGON}" transform="translate(-.4 2) scale(.94)" fill="${soft}" stroke="${ink}" stroke-width="1.7" stroke-linejoin="round"/>` +
      `<text x="16.6" y="${19 + size / 2.8}" text-anchor="middle" font-size="${size}" font-weight="700" fill="${ink}">${node.count}</text>`
    )
  },
  service: (node, w, h, p) =>
    frame(w, h, p.colour.surface, p.colour['line-strong'], 1, node.tone === 'idle' ? '4 3' : '', 8) +
    disc(24, h / 2, 14, p.colour['accent-soft']) +
    icon('service', 24, h / 2, 16, p.colour.accent) +
    text(46, h / 2 - 4, node.title, 12.5, p.colour.text, 600, 17) +
    text(46, h / 2 + 12, node.subtitle, 10.5, p.colour['text-2'], 400, 25) +
    state(w - 15, 16, node.tone, p),
}

function box(node: GraphNode, w: number, h: number, p: Palette, glyph: IconName, dashes = ''): string {
  const off = node.tone !== 'ok' && node.type === 'worker'
  return (
    frame(w, h, p.colour['surface-2'], off ? p.tone[node.tone].ink : p.colour['line-strong'], 1, off ? '5 4' : dashes) +
    icon(glyph, 22, 23, 16, p.colour['text-2']) +
    text(38, 27.5, node.title, 13, p.colour.text, 600, 22) +
    `<text x="${w - 34}" y="27" text-anchor="end" font-size="11.5" fill="${p.colour['text-2']}">${escape(clip(node.type === 'waiting' ? '' : node.subtitle, 22))}</text>` +
    state(w - 19, 23, node.tone, p)
  )
}

function frame(w: number, h: number, fill: string, stroke: string, width: number, dashes: string, radius = 10): string {
  const inset = width / 2 + 0.5
  return `<rect x="${inset}" y="${inset}" width="${w - 2 * inset}" height="${h - 2 * inset}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${width}" stroke-dasharray="${dashes}"/>`
}

function disc(x: number, y: number, r: number, fill: string): string {
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`
}

function state(x: number, y: number, tone: Tone, p: Palette, ink = p.tone[tone].ink): string {
  return disc(x, y, 8, p.tone[tone].soft) + icon(TONE_ICON[tone], x, y, 10, ink, 3)
}

function icon(name: IconName, x: number, y: number, size: number, colour: string, width = 1.9): string {
  const scale = size / 24
  return `<path d="${ICONS[name]}" transform="translate(${x - size / 2} ${y - size / 2}) scale(${scale})" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
}

function text(
  x: number,
  y: number,
  content: string,
  size: number,
  colour: string,
  weight: number,
  most: number,
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escape(clip(content, most))}</text>`
}

function clip(content: string, most: number): string {
  return content.length > most ? `${content.slice(0, most - 1)}…` : content
}

function escape(content: string): string {
  return content.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
}
