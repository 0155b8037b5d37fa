import cytoscape from 'cytoscape'
import { cardImage } from './card.ts'
import { layout, type Slots } from './layout.ts'
import type { Graph } from './model.ts'
import type { Palette } from './palette.ts'

const MARGIN = 32
/** Height of what lies over the lower edge. */
const LEGEND = 68
/** Width of the panel with the details of the chosen node. */
const PANEL = 320
const MOST_ZOOM = 1.2

/** The drawn map. Applies each new graph as the difference to the last, so that nothing that stays moves or flickers. */
export class MapCanvas {
  #cy: cytoscape.Core
  #slots: Slots = new Map()
  #drawn = new Map<string, string>()
  #palette: Palette
  /** Until the user moves the map himself it is kept whole in view. */
  #following = true
  #selected: string | undefined

  constructor(container: HTMLElement, palette: Palette, onselect: (id: string | undefined) => void) {
    this.#palette = palette
    this.#cy = cytoscape({
      container,
      style: styles(palette),
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: 'single',
      minZoom: 0.08,
      maxZoom: 3,
    })
    this.#cy.on('tap', event =>
      onselect(
        event.target === this.#cy
          ? undefined
          : (event.target as cytoscape.NodeSingular).isNode()
            ? (event.target.id() as string)
            : undefined,
      ),
    )
    this.#cy.on('scrollzoom pinchzoom dragpan', () => (this.#following = false))
    this.#cy.on('mouseover', 'node', event => this.#emphasise(event.target as cytoscape.NodeSingular))
    this.#cy.on('mouseout', 'node', () => this.#emphasise(this.#selected ? this.#cy.$id(this.#selected) : undefined))
    this.#cy.on('resize', () => this.#following && this.fit())
  }

  draw(graph: Graph): void {
    const { places, slots } = layout(graph.nodes, this.#slots)
    this.#slots = slots
    const seen = new Set<string>()
    let moved = false
    this.#cy.batch(() => {
      for (const node of graph.nodes) {
        const place = places.get(node.id)
        if (!place) continue
        seen.add(node.id)
        const image = cardImage(node, place, this.#palette)
        const label = node.type === 'pod' || node.type === 'group' ? node.title : ''
        const signature = `${image}|${label}|${place.x},${place.y}`
        if (this.#drawn.get(node.id) === signature) continue
        moved ||= !this.#drawn.has(node.id)
        this.#drawn.set(node.id, signature)
        const data = { id: node.id, image, label, w: place.w, h: place.h, type: node.type }
        const found = this.#cy.$id(node.id)
        if (found.empty()) this.#cy.add({ group: 'nodes', data, position: { x: place.x, y: place.y } })
        else found.data(data).position({ x: place.x, y: place.y })
      }
      for (const edge of graph.edges) {
        if (!seen.has(edge.source) || !seen.has(edge.target)) continue
        seen.add(edge.id)
        const signature = `${edge.live}`
        if (this.#drawn.get(edge.id) === signature) continue
        this.#drawn.set(edge.id, signature)
        const bend = edge.type === 'replicates' ? bendOf(places.get(edge.source)!.x, places.get(edge.target)!.x) : 0
        const data = { ...edge, bend, live: edge.live ? 1 : 0 }
        const found = this.#cy.$id(edge.id)
        if (found.empty()) this.#cy.add({ group: 'edges', data })
        else found.data(data)
      }
      for (const id of [...this.#drawn.keys()]) {
        if (seen.has(id)) continue
        this.#drawn.delete(id)
        this.#cy.$id(id).remove()
      }
    })
    if (moved && this.#following) this.fit()
  }

  repaint(palette: Palette, graph: Graph | undefined): void {
    this.#palette = palette
    this.#cy.style(styles(palette))
    for (const [id] of this.#drawn) if (this.#cy.$id(id).isNode()) this.#drawn.set(id, '')
    if (graph) this.draw(graph)
  }

  select(id: string | undefined): void {
    this.#selected = id
    this.#cy.$(':selected').unselect()
    const node = id ? this.#cy.$id(id) : undefined
    node?.select()
    this.#emphasise(node)
    if (node?.nonempty()) this.#uncover(node as cytoscape.NodeSingular)
  }

  /** Pans just so far that the panel with the details does not hide what it describes. */
  #uncover(node: cytoscape.NodeSingular): void {
    const hidden = node.renderedBoundingBox({}).x2 + MARGIN - (this.#cy.width() - PANEL)
    if (hidden <= 0) return
    this.#following = false
    this.#cy.panBy({ x: -hidden, y: 0 })
  }

  /** The nearest node in a direction, for the arrow keys. */
  neighbour(id: string | undefined, dx: number, dy: number): string | undefined {
    const from = id ? this.#cy.$id(id) : this.#cy.collection()
    if (from.empty()) return this.#cy.nodes('[type = "master"]').first().id() ?? this.#cy.nodes().first().id()
    const origin = from.position()
    let best: { id: string; distance: number } | undefined
    for (const node of this.#cy.nodes().toArray()) {
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
    this.#following = true
    const { x1, y1, w, h } = this.#cy.nodes().boundingBox({ includeLabels: false, includeOverlays: false })
    if (!w || !h || !this.#cy.width()) return
    const width = this.#cy.width() - 2 * MARGIN
    const height = this.#cy.height() - MARGIN - LEGEND
    const zoom = Math.max(this.#cy.minZoom(), Math.min(MOST_ZOOM, width / w, height / h))
    this.#cy.viewport({
      zoom,
      pan: { x: MARGIN + (width - w * zoom) / 2 - x1 * zoom, y: MARGIN + (height - h * zoom) / 2 - y1 * zoom },
    })
  }

  zoomBy(factor: number): void {
    this.#following = false
    this.#cy.zoom({
      level: this.#cy.zoom() * factor,
      renderedPosition: { x: this.#cy.width() / 2, y: this.#cy.height() / 2 },
    })
  }

  dispose(): void {
    this.#cy.destroy()
  }

  /** Brings out what a node is linked to. */
  #emphasise(node: cytoscape.SingularElementReturnValue | cytoscape.NodeSingular | undefined): void {
    this.#cy.batch(() => {
      this.#cy.edges().removeClass('linked')
      if (node?.nonempty()) (node as cytoscape.NodeSingular).connectedEdges().addClass('linked')
    })
  }
}

/** Neighbours are joined by a straight line, those further away by an arc above the ones between. */
function bendOf(from: number, to: number): number {
  const distance = Math.abs(from - to)
  return distance < 260 ? 0 : (from < to ? -1 : 1) * Math.min(120, 36 + distance / 8)
}

function styles({ colour, tone, font }: Palette): cytoscape.StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '11',
        width: 'data(w)',
        height: 'data(h)',
        'background-opacity': 0,
        'background-image': 'data(image)',
        'background-fit': 'contain',
        'background-clip': 'none',
        'overlay-opacity': 0,
        'z-index': 2,
        'z-index-compare': 'manual',
      },
    },
    { selector: 'node[type = "worker"], node[type = "waiting"]', style: { 'z-index': 1 } },
    { selector: 'node[type = "balancer"]', style: { 'corner-radius': '26' } },
    {
      selector: 'node[type = "pod"], node[type = "group"]',
      style: {
        shape: 'hexagon',
        'z-index': 4,
        label: 'data(label)',
        'font-family': font,
        'font-size': 10,
        color: colour['text-2'],
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-wrap': 'ellipsis',
        'text-max-width': '72px',
        'text-background-color': colour['surface-2'],
        'text-background-opacity': 0.85,
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 6,
      },
    },
    {
      selector: 'node:selected',
      style: {
        'underlay-color': colour.accent,
        'underlay-opacity': 0.28,
        'underlay-padding': 6,
        'underlay-shape': 'round-rectangle',
      },
    },
    { selector: 'node[type = "pod"]:selected, node[type = "group"]:selected', style: { 'underlay-shape': 'ellipse' } },
    {
      selector: 'edge',
      style: {
        width: 1.4,
        'line-color': colour['line-strong'],
        'curve-style': 'straight',
        'overlay-opacity': 0,
        'z-index': 0,
        'z-index-compare': 'manual',
        events: 'no',
      },
    },
    {
      selector: 'edge[type = "replicates"]',
      style: {
        width: 2,
        'line-color': colour.accent,
        'target-arrow-color': colour.accent,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8,
        'curve-style': 'unbundled-bezier',
        'control-point-distances': 'data(bend)',
        'control-point-weights': 0.5,
      },
    },
    {
      selector: 'edge[type = "balances"], edge[type = "registers"]',
      style: { 'curve-style': 'taxi', 'taxi-turn': '50%', 'taxi-direction': 'vertical' },
    },
    {
      selector: 'edge[type = "serves"]',
      style: { 'line-color': tone.info.ink, opacity: 0.26, 'z-index': 3, 'curve-style': 'straight' },
    },
    { selector: 'edge[live = 0]', style: { 'line-style': 'dashed', 'line-dash-pattern': [4, 4], opacity: 0.45 } },
    { selector: 'edge.linked', style: { width: 2.4, opacity: 1, 'line-color': colour.accent, 'z-index': 3 } },
  ] as cytoscape.StylesheetJson
}
