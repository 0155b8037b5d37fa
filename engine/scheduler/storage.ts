import { BOUND_BY_CONTROLLER, SELECTED_NODE } from '../api/storage/volumes.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../api/types.ts'
import { sleep, type Clock } from '../base/clock.ts'
import type { InformerFactory } from '../client/cache/informer.ts'
import { ResourceClient, type Resource } from '../client/resource-client.ts'
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../client/resources.ts'
import type { RestClient } from '../client/rest.ts'
import { isBound, type StorageView, type VolumeDecisions } from './plugins/volumes.ts'

/** As long as Kubernetes' scheduler waits for volumes before it decides anew (bindTimeoutSeconds). */
const BIND_TIMEOUT_MS = 600_000
const LOOK_MS = 20

/** Claims, volumes and classes as the scheduler sees them, with what it has written and not seen come back yet. */
export class SchedulerStorage implements StorageView {
  readonly #claims
  readonly #volumes
  readonly #classes
  readonly #claimClient: ResourceClient<PersistentVolumeClaim>
  readonly #volumeClient: ResourceClient<PersistentVolume>
  readonly #clock: Clock
  /** What was decided for a claim or volume, until the copy is as new. */
  readonly #assumedClaims = new Map<string, PersistentVolumeClaim>()
  readonly #assumedVolumes = new Map<string, PersistentVolume>()

  constructor(dependencies: { rest: RestClient; clock: Clock; changed(): void }, informers: InformerFactory) {
    const { rest, clock, changed } = dependencies
    this.#clock = clock
    this.#claims = informers.informer(PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
    this.#volumes = informers.informer(PERSISTENT_VOLUMES as Resource<PersistentVolume>)
    this.#classes = informers.informer(STORAGE_CLASSES as Resource<StorageClass>)
    this.#claimClient = new ResourceClient(rest, PERSISTENT_VOLUME_CLAIMS as Resource<PersistentVolumeClaim>)
    this.#volumeClient = new ResourceClient(rest, PERSISTENT_VOLUMES as Resource<PersistentVolume>)
    const any = () => changed()
    for (const informer of [this.#claims, this.#volumes, this.#classes])
      informer.addHandler({ onAdd: any, onUpdate: any, onDelete: any })
  }

  claim(namespace: string, name: string): PersistentVolumeClaim | undefined {
    return newest(this.#claims.lister.get(namespace, name), this.#assumedClaims, `${namespace}/${name}`)
  }

  volume(name: string): PersistentVolume | undefined {
    return newest(this.#volumes.lister.get(undefined, name), this.#assumedVolumes, name)
  }

  volumes(): PersistentVolume[] {
    return this.#volumes.lister.list().map(({ metadata: { name } }) => this.volume(name!)!)
  }

  storageClass(name: string): StorageClass | undefined {
    return this.#classes.lister.get(undefined, name)
  }

  /** Counts decisions before they are written, so that the next pod sees them. */
  assume({ bind, provision }: VolumeDecisions, node: string): void {
    for (const { claim, volume } of bind) this.#assumedVolumes.set(volume.metadata.name!, boundTo(volume, claim))
    for (const claim of provision) this.#assumedClaims.set(keyOf(claim), selected(claim, node))
  }

  /** Takes back what was assumed: the pod does not go there. */
  forget({ bind, provision }: VolumeDecisions): void {
    for (const { volume } of bind) this.#assumedVolumes.delete(volume.metadata.name!)
    for (const claim of provision) this.#assumedClaims.delete(keyOf(claim))
  }

  /**
   * Writes the decisions and waits until all claims are bound. @throws Error if a claim cannot be bound on the node, or
   * not in time
   */
  async bind(decisions: VolumeDecisions, node: string): Promise<void> {
    for (const { claim, volume } of decisions.bind) {
      const written = await this.#volumeClient.update(boundTo(volume, claim))
      this.#assumedVolumes.set(written.metadata.name!, written)
    }
    for (const claim of decisions.provision) {
      if (claim.metadata.annotations?.[SELECTED_NODE] === node) continue
      const written = await this.#claimClient.update(selected(claim, node))
      this.#assumedClaims.set(keyOf(written), written)
    }
    const waiting = [...decisions.bind.map(d => d.claim), ...decisions.provision]
    const end = this.#clock.monotonic() + BIND_TIMEOUT_MS
    for (const claim of waiting)
      while (!this.#hasBound(claim, node)) {
        if (this.#clock.monotonic() > end) throw new Error('timed out waiting for the condition')
        await sleep(this.#clock, LOOK_MS)
      }
    this.forget(decisions)
  }

  #hasBound(claim: PersistentVolumeClaim, node: string): boolean {
    const { namespace, name, uid } = claim.metadata
    const now = this.#claims.lister.get(namespace, name!)
    if (now?.metadata.uid !== uid && now) throw new Error(`claim ${name} is another one now`)
    const seen = this.claim(namespace!, name!)
    if (!seen) throw new Error(`persistentvolumeclaim "${name}" not found`)
    if (isBound(seen)) return true
    const chosen = seen.metadata.annotations?.[SELECTED_NODE]
    const asked = claim.metadata.annotations?.[SELECTED_NODE] ?? this.#assumedClaims.get(keyOf(claim))
    if (asked && chosen !== node) throw new Error(`selectedNode annotation reset for PVC "${name}"`)
    return false
  }
}

function boundTo(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata
  return {
    ...volume,
    metadata: { ...volume.metadata, annotations: { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' } },
    spec: {
      ...volume.spec,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
    },
  }
}

function selected(claim: PersistentVolumeClaim, node: string): PersistentVolumeClaim {
  const annotations = { ...claim.metadata.annotations, [SELECTED_NODE]: node }
  return { ...claim, metadata: { ...claim.metadata, annotations } }
}

function keyOf({ metadata: { namespace, name } }: PersistentVolumeClaim): string {
  return `${namespace}/${name}`
}

/** What was assumed, until the copy shows a later version of the same object. */
function newest<T extends PersistentVolume | PersistentVolumeClaim>(
  seen: T | undefined,
  assumed: Map<string, T>,
  key: string,
): T | undefined {
  const own = assumed.get(key)
  if (!own) return seen
  const version = (object: T) => BigInt(object.metadata.resourceVersion || 0)
  if (seen && seen.metadata.uid === own.metadata.uid && version(seen) <= version(own)) return own
  assumed.delete(key)
  return seen
}
