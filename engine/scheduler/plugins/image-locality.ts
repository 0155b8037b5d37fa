import { MAX_SCORE, type ScorePlugin } from '../framework.ts'

const MIN_BYTES = 23 * 1024 * 1024
const MAX_BYTES_PER_CONTAINER = 1000 * 1024 * 1024

/** Prefers nodes that have the pod's images, weighed by size and by how common they are. */
export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(cycle, nodes) {
    const holders = new Map<string, number>()
    for (const { node } of nodes)
      for (const image of node.status?.images ?? [])
        for (const name of image.names ?? []) holders.set(name, (holders.get(name) ?? 0) + 1)
    cycle.state.set(this.name, { holders, total: nodes.length })
  },
  score({ pod, state }, { node }) {
    const { holders, total } = state.get(this.name) as { holders: Map<string, number>; total: number }
    const containers = pod.spec?.containers ?? []
    let bytes = 0
    for (const { image } of containers) {
      const name = withTag(image ?? '')
      const held = (node.status?.images ?? []).find(i => i.names?.includes(name))
      if (held) bytes += ((held.sizeBytes ?? 0) * (holders.get(name) ?? 0)) / total
    }
    const max = MAX_BYTES_PER_CONTAINER * containers.length
    return Math.floor((MAX_SCORE * (Math.min(Math.max(bytes, MIN_BYTES), max) - MIN_BYTES)) / (max - MIN_BYTES))
  },
}

function withTag(image: string): string {
  return image.lastIndexOf(':') > image.lastIndexOf('/') ? image : `${image}:latest`
}
