/**
 * Calls `listener` with the name of what another window of this browser, or of the app, has changed in what is kept; undefined if all
 * of it may have changed. Gives the function that ends it.
 */
export function onChangedElsewhere(listener: (name: string | undefined) => void): () => void {
  const hear = ({ key, storageArea }: StorageEvent) => {
    if (storageArea === localStorage) listener(key ?? undefined)
  }
  window.addEventListener('storage', hear)
  return () => window.removeEventListener('storage', hear)
}
