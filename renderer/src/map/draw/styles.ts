import type cytoscape from 'cytoscape'
import type { Palette } from './palette.ts'

/** How nodes and edges look. Nodes are pictures; figures that change often are labels over them. */
export function styles({ colour, tone, font }: Palette): cytoscape.StylesheetJson {
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '10',
        width: 'data(w)',
        height: 'data(h)',
        'background-opacity': 0,
        'background-image': 'data(image)',
        'background-fit': 'contain',
        'background-clip': 'none',
        'overlay-opacity': 0,
        'z-index': 2,
        'z-index-compare': 'manual',
        'font-family': font,
        'font-size': 10.5,
        color: colour['text-2'],
        'min-zoomed-font-size': 6,
      },
    },
    {
      selector: 'node[?inside]',
      style: {
        label: 'data(detail)',
        'text-halign': 'right',
        'text-valign': 'top',
        'text-margin-x': 'data(dx)' as never,
        'text-margin-y': 'data(dy)' as never,
      },
    },
    { selector: 'node[shape = "box"]', style: { 'z-index': 1 } },
    { selector: 'node[shape = "pill"]', style: { 'corner-radius': '26' } },
    {
      selector: 'node[shape = "pod"], node[shape = "group"]',
      style: {
        shape: 'hexagon',
        'z-index': 4,
        label: 'data(title)',
        'font-size': 10,
        'text-valign': 'bottom',
        'text-margin-y': 4,
        'text-wrap': 'ellipsis',
        'text-max-width': '72px',
        'text-background-color': colour['surface-2'],
        'text-background-opacity': 0.85,
        'text-background-shape': 'roundrectangle',
      },
    },
    {
      selector: 'node.near[shape = "pod"], node.near[shape = "group"]',
      style: { label: 'data(near)', 'font-size': 7.5, 'text-wrap': 'wrap', 'line-height': 1.25 },
    },
    {
      selector: 'node.near[?below]',
      style: {
        label: 'data(detail)',
        'font-size': 7.5,
        'text-valign': 'bottom',
        'text-halign': 'center',
        'text-margin-y': 1.5,
      },
    },
    { selector: 'node.far[?box]', style: { display: 'none' } },
    { selector: 'node.far[shape = "box"]', style: { 'background-image': 'data(far)', label: '' } },
    { selector: '.away', style: { display: 'none' } },
    {
      selector: 'node:selected',
      style: {
        'underlay-color': colour.accent,
        'underlay-opacity': 0.28,
        'underlay-padding': 6,
        'underlay-shape': 'round-rectangle',
      },
    },
    {
      selector: 'node[shape = "pod"]:selected, node[shape = "group"]:selected',
      style: { 'underlay-shape': 'ellipse' },
    },
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
        'z-index': 3,
      },
    },
    {
      selector: 'edge[path = "down"]',
      style: { 'curve-style': 'taxi', 'taxi-turn': '28px', 'taxi-direction': 'vertical' },
    },
    { selector: 'edge[path = "down"][type = "calls"]', style: { 'taxi-turn': '-28px' } },
    {
      selector: 'edge[path = "across"]',
      style: {
        'curve-style': 'round-taxi',
        'taxi-direction': 'rightward',
        'taxi-turn': '24px',
        'taxi-turn-min-distance': '4px',
        'z-index': 3,
      },
    },
    { selector: 'edge[type = "selects"]', style: { 'line-color': tone.info.ink, opacity: 0.55, 'taxi-turn': '34px' } },
    {
      selector: 'edge[type = "uses"]',
      style: { 'line-style': 'dotted', 'line-color': colour['text-3'], opacity: 0.7 },
    },
    { selector: 'edge[type = "scales"]', style: { 'line-color': colour.accent, 'line-style': 'dashed' } },
    { selector: 'edge[live = 0]', style: { 'line-style': 'dashed', 'line-dash-pattern': [4, 4], opacity: 0.45 } },
    { selector: 'edge.linked', style: { width: 2.4, opacity: 1, 'line-color': colour.accent, 'z-index': 3 } },
  ] as cytoscape.StylesheetJson
}
