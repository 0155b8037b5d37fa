import cytoscape from 'cytoscape'
import type { Graph, GraphNode, Lens } from '../graph/model.ts'
import type { Pulse } from '../graph/pulses.ts'
import type { Layout, Place } from '../layout/slots.ts'
import { cardImage, DETAIL_HEIGHT, detailPlace, farImage, TOGGLE } from './card.ts'
import { bendOf, pathOf } from './edges.ts'
import type { Point, View } from './geometry.ts'
import type { Palette } from './palette.ts'
import { PulseLayer } from './pulse-layer.ts'
import { styles } from './styles.ts'

const MARGIN = 32
/** Height of what lies over the lower edge. */
const LEGEND = 68
/** Width of the buttons over the right edge. */
const BUTTONS = 28
/** Width of the panel with the details of the chosen node. */
const PANEL = 320
const MOST_ZOOM = 1.2
/** Below this boxes show what they are instead of what is in them, since nothing in them could be read. */
export const FAR = 0.3
/** From here on nodes say more of themselves. */
export const NEAR = 1.3

export interface CanvasEvents {
  onselect(id: string | undefined): void
  onopen(id: string): void
  onview(view: View): void
}

interface Drawing {
  lens: Lens
  graph: Graph
  layout: Layout
}

/** The drawn map. Applies each new graph as the difference to the last, so that nothing that stays moves or flickers. */
export class MapCanvas {
  readonly #cy: cytoscape.Core
  readonly #pulses: PulseLayer
  readonly #drawn = new Map<string, string>()
  readonly #resized: ResizeObserver
  #drawing: Drawing | undefined
  #palette: Palette
  /** Until the user moves the map himself it is kept whole in view. */
  #following = true
  #selected: string | undefined
  /** Width at the right that was left to the panel when the map was last fitted by hand. */
  #reserved = 0
  #focus: ReadonlySet<string> | undefined
  #distance: 'far' | 'middle' | 'near' = 'middle'

