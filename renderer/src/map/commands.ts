import type { Command } from '../palette/rank.ts'
import type { MapState } from './map-state.svelte.ts'

/** What the palette offers while the map is shown: its lenses, and every node that is drawn. */
export function mapCommands(map: MapState): readonly Command[] {
  const t = map.words
  return [
    ...map.lenses.map((lens): Command => ({
      ...{ id: `lens/${lens}`, title: t[lens], hint: t.lens, words: `map lens ${lens}`, run: () => map.show(lens) },
    })),
    ...(map.graph?.nodes ?? []).map((node): Command => ({
      ...{ id: `map/${node.id}`, title: node.title, hint: node.kind, run: () => map.select(node.id) },
    })),
  ]
}
