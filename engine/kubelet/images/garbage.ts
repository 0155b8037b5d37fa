import type { ImageCatalogue, PulledImage } from './catalogue.ts'

export interface CollectionOptions {
  /** What images may take, in bytes, as the node is configured. */
  capacityBytes: number
  /** What is on the same disk beside images, in bytes. */
  otherBytes?: number
  /** Percent of it above which room is made (imageGCHighThresholdPercent). */
  highThresholdPercent?: number
  /** Percent down to which it is made (imageGCLowThresholdPercent). */
  lowThresholdPercent?: number
  /** Younger images stay (imageMinimumGCAge). */
  minimumAgeMs?: number
  /** Images that nobody has used for so long go, however much room there is (imageMaximumGCAge). 0: never. */
  maximumAgeMs?: number
  nowMs: number
  /** Digests of images that containers run. */
  inUse: ReadonlySet<string>
}

export interface Collected {
  removed: PulledImage[]
  freedBytes: number
  /** What should have been freed and could not be: images in use, or too young. 0 when all is well. */
  missingBytes: number
}

/** Defaults of KubeletConfiguration (kubelet.config.k8s.io/v1beta1). */
const HIGH_PERCENT = 85
const LOW_PERCENT = 80
const MINIMUM_AGE_MS = 120_000

/** Takes from a node the images that it can do without, those unused for longest first, as far as its thresholds ask. */
export function collectImages(catalogue: ImageCatalogue, options: CollectionOptions): Collected {
  const { capacityBytes, nowMs, inUse, minimumAgeMs = MINIMUM_AGE_MS, maximumAgeMs = 0 } = options
  const unused = catalogue.images
    .filter(i => !inUse.has(i.digest))
    .sort((a, b) => a.lastUsedAtMs - b.lastUsedAtMs || a.pulledAtMs - b.pulledAtMs)
  const removed: PulledImage[] = []
  const remove = (image: PulledImage) => {
    catalogue.remove(image.digest)
    removed.push(image)
  }
  if (maximumAgeMs > 0) unused.filter(i => nowMs - i.lastUsedAtMs > maximumAgeMs).forEach(remove)
  const used = catalogue.sizeBytes + (options.otherBytes ?? 0)
  const over = used * 100 >= capacityBytes * (options.highThresholdPercent ?? HIGH_PERCENT)
  const wanted = over ? used - Math.floor((capacityBytes * (options.lowThresholdPercent ?? LOW_PERCENT)) / 100) : 0
  let freed = 0
  for (const image of unused) {
    if (freed >= wanted) break
    if (removed.includes(image) || nowMs - image.pulledAtMs < minimumAgeMs) continue
    remove(image)
    freed += image.sizeBytes
  }
  return {
    removed,
    freedBytes: removed.reduce((sum, i) => sum + i.sizeBytes, 0),
    missingBytes: Math.max(0, wanted - freed),
  }
}
