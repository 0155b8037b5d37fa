/** What files are that were dropped on the window, by their names. Pure. */

export interface Dropped<F> {
  /** Saved labs. */
  archives: F[]
  manifests: F[]
}

export function sortDropped<F extends { name: string }>(files: Iterable<F>): Dropped<F> {
  const all = [...files]
  return {
    archives: all.filter(({ name }) => /\.kubarium$/i.test(name)),
    manifests: all.filter(({ name }) => /\.(ya?ml|json)$/i.test(name)),
  }
}
