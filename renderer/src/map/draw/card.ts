import { ICONS, type IconName } from '../../ui/icons.ts'
import { TONE_ICON, type Tone } from '../../ui/tone.ts'
import type { GraphNode, Shape } from '../graph/model.ts'
import type { Place } from '../layout/slots.ts'
import type { Palette } from './palette.ts'

/** Where what changes often is written beside the picture: in it, below what it says, or nowhere. */
export const DETAIL_HEIGHT = 60
/** Lower cards have one line alone. */
const LINE_HEIGHT = 36
/** Width of the sign that opens and closes, and height of the part of a box that has it. */
export const TOGGLE = { w: 26, h: 46 }

/** The picture of a node as a data URI. It depends on nothing that changes often, since canvases keep every picture. */
export function cardImage(node: GraphNode, place: Place, palette: Palette): string {
  return toImage(cardBody(node, place, palette), place, palette)
}

/** What a box shows while one looks from far: its name and state as large as it is itself, instead of what is in it. */
export function farImage(node: GraphNode, place: Place, palette: Palette): string {
  const { w, h } = place
  const { ink, soft } = palette.tone[node.tone]
  const size = Math.max(14, Math.min(w / 9, h / 5, 90))
  const body =
    frame(w, h, soft, ink, 3, '', 14) +
    icon(TONE_ICON[node.tone], w / 2, h / 2 - size * 1.3, size, ink, 2.4) +
    middle(
      w / 2,
      h / 2 + size * 0.25,
      fitted(node.title, w * 0.9, size, palette, 700),
      size,
      palette.colour.text,
      700,
    ) +
    middle(
      w / 2,
      h / 2 + size * 1.2,
      fitted(node.subtitle, w * 0.9, size * 0.6, palette),
      size * 0.6,
      palette.colour['text-2'],
    )
  return toImage(body, place, palette)
}

/** The drawing within the measures of its place. */
export function cardBody(node: GraphNode, { w, h }: Place, palette: Palette): string {
  return CARDS[node.shape](node, w, h, palette)
}