  constructor(container: HTMLElement, palette: Palette, { onselect, onopen, onview }: CanvasEvents) {
    this.#palette = palette
    this.#cy = cytoscape({
      container,
      style: styles(palette),
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: 'single',
      minZoom: 0.03,
      maxZoom: 3,
    })
    this.#pulses = new PulseLayer(container)
    this.#pulses.paint(palette.colour.accent)
    this.#cy.on('tap', event => {
      const target = event.target as cytoscape.NodeSingular
      if ((event.target as unknown) === this.#cy) return onselect(undefined)
      if (!target.isNode()) return
      if (isOnToggle(target, event.position)) onopen(target.id())
      else onselect(target.id())
    })
    this.#cy.on('dbltap', 'node', event => {
      const target = event.target as cytoscape.NodeSingular
      if (!isOnToggle(target, event.position)) onopen(target.id())
    })
    this.#cy.on('scrollzoom pinchzoom dragpan', () => (this.#following = false))
    this.#cy.on('mouseover', 'node', event => this.#emphasise(event.target as cytoscape.NodeSingular))
    this.#cy.on('mouseout', 'node', () => this.#emphasise(this.#selected ? this.#cy.$id(this.#selected) : undefined))
    this.#cy.on('viewport resize', () => {
      this.#pulses.clear()
      this.#adaptToZoom()
      onview(this.#cy.extent())
    })
    this.#resized = new ResizeObserver(() => {
      this.#cy.resize()
      if (this.#following) this.#fit()
    })
    this.#resized.observe(container)
  }

  draw(lens: Lens, graph: Graph, layout: Layout): void {
    if (this.#drawing?.lens !== lens) {
      this.#cy.elements().remove()
      this.#drawn.clear()
      this.#following = true
    }
    this.#drawing = { lens, graph, layout }
    let moved = false
    const seen = new Set<string>()
    this.#cy.batch(() => {
      for (const node of graph.nodes) {
        const place = layout.places.get(node.id)
        if (!place) continue
        seen.add(node.id)
        moved = this.#drawNode(node, place) || moved
      }
      for (const edge of graph.edges) {
        const [from, to] = [layout.places.get(edge.source), layout.places.get(edge.target)]
        if (!from || !to || !seen.has(edge.source) || !seen.has(edge.target)) continue
        seen.add(edge.id)
        const path = pathOf(lens, edge.type, from, to)
        const bend = edge.type === 'replicates' ? bendOf(from, to) : 0
        const signature = `${edge.live} ${path} ${bend}`
        if (this.#drawn.get(edge.id) === signature) continue
        this.#drawn.set(edge.id, signature)
        const data = { ...edge, bend, path, live: edge.live ? 1 : 0 }
        const found = this.#cy.$id(edge.id)
        if (found.empty()) this.#cy.add({ group: 'edges', data })
        else found.data(data)
      }
      for (const id of [...this.#drawn.keys()]) {
        if (seen.has(id)) continue
        this.#drawn.delete(id)
        this.#cy.$id(id).remove()
        moved = true
      }
      this.#hideAway()
    })
    if (this.#selected) this.#cy.$id(this.#selected).select()
    if (moved && this.#following) this.#fit()
  }

  /** Draws a node if anything of it changed. True if it is new or in another place. */
  #drawNode(node: GraphNode, place: Place): boolean {
    const image = cardImage(node, place, this.#palette)
    const detail = node.detail ?? ''
    const position = `${place.x},${place.y}`
    const signature = `${position}|${image}|${detail}|${node.title}|${node.subtitle}`
    const before = this.#drawn.get(node.id)
    if (before === signature) return false
    this.#drawn.set(node.id, signature)
    const large = node.shape === 'box' || (node.shape === 'card' && place.h >= DETAIL_HEIGHT)
    const at = detailPlace(node, place)
    const data = {
      ...{ id: node.id, shape: node.shape, image, detail, w: place.w, h: place.h, box: node.box ?? '' },
      ...{ title: node.title, near: [node.title, node.subtitle, detail].filter(Boolean).join('\n') },
      ...{
        toggle: node.toggle ? 1 : 0,
        inside: large && detail ? 1 : 0,
        below: node.shape === 'card' && !large && detail ? 1 : 0,
      },
      ...{ dx: at.x - place.w, dy: at.y + 6 },
      far: node.shape === 'box' ? farImage(node, place, this.#palette) : '',
    }
    const found = this.#cy.$id(node.id)
    if (found.empty()) {
      const classes = this.#distance === 'middle' ? '' : this.#distance
      this.#cy.add({ group: 'nodes', data, position: { x: place.x, y: place.y }, classes })
    } else found.data(data).position({ x: place.x, y: place.y })
    return !before?.startsWith(`${position}|`)
  }

  repaint(palette: Palette): void {
    this.#palette = palette
    this.#pulses.paint(palette.colour.accent)
    this.#cy.style(styles(palette))
    for (const [id] of this.#drawn) if (this.#cy.$id(id).isNode()) this.#drawn.set(id, '')
    if (this.#drawing) this.draw(this.#drawing.lens, this.#drawing.graph, this.#drawing.layout)
  }

  select(id: string | undefined): void {
    this.#selected = id
    this.#cy.$(':selected').unselect()
    const node = id ? this.#cy.$id(id) : undefined
    node?.select()
    this.#emphasise(node)
    if (node?.nonempty()) this.#uncover(node as cytoscape.NodeSingular)
  }

  /** Pans just so far that the node is on the screen and the panel with the details does not hide it. */
  #uncover(node: cytoscape.NodeSingular): void {
    const { x1, x2, y1, y2 } = node.renderedBoundingBox({ includeLabels: false, includeOverlays: false })
    const [width, height] = [this.#cy.width() - PANEL, this.#cy.height()]
    const over = (from: number, to: number, most: number) =>
      to + MARGIN > most ? most - MARGIN - to : from < MARGIN ? MARGIN - from : 0
    const by = { x: over(x1, x2, width), y: over(y1, y2, height) }
    // What is larger than the screen cannot be uncovered.
    if (x2 - x1 > width || y2 - y1 > height || (by.x === 0 && by.y === 0)) return
    this.#following = false
    this.#cy.panBy(by)
  }

  /** Hides all but some, without moving any of them, and shows those as large as they fit. */
  focus(ids: ReadonlySet<string> | undefined): void {
    if (ids === this.#focus) return
    this.#focus = ids
    this.#cy.batch(() => this.#hideAway())
    this.fit()
  }

  #hideAway(): void {
    this.#cy.elements('.away').removeClass('away')
    if (this.#focus)
      this.#cy
        .nodes()
        .filter(n => !this.#focus!.has(n.id()))
        .addClass('away')
  }

  /** Goes to a node that was searched for, near enough to read it. */
  goTo(id: string): void {
    const node = this.#cy.$id(id)
    if (node.empty()) return
    this.#following = false
    if (this.#cy.zoom() < 0.8) this.#cy.zoom({ level: 0.8, position: (node as cytoscape.NodeSingular).position() })
    this.#cy.center(node)
    this.#uncover(node as cytoscape.NodeSingular)
  }

  panTo({ x, y }: Point): void {
    this.#following = false
    const zoom = this.#cy.zoom()
    this.#cy.pan({ x: this.#cy.width() / 2 - x * zoom, y: this.#cy.height() / 2 - y * zoom })
  }

  /** Shows messages that were sent along their edges, as far as those are drawn. */
  pulse(pulses: readonly Pulse[]): void {
    for (const { source, target } of pulses) {
      const there = this.#cy.$id(source).edgesWith(this.#cy.$id(target)).filter(':visible').first()
      if (there.empty()) continue
      const edge = there as unknown as cytoscape.EdgeSingular
      const path = [edge.renderedSourceEndpoint(), ...bentPoints(edge), edge.renderedTargetEndpoint()]
      this.#pulses.show(edge.source().id() === source ? path : path.reverse())
    }
  }

  /** The nearest node in a direction, for the arrow keys. */
  neighbour(id: string | undefined, dx: number, dy: number): string | undefined {
    const nodes = this.#cy.nodes(':visible')
    const from = id ? this.#cy.$id(id) : this.#cy.collection()
    if (from.empty()) return nodes.first().id()
    const origin = from.position()
    let best: { id: string; distance: number } | undefined
    for (const node of nodes.toArray()) {
      const { x, y } = node.position()
      const along = (x - origin.x) * dx + (y - origin.y) * dy
      const across = Math.abs((x - origin.x) * dy) + Math.abs((y - origin.y) * dx)
      if (node.id() === id || along <= 4) continue
      const distance = along + across * 2.5
      if (!best || distance < best.distance) best = { id: node.id(), distance }
    }
    return best?.id
  }

  /** Shows everything, above the legend and no larger than is pleasant. */
  fit(): void {
    this.#reserved = this.#selected ? PANEL : 0
    this.#fit()
  }

  #fit(): void {
    this.#following = true
    const nodes = this.#cy.nodes().not('.away')
    // Of what is focused on the boxes may be far larger.
    const inside = this.#focus ? nodes.not('[shape = "box"]') : nodes
    const shown = inside.empty() ? nodes : inside
    if (shown.empty() || !this.#cy.width()) return
    const box = boundsOf(shown)
    const width = this.#cy.width() - 2 * MARGIN - BUTTONS - this.#reserved
    const height = this.#cy.height() - MARGIN - LEGEND
    const [w, h] = [box.x2 - box.x1, box.y2 - box.y1]
    const zoom = Math.max(this.#cy.minZoom(), Math.min(MOST_ZOOM, width / w, height / h))
    const pan = {
      x: MARGIN + (width - w * zoom) / 2 - box.x1 * zoom,
      y: MARGIN + (height - h * zoom) / 2 - box.y1 * zoom,
    }
    this.#cy.viewport({ zoom, pan })
  }

  zoomBy(factor: number): void {
    this.#following = false
    this.#cy.zoom({
      level: this.#cy.zoom() * factor,
      renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 },
    })
  }

  dispose(): void {
    this.#resized.disconnect()
    this.#pulses.dispose()
    this.#cy.destroy()
  }

  /** What is said changes with the distance; where it stands does not. */
  #adaptToZoom(): void {
    const zoom = this.#cy.zoom()
    const distance = zoom < FAR ? 'far' : zoom >= NEAR ? 'near' : 'middle'
    if (distance === this.#distance) return
    this.#distance = distance
    this.#cy.batch(() => this.#cy.nodes().classes(distance === 'middle' ? '' : distance))
    this.#hideAway()
  }

  /** Brings out what a node is linked to. */
  #emphasise(node: cytoscape.CollectionReturnValue | cytoscape.NodeSingular | undefined): void {
    this.#cy.batch(() => {
      this.#cy.edges('.linked').removeClass('linked')
      if (node?.nonempty()) (node as cytoscape.NodeSingular).connectedEdges().addClass('linked')
    })
  }
}

function isOnToggle(node: cytoscape.NodeSingular, { x, y }: Point): boolean {
  if (!node.data('toggle')) return false
  const at = node.position()
  const [w, h] = [node.data('w') as number, node.data('h') as number]
  const inHeader = node.data('shape') !== 'box' || y < at.y - h / 2 + TOGGLE.h
  return inHeader && ['box', 'card'].includes(node.data('shape') as string) && x < at.x - w / 2 + TOGGLE.w
}

/** The box around nodes whether they are shown from this distance or not: to fit must not depend on how it fits. */
function boundsOf(nodes: cytoscape.NodeCollection): View {
  const bounds = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity }
  for (const node of nodes.toArray()) {
    const { x, y } = node.position()
    const [w, h] = [(node.data('w') as number) / 2, (node.data('h') as number) / 2]
    bounds.x1 = Math.min(bounds.x1, x - w)
    bounds.x2 = Math.max(bounds.x2, x + w)
    bounds.y1 = Math.min(bounds.y1, y - h)
    bounds.y2 = Math.max(bounds.y2, y + h)
  }
  return bounds
}

/** Points on the way of an edge that is no straight line, on the screen. */
function bentPoints(edge: cytoscape.EdgeSingular): Point[] {
  const control = edge.data('bend') ? edge.renderedControlPoints()?.[0] : undefined
  if (!control) return (edge.data('path') === 'straight' ? [] : edge.renderedSegmentPoints()) ?? []
  const [a, b] = [edge.renderedSourceEndpoint(), edge.renderedTargetEndpoint()]
  return [0.2, 0.4, 0.6, 0.8].map(t => ({
    x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * control.x + t ** 2 * b.x,
    y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * control.y + t ** 2 * b.y,
  }))
}
