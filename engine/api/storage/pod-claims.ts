import type { PersistentVolumeClaim, Pod } from '../types.ts'

/** The names of the claims that a pod's volumes stand for, those that are made for it among them. */
export function claimsOf(pod: Pod): string[] {
  return (pod.spec?.volumes ?? []).flatMap(volume => {
    if (volume.persistentVolumeClaim) return [volume.persistentVolumeClaim.claimName!]
    return volume.ephemeral ? [`${pod.metadata.name}-${volume.name}`] : []
  })
}

/** Whether a claim was made for a pod's ephemeral volume. */
export function isMadeFor(claim: PersistentVolumeClaim, pod: Pod): boolean {
  return claim.metadata.ownerReferences?.find(owner => owner.controller)?.uid === pod.metadata.uid
}