function toImage(body: string, { w, h }: Place, { font }: Palette): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${escapeXml(font)}">${body}</svg>`
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`
}

type Card = (node: GraphNode, w: number, h: number, palette: Palette) => string

const HEXAGON = 'M18 1.8 32.2 9.9v16.2L18 34.2 3.8 26.1V9.9z'

const CARDS: Record<Shape, Card> = {
  card: (node, w, h, p) => {
    const closed = node.toggle?.open === false
    const stroke = node.leader ? p.colour.accent : node.tone === 'bad' ? p.tone.bad.ink : p.colour['line-strong']
    const dashes = node.dashed ? '5 4' : ''
    // Something lies under a card that stands for many.
    const stacked = closed
      ? `<rect x="5" y="4" width="${w - 6}" height="${h - 5}" rx="9" fill="${p.colour['surface-2']}" stroke="${p.colour['line-strong']}"/>`
      : ''
    const [cw, ch] = closed ? [w - 4, h - 4] : [w, h]
    return stacked + frame(cw, ch, p.colour.surface, stroke, node.leader ? 2 : 1, dashes, 9) + content(node, cw, ch, p)
  },
  pill: (node, w, h, p) =>
    frame(w, h, p.colour.surface, p.colour['line-strong'], 1, node.tone === 'ok' ? '' : '5 4', h / 2) +
    icon(node.icon, 30, h / 2, 18, p.colour.accent) +
    text(52, h / 2 - 4, fitted(node.title, w - 100, 12.5, p, 600), 12.5, p.colour.text, 600) +
    text(52, h / 2 + 12, fitted(node.subtitle, w - 90, 11, p), 11, p.colour['text-2']) +
    state(w - 26, h / 2, node.tone, p),
  box: (node, w, h, p) => {
    const off = node.dashed && node.tone !== 'info'
    const left = node.toggle ? TOGGLE.w : 8
    const says = fitted(node.subtitle, w / 2, 11.5, p)
    const title = fitted(node.title, w - left - 78 - p.widthOf(says, 11.5), 13, p, 600)
    const stroke = off ? p.tone[node.tone].ink : p.colour['line-strong']
    return (
      frame(w, h, p.colour['surface-2'], stroke, 1, node.dashed ? '5 4' : '') +
      toggle(node, 23, p) +
      icon(node.icon, left + 14, 23, 16, p.colour['text-2']) +
      text(left + 30, 27.5, title, 13, p.colour.text, 600) +
      `<text x="${w - 34}" y="27" text-anchor="end" font-size="11.5" fill="${p.colour['text-2']}">${escapeXml(says)}</text>` +
      state(w - 19, 23, node.tone, p)
    )
  },
  pod: (node, _w, _h, p) => {
    const { ink, soft } = p.tone[node.tone]
    const dashes = node.dashed ? ' stroke-dasharray="4 3"' : ''
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
}

/** Sign to open or close, icon, two lines, state. Where there is room for a third line it is left to the detail. */
function content(node: GraphNode, w: number, h: number, p: Palette): string {
  if (h < LINE_HEIGHT) return line(node, w, h, p)
  const small = h < 50
  const left = node.toggle ? TOGGLE.w - 6 : 4
  const [radius, size] = small ? [0, 14] : [15, 16]
  const iconX = left + (small ? 13 : 19)
  const textX = iconX + (small ? 14 : 24)
  const y = h / 2 - (node.detail !== undefined && h >= DETAIL_HEIGHT ? 12 : small ? 2 : 3)
  const ink = node.leader ? p.colour.accent : p.colour['text-2']
  const [title, says] = small ? [11.5, 10] : [13, 11.5]
  return (
    toggle(node, h / 2, p) +
    (radius ? disc(iconX, h / 2, radius, node.leader ? p.colour['accent-soft'] : p.colour['surface-3']) : '') +
    icon(node.icon, iconX, h / 2, size, ink) +
    text(textX, y, fitted(node.title, w - textX - 26, title, p, 600), title, p.colour.text, 600) +
    text(
      textX,
      y + (small ? 14 : 17),
      fitted(node.subtitle, w - textX - 12, says, p, node.leader ? 600 : 400),
      says,
      ink,
      node.leader ? 600 : 400,
    ) +
    state(w - 15, small ? 13 : 17, node.tone, p)
  )
}

/** All in one line: what it says of itself only as far as the name leaves room, and not that all is well. */
function line(node: GraphNode, w: number, h: number, p: Palette): string {
  const left = node.toggle ? TOGGLE.w - 6 : 4
  const room = w - left - 54
  const title = fitted(node.title, room, 11, p, 600)
  const rest = room - p.widthOf(title, 11, 600) - 8
  const says = node.tone === 'ok' && !node.count ? '' : node.subtitle
  const shown = p.widthOf(says, 9.5) <= rest ? says : rest > 30 ? fitted(says, rest, 9.5, p) : ''
  return (
    toggle(node, h / 2, p) +
    icon(node.icon, left + 13, h / 2, 13, p.colour['text-2']) +
    text(left + 25, h / 2 + 4, title, 11, p.colour.text, 600) +
    `<text x="${w - 27}" y="${h / 2 + 3.5}" text-anchor="end" font-size="9.5" fill="${p.colour['text-2']}">${escapeXml(shown)}</text>` +
    state(w - 15, h / 2, node.tone, p)
  )
}

/** Where the detail of a card begins, from its left edge, and its middle from the upper edge. */
export function detailPlace(node: GraphNode, { h }: Place): { x: number; y: number } {
  if (node.shape === 'box') return { x: node.toggle ? TOGGLE.w + 30 : 38, y: 46 }
  return { x: (node.toggle ? TOGGLE.w - 6 : 4) + 43, y: h / 2 + 18 }
}

function toggle(node: GraphNode, y: number, p: Palette): string {
  if (!node.toggle) return ''
  return icon(node.toggle.open ? 'chevronDown' : 'chevronRight', 14, y, 13, p.colour['text-2'], 2.6)
}

function frame(w: number, h: number, fill: string, stroke: string, width: number, dashes: string, radius = 10): string {
  const inset = width / 2 + 0.5
  return `<rect x="${inset}" y="${inset}" width="${w - 2 * inset}" height="${h - 2 * inset}" rx="${radius}" fill="${fill}" stroke="${stroke}" stroke-width="${width}" stroke-dasharray="${dashes}"/>`
}

function disc(x: number, y: number, r: number, fill: string): string {
  return `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}"/>`
}

function state(x: number, y: number, tone: Tone, p: Palette): string {
  return disc(x, y, 8, p.tone[tone].soft) + icon(TONE_ICON[tone], x, y, 10, p.tone[tone].ink, 3)
}

function icon(name: IconName, x: number, y: number, size: number, colour: string, width = 1.9): string {
  const scale = size / 24
  return `<path d="${ICONS[name]}" transform="translate(${x - size / 2} ${y - size / 2}) scale(${scale})" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`
}

function text(x: number, y: number, content: string, size: number, colour: string, weight = 400): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escapeXml(content)}</text>`
}

function middle(x: number, y: number, content: string, size: number, colour: string, weight = 400): string {
  return `<text x="${x}" y="${y}" text-anchor="middle" font-size="${size}" font-weight="${weight}" fill="${colour}">${escapeXml(content)}</text>`
}

/** As much of a text as a width holds. */
export function fitted(content: string, width: number, size: number, palette: Palette, weight?: number): string {
  if (palette.widthOf(content, size, weight) <= width) return content
  const characters = [...content]
  let [least, most] = [1, characters.length]
  const clipped = (length: number) => `${characters.slice(0, length).join('').trimEnd()}…`
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (palette.widthOf(clipped(middle), size, weight) <= width) least = middle
    else most = middle - 1
  }
  return clipped(least)
}

export function escapeXml(content: string): string {
  return content.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
}
