import { FOLDER_DRIVER } from '../../api/storage/volumes.ts'
import type { PersistentVolume } from '../../api/types.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { ResourceClient } from '../../client/resource-client.ts'
import type { Binding } from './binding.ts'

/** What becomes of volumes whose claim is gone: the reclaim policy. */
export class Reclaimer {
  readonly #binding: Binding
  readonly #volumes: ResourceClient<PersistentVolume>
  readonly #events: EventRecorder

  constructor(parts: { binding: Binding; volumes: ResourceClient<PersistentVolume>; events: EventRecorder }) {
    this.#binding = parts.binding
    this.#volumes = parts.volumes
    this.#events = parts.events
  }

  async reclaim(volume: PersistentVolume): Promise<void> {
    // A failure stays to be seen.
    if (volume.status?.phase === 'Failed') return
    if (volume.status?.phase !== 'Released') return this.#binding.setVolumePhase(volume, 'Released')
    const policy = volume.spec?.persistentVolumeReclaimPolicy
    if (policy === 'Recycle')
      await this.#fail(volume, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!')
    else if (policy === 'Delete') await this.#delete(volume)
  }

  async #delete(volume: PersistentVolume): Promise<void> {
    const { csi, hostPath } = volume.spec ?? {}
    const { name, uid, deletionTimestamp } = volume.metadata
    // The node that has the folder sees the volume go, and removes it.
    if (csi?.driver === FOLDER_DRIVER) {
      if (!deletionTimestamp) await this.#volumes.delete(undefined, name!, { preconditions: { uid } })
    } else if (hostPath) {
      const why = /^\/tmp\/.+/.test(hostPath.path ?? '')
        ? `folders of nodes are not removed by this cluster: remove "${hostPath.path}" and the volume by hand`
        : `host_path deleter only supports /tmp/.+ but received provided ${hostPath.path}`
      await this.#fail(volume, 'VolumeFailedDelete', why)
    } else if (!csi) {
      const why = `error getting deleter volume plugin for volume "${name}": no deletable volume plugin matched`
      await this.#fail(volume, 'VolumeFailedDelete', why)
    }
  }

  async #fail(volume: PersistentVolume, reason: string, message: string): Promise<void> {
    await this.#binding.setVolumePhase(volume, 'Failed', undefined, message)
    this.#events.event(volume, 'Warning', reason, message)
  }
}
