import { goDuration } from '../node/duration.ts'
import { DEFAULT_SETTINGS, type KubeletSettings } from '../node/settings.ts'
import type { ImageManager } from './image-manager.ts'

export interface ImageCollectorDependencies {
  images: Pick<ImageManager, 'collect'>
  settings: KubeletSettings
  /** The disk of the node, and what is on it beside images, in bytes. */
  disk(): { capacityBytes: number; otherBytes: number }
  inUse(): ReadonlySet<string>
  event(type: 'Normal' | 'Warning', reason: string, message: string): void
}

/** How often images are looked at (pkg/kubelet ImageGCPeriod). */
export const IMAGE_GC_MS = 300_000

/** Takes unused images from a node whose disk is getting full, and says when that does not give what it should. */
export class ImageCollector {
  readonly #dependencies: ImageCollectorDependencies
  #hasFailed = false

  constructor(dependencies: ImageCollectorDependencies) {
    this.#dependencies = dependencies
  }

  /** What is to be done every `IMAGE_GC_MS`: down to the lower threshold, once the higher one is reached. */
  collect(): void {
    const { images, disk, inUse, event } = this.#dependencies
    const { freedBytes, missingBytes } = images.collect(inUse(), { ...disk(), ...this.#options })
    if (missingBytes > 0) {
      const wanted = freedBytes + missingBytes
      const message = `Failed to garbage collect required amount of images. Attempted to free ${wanted} bytes, but only found ${freedBytes} bytes eligible to free.`
      event('Warning', 'FreeDiskSpaceFailed', message)
      if (this.#hasFailed) event('Warning', 'ImageGCFailed', message)
    }
    this.#hasFailed = missingBytes > 0
  }

  /** All that nobody uses goes: the node is under pressure. */
  collectAll(): void {
    const { images, inUse } = this.#dependencies
    images.collect(inUse(), { ...this.#options, capacityBytes: 0 })
  }

  get #options() {
    const settings = { ...DEFAULT_SETTINGS, ...this.#dependencies.settings }
    return {
      highThresholdPercent: settings.imageGCHighThresholdPercent,
      lowThresholdPercent: settings.imageGCLowThresholdPercent,
      minimumAgeMs: goDuration(settings.imageMinimumGCAge)!,
      maximumAgeMs: goDuration(settings.imageMaximumGCAge)!,
    }
  }
}
