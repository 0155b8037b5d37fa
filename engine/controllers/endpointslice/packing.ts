import { canonicalJSON } from '../../base/canonical.ts'
import type { SliceEndpoint } from './endpoints.ts'

/** Endpoints in one slice at most. */
export const MAX_PER_SLICE = 100

/**
 * Shares endpoints out over slices so that few of them change: what is in a slice already stays in it. `known` holds the
 * endpoints of the slices that are there; the answer begins with what these are to hold (nothing: the slice goes) and goes on with
 * what new slices are to hold.
 */
export function pack(known: SliceEndpoint[][], wanted: SliceEndpoint[], max = MAX_PER_SLICE): SliceEndpoint[][] {
  const left = new Map(wanted.map(endpoint => [keyOf(endpoint), endpoint]))
  const slices = known.map(endpoints => {
    const kept = endpoints.flatMap(endpoint => {
      const key = keyOf(endpoint)
      const now = left.get(key)
      left.delete(key)
      return now ? [now] : []
    })
    return { kept, changed: canonicalJSON(kept) !== canonicalJSON(endpoints) }
  })
  const rest = [...left.values()]
  // First into slices that are written anyway, the fullest before others.
  const open = slices.filter(s => s.changed && s.kept.length > 0).sort((a, b) => b.kept.length - a.kept.length)
  for (const slice of open) slice.kept.push(...rest.splice(0, max - slice.kept.length))
  const made: SliceEndpoint[][] = []
  while (rest.length > 0) {
    // What is last goes into the slice that it fills best; only if there is none a new one is made.
    const fits = slices.filter(s => s.kept.length + rest.length <= max)
    const target = fits.sort((a, b) => b.kept.length - a.kept.length)[0]
    if (target) target.kept.push(...rest.splice(0))
    else made.push(rest.splice(0, max))
  }
  return [...slices.map(s => s.kept), ...made]
}

/** The same address of the same pod. */
function keyOf({ addresses, hostname, targetRef }: SliceEndpoint): string {
  return canonicalJSON([addresses, hostname, targetRef?.namespace, targetRef?.name])
}
