import type { EndpointSlice } from '../../api/types.ts'

/**
 * What a controller has written of slices, for as long as its copy of the collection may not show it: a slice that was just made
 * must not be made again, and its own writes are no news to it.
 */
export class WrittenSlices {
  readonly #made = new Map<string, EndpointSlice>()
  readonly #versions = new Map<string, string>()

  /** It was made, or changed. */
  add(slice: EndpointSlice, isNew: boolean): void {
    if (isNew) this.#made.set(nameOf(slice), slice)
    this.#versions.set(nameOf(slice), slice.metadata.resourceVersion!)
  }

  /** The copy shows it. */
  seen(slice: EndpointSlice): void {
    this.#made.delete(nameOf(slice))
  }

  /** It is gone. */
  gone(slice: EndpointSlice): void {
    this.#made.delete(nameOf(slice))
    this.#versions.delete(nameOf(slice))
  }

  /** Whether the slice is as it was written here. */
  isOwn(slice: EndpointSlice): boolean {
    return this.#versions.get(nameOf(slice)) === slice.metadata.resourceVersion
  }

  /** Those of a Service that were made and are not shown yet. */
  pending(isOf: (slice: EndpointSlice) => boolean): EndpointSlice[] {
    return [...this.#made.values()].filter(isOf)
  }
}

function nameOf({ metadata }: EndpointSlice): string {
  return `${metadata.namespace}/${metadata.name}`
}
