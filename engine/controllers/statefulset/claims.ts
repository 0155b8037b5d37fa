import type { KubeObject, OwnerReference } from '../../api/object.ts'
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../api/types.ts'
import { messageOf } from '../../base/errors.ts'
import type { Lister } from '../../client/cache/indexer.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import { claimsFor, ordinalsOf } from './identity.ts'

/** Makes the claims of pods, and has them go with the set or its pods where its retention policy says so. */
export class StatefulClaims {
  readonly #lister: Lister<PersistentVolumeClaim>
  readonly #client: ResourceClient<PersistentVolumeClaim>
  readonly #events: EventRecorder

  constructor(
    lister: Lister<PersistentVolumeClaim>,
    client: ResourceClient<PersistentVolumeClaim>,
    events: EventRecorder,
  ) {
    this.#lister = lister
    this.#client = client
    this.#events = events
  }

  /** @throws Error if a claim cannot be made, or one is just going */
  async ensure(set: StatefulSet, ordinal: number): Promise<void> {
    const pod = `${set.metadata.name}-${ordinal}`
    for (const claim of claimsFor(set, ordinal)) {
      const known = this.#lister.get(claim.metadata.namespace, claim.metadata.name!)
      if (known?.metadata.deletionTimestamp) throw new Error(`pvc ${known.metadata.name} is being deleted`)
      if (known) continue
      const what = `Claim ${claim.metadata.name} Pod ${pod} in StatefulSet ${set.metadata.name}`
      try {
        await this.#client.create(claim)
        this.#events.event(set, 'Normal', 'SuccessfulCreate', `create ${what} success`)
      } catch (error) {
        this.#events.event(set, 'Warning', 'FailedCreate', `create ${what} failed error: ${messageOf(error)}`)
        throw error
      }
    }
  }

  /** Brings the owners of a pod's claims in line with persistentVolumeClaimRetentionPolicy. */
  async setOwners(set: StatefulSet, ordinal: number, pod: Pod | undefined): Promise<void> {
    const { whenDeleted, whenScaled } = set.spec!.persistentVolumeClaimRetentionPolicy ?? {}
    const { start, end } = ordinalsOf(set)
    const isCondemned = ordinal < start || ordinal >= end
    for (const { metadata } of claimsFor(set, ordinal)) {
      const claim = this.#lister.get(metadata.namespace, metadata.name!)
      if (!claim || claim.metadata.deletionTimestamp) continue
      const owners: OwnerReference[] = (claim.metadata.ownerReferences ?? []).filter(
        owner =>
          owner.uid !== set.metadata.uid && !(owner.kind === 'Pod' && owner.name === `${set.metadata.name}-${ordinal}`),
      )
      // The pod of a place that is given up takes its claims along; else they go with the set.
      if (whenScaled === 'Delete' && isCondemned && pod) owners.push(ownerOf(pod, 'v1', 'Pod'))
      else if (whenDeleted === 'Delete' && !(whenScaled === 'Delete' && isCondemned))
        owners.push(ownerOf(set, 'apps/v1', 'StatefulSet'))
      const before = claim.metadata.ownerReferences ?? []
      const same = before.length === owners.length && owners.every(o => before.some(b => b.uid === o.uid))
      if (!same) await this.#client.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: owners } })
    }
  }
}

function ownerOf({ metadata }: KubeObject, apiVersion: string, kind: string): OwnerReference {
  return { apiVersion, kind, name: metadata.name!, uid: metadata.uid!, controller: true }
}
