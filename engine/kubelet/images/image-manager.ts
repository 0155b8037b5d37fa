import type { Clock } from '../../base/clock.ts'
import type { ImageCatalogue } from './catalogue.ts'
import { collectImages, type CollectionOptions, type Collected } from './garbage.ts'
import type { Image } from './image.ts'
import type { ImageStore } from './store.ts'

export interface ImageRequest {
  /** Of the pod: failures of one pod do not hold up another. */
  uid: string
  /** As the pod says it. */
  reference: string
  /** Always, IfNotPresent or Never. */
  policy: string | undefined
}

/** An image, or why the container waits for one, in the terms of a container's state, and for how long. */
export type Ensured = { image: Image } | { reason: ImageReason; message: string; retryAfterMs: number }

export type ImageReason = 'ErrImagePull' | 'ImagePullBackOff' | 'ErrImageNeverPull' | 'InvalidImageName'

type RecordEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void

const BASE_BACKOFF_MS = 10_000
const MAX_BACKOFF_MS = 300_000
/** What cannot become true by trying again is looked at with every sync of the pod, as Kubernetes does. */
const SYNC_MS = 10_000

interface Failure {
  delayMs: number
  nextAt: number
  message: string
}

/**
 * Sees to it that a node has the images of its pods: pull policies, back-off, events (pkg/kubelet/images). Images that a
 * user has added to the lab are on every node from then on; those that come with Kubarium are pulled by the first pod.
 */
export class ImageManager {
  readonly #store: ImageStore
  readonly #catalogue: ImageCatalogue
  readonly #clock: Clock
  readonly #failures = new Map<string, Failure>()

  constructor(dependencies: { store: ImageStore; catalogue: ImageCatalogue; clock: Clock }) {
    this.#store = dependencies.store
    this.#catalogue = dependencies.catalogue
    this.#clock = dependencies.clock
  }

  /** The image that a container is to run; pulls it if the policy says so. Tells of it by events. */
  ensure({ uid, reference, policy = 'IfNotPresent' }: ImageRequest, event: RecordEvent): Ensured {
    const found = this.#store.resolve(reference)
    if ('problem' in found && found.invalid) {
      const message = `Failed to apply default image tag "${reference}": ${found.problem}`
      event('Warning', 'InspectFailed', message)
      event('Warning', 'Failed', 'Error: InvalidImageName')
      return { reason: 'InvalidImageName', message, retryAfterMs: SYNC_MS }
    }
    const image = 'image' in found ? found.image : undefined
    if (policy !== 'Always' && image && this.#isPresent(image, reference)) {
      event(
        'Normal',
        'Pulled',
        `Container image "${reference}" already present on machine and can be accessed by the pod`,
      )
      return this.#use(image, reference)
    }
    if (policy === 'Never') {
      const message = `Container image "${reference}" is not present with pull policy of Never`
      event('Warning', 'ErrImageNeverPull', message)
      event('Warning', 'Failed', 'Error: ErrImageNeverPull')
      return { reason: 'ErrImageNeverPull', message, retryAfterMs: SYNC_MS }
    }
    return this.#pull(`${uid}_${reference}`, reference, found, event)
  }

  /** As in `status.images` of a Node: what was pulled, and what was added to the lab. */
  status(): { names: string[]; sizeBytes: number }[] {
    const { images } = this.#store
    for (const { digest, references } of this.#catalogue.images)
      if (!images.some(i => i.digest === digest) && !references.some(r => r.startsWith('host/')))
        this.#catalogue.remove(digest)
    for (const image of images.filter(i => !this.#store.isBuiltIn(i) && !this.#catalogue.knows(i.digest)))
      for (const name of image.names)
        for (const tag of image.tags ?? ['latest']) this.#catalogue.add(image, `${name}:${tag}`, this.#clock.now())
    return this.#catalogue.status()
  }

  /** What the pulled images take on disk, in bytes. */
  get sizeBytes(): number {
    return this.#catalogue.sizeBytes
  }

  /** Frees room if the images take too much of it. Those of `inUse`, by digest, stay. */
  collect(inUse: ReadonlySet<string>, options: Omit<CollectionOptions, 'nowMs' | 'inUse'>): Collected {
    const added = this.#store.images.filter(i => !this.#store.isBuiltIn(i)).map(i => i.digest)
    const nowMs = this.#clock.now()
    this.#catalogue.touch(inUse, nowMs)
    return collectImages(this.#catalogue, { ...options, nowMs, inUse: new Set([...inUse, ...added]) })
  }

  /** Forgets the failures of a pod that is gone. */
  forget(uid: string): void {
    for (const key of this.#failures.keys()) if (key.startsWith(`${uid}_`)) this.#failures.delete(key)
  }

  #isPresent(image: Image, reference: string): boolean {
    if (!this.#store.isBuiltIn(image)) return true
    return this.#catalogue.has(image, reference)
  }

  #use(image: Image, reference: string): Ensured {
    if (this.#catalogue.has(image, reference)) this.#catalogue.touch([image.digest], this.#clock.now())
    else this.#catalogue.add(image, reference, this.#clock.now())
    return { image }
  }

  #pull(key: string, reference: string, found: ReturnType<ImageStore['resolve']>, event: RecordEvent): Ensured {
    const now = this.#clock.monotonic()
    const failure = this.#failures.get(key)
    if (failure && now < failure.nextAt) {
      const message = `Back-off pulling image "${reference}"`
      event('Normal', 'BackOff', message)
      event('Warning', 'Failed', 'Error: ImagePullBackOff')
      return {
        reason: 'ImagePullBackOff',
        message: `${message}: ErrImagePull: ${failure.message}`,
        retryAfterMs: failure.nextAt - now,
      }
    }
    event('Normal', 'Pulling', `Pulling image "${reference}"`)
    if ('problem' in found) {
      const message = `failed to pull image "${reference}": ${found.problem}`
      event('Warning', 'Failed', `Failed to pull image "${reference}": ${message}`)
      event('Warning', 'Failed', 'Error: ErrImagePull')
      const delayMs = failure ? Math.min(failure.delayMs * 2, MAX_BACKOFF_MS) : BASE_BACKOFF_MS
      this.#failures.set(key, { delayMs, nextAt: now + delayMs, message })
      return { reason: 'ErrImagePull', message, retryAfterMs: SHOW_MS }
    }
    this.#failures.delete(key)
    const used = this.#use(found.image, reference)
    const took = `${Math.round(this.#clock.monotonic() - now)}ms`
    event(
      'Normal',
      'Pulled',
      `Successfully pulled image "${reference}" in ${took} (${took} including waiting). Image size: ${found.image.sizeBytes} bytes.`,
    )
    return used
  }
}

/** How long ErrImagePull is to be seen before ImagePullBackOff takes its place. */
const SHOW_MS = 2_000
