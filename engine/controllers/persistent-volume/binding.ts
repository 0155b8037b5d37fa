import { BIND_COMPLETED, BOUND_BY_CONTROLLER, isFor } from '../../api/storage/volumes.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types.ts'
import { canonicalJSON } from '../../base/canonical.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'

const PROVISIONER = 'volume.kubernetes.io/storage-provisioner'
const OLD_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner'

export interface BindingDependencies {
  claims: ResourceClient<PersistentVolumeClaim>
  volumes: ResourceClient<PersistentVolume>
  events: EventRecorder
}

/** The single writes of which binding consists. Each does nothing where all is as it should be, so any may be repeated. */
export class Binding {
  readonly #claims: ResourceClient<PersistentVolumeClaim>
  readonly #volumes: ResourceClient<PersistentVolume>
  readonly #events: EventRecorder

  constructor({ claims, volumes, events }: BindingDependencies) {
    this.#claims = claims
    this.#volumes = volumes
    this.#events = events
  }

  /** Ties both to each other: the volume first, so that no other claim can take it meanwhile. */
  async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const taken = await this.#volumeToClaim(volume, claim)
    await this.setVolumePhase(taken, 'Bound')
    const given = await this.#claimToVolume(claim, taken)
    await this.setClaimStatus(given, 'Bound', taken)
  }

  /** Lets a volume go that was tied to a claim which took another. What the user has said of it stays. */
  async unbind(volume: PersistentVolume): Promise<void> {
    const { claimRef, ...spec } = volume.spec!
    const byUs = BOUND_BY_CONTROLLER in (volume.metadata.annotations ?? {})
    const { [BOUND_BY_CONTROLLER]: _, ...annotations } = volume.metadata.annotations ?? {}
    const kept = byUs ? {} : { claimRef: { ...claimRef, uid: undefined } }
    const freed = await this.#volumes.update({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...spec, ...kept },
    })
    await this.setVolumePhase(freed, 'Available')
  }

  async setVolumePhase(volume: PersistentVolume, phase: string, reason?: string, message?: string): Promise<void> {
    const { lastPhaseTransitionTime: _, ...now } = volume.status ?? {}
    const status = { phase, ...(reason ? { reason } : {}), ...(message ? { message } : {}) }
    if (canonicalJSON(now) !== canonicalJSON(status)) await this.#volumes.updateStatus({ ...volume, status })
  }

  async setClaimStatus(
    claim: PersistentVolumeClaim,
    phase: string,
    volume: PersistentVolume | undefined,
  ): Promise<PersistentVolumeClaim> {
    const { accessModes: _, capacity, ...others } = claim.status ?? {}
    const grown = phase === 'Bound' && capacity && claim.status?.phase === 'Bound'
    const status = {
      ...others,
      phase,
      // What a bound claim has grown to is the resizer's to say.
      ...(volume ? { accessModes: volume.spec!.accessModes, capacity: grown ? capacity : volume.spec!.capacity } : {}),
    }
    if (canonicalJSON(status) === canonicalJSON(claim.status)) return claim
    return this.#claims.updateStatus({ ...claim, status })
  }

  /** The claim's volume is gone, or another's. That is for good. */
  async lose(claim: PersistentVolumeClaim, reason: string, message: string): Promise<void> {
    if (claim.status?.phase === 'Lost') return
    await this.setClaimStatus(claim, 'Lost', undefined)
    this.#events.event(claim, 'Warning', reason, message)
  }

  /** Tells the driver that the claim is its to serve. */
  async noteProvisioner(claim: PersistentVolumeClaim, provisioner: string): Promise<PersistentVolumeClaim> {
    if (claim.metadata.annotations?.[PROVISIONER] === provisioner) return claim
    const annotations = { ...claim.metadata.annotations, [PROVISIONER]: provisioner, [OLD_PROVISIONER]: provisioner }
    return this.#claims.update({ ...claim, metadata: { ...claim.metadata, annotations } })
  }

  async setCapacity(volume: PersistentVolume, claim: PersistentVolumeClaim, storage: string): Promise<void> {
    await this.#volumes.update({ ...volume, spec: { ...volume.spec, capacity: { ...volume.spec!.capacity, storage } } })
    const status = { ...claim.status, capacity: { ...claim.status?.capacity, storage } }
    await this.#claims.updateStatus({ ...claim, status })
  }

  async #volumeToClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<PersistentVolume> {
    if (volume.spec?.claimRef?.uid === claim.metadata.uid) return volume
    const byUs = !isFor(volume, claim)
    const annotations = byUs
      ? { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' }
      : volume.metadata.annotations
    return this.#volumes.update({
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: { ...volume.spec, claimRef: referenceTo(claim) },
    })
  }

  async #claimToVolume(claim: PersistentVolumeClaim, volume: PersistentVolume): Promise<PersistentVolumeClaim> {
    const { annotations = {} } = claim.metadata
    const name = volume.metadata.name!
    const byUs = claim.spec?.volumeName !== name
    if (!byUs && annotations[BIND_COMPLETED]) return claim
    const added = { [BIND_COMPLETED]: 'yes', ...(byUs ? { [BOUND_BY_CONTROLLER]: 'yes' } : {}) }
    return this.#claims.update({
      ...claim,
      metadata: { ...claim.metadata, annotations: { ...annotations, ...added } },
      spec: { ...claim.spec, volumeName: name },
    })
  }
}

/** What a volume's claimRef says of its claim. */
export function referenceTo({ metadata }: PersistentVolumeClaim) {
  const { namespace, name, uid, resourceVersion } = metadata
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion }
}
