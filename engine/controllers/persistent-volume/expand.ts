import { FOLDER_DRIVER, requestOf } from '../../api/storage/volumes.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types.ts'
import { parseQuantity } from '../../base/quantity.ts'
import type { EventRecorder } from '../../client/event-recorder.ts'
import type { Binding } from './binding.ts'

/** Lets a bound claim have the size that it asks for. A folder has no size of its own, so there is no more to it. */
export async function expand(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  { binding, events }: { binding: Binding; events: EventRecorder },
): Promise<void> {
  const has = (claim.status?.capacity as Record<string, string> | undefined)?.storage
  if (has === undefined || requestOf(claim).cmp(parseQuantity(has)) <= 0 || claim.metadata.deletionTimestamp) return
  if (volume.spec?.csi?.driver !== FOLDER_DRIVER)
    return events.event(claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC')
  const wanted = (claim.spec!.resources!.requests as Record<string, string>).storage
  events.event(claim, 'Normal', 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
  await binding.setCapacity(volume, claim, wanted)
  events.event(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded')
}
